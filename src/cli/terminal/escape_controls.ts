/** Control characters but line ends and tabs, and what turns the direction of a text. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Makes data fit for a terminal: rows stay rows, and no key can command it. Blocks may end anywhere
 * within a character.
 */
export function escapeControls(): (bytes: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    return encoder.encode(text.replaceAll("\r\n", "\n").replace(CONTROLS, escapeChar));
  };
}

function escapeChar(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

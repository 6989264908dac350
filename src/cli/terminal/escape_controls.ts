import { showText } from "./show_text.ts";

/** What makes rows and columns. */
const BETWEEN_BREAKS = /[^\n\t]+/g;

/** Makes a text of several lines fit for a terminal. */
export function escapeText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(BETWEEN_BREAKS, showText);
}

/**
 * Makes data fit for a terminal: rows stay rows, and no key can command it. Blocks may end anywhere
 * within a character.
 */
export function escapeControls(): (bytes: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes) => {
    return encoder.encode(escapeText(decoder.decode(bytes, { stream: true })));
  };
}

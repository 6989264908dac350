/** What a terminal would obey, or would use to show another text than is there. */
// deno-lint-ignore no-control-regex
const COMMANDS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text of somebody else's as a terminal may show it, on one line: control characters escaped. */
export function showText(text: string): string {
  return text.replace(COMMANDS, (char) => NAMES[char] ?? escapeChar(char));
}

/** As JSON has it, so that JSON stays JSON. */
function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

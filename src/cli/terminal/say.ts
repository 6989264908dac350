import { escapeText } from "./escape_controls.ts";

/** Says something on stderr. Names of files and answers of servers in it command no terminal. */
export function say(text: string): void {
  console.error(escapeText(text));
}

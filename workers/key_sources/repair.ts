import { validEnd } from "./utf8.ts";

/** A text in UTF-8, and what was done for that. */
export interface RepairedText {
  readonly text: string;
  /** Undefined where the bytes are UTF-8 already. */
  readonly repaired?: Uint8Array<ArrayBuffer>;
  /** Sequences that were replaced by U+FFFD. */
  readonly replaced: number;
  /** Offset of the first of them; 0 if there is none. */
  readonly badOffset: number;
}

/** Replaces each maximal subpart that is no UTF-8 (the Unicode standard, 3.9) by U+FFFD. */
export function repairText(bytes: Uint8Array): RepairedText {
  const text = decoder.decode(bytes);
  const none = { text, replaced: 0, badOffset: 0 };
  if (!text.includes("\ufffd")) return none;
  const repaired = encoder.encode(text);
  const replaced = countMarks(repaired) - countMarks(bytes);
  if (replaced === 0) return none; // the marks are the text's own
  return { text, repaired, replaced, badOffset: validEnd(bytes, 0, bytes.length) };
}

/** How often U+FFFD stands in UTF-8, valid or not. */
function countMarks(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) count++;
  }
  return count;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

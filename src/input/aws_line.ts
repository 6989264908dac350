import { latin1 } from "./latin1.ts";

// The first line of a chunk of `aws-chunked`; see aws_chunks.ts.

const CR = 0x0d;
const SEMICOLON = 0x3b;
const MOST_DIGITS = 16;

/** The longest first line of a chunk that is looked for: signatures may be padded. */
export const LINE_BYTES = 256;
export const LINE = /^([0-9a-f]{1,16})(;chunk-signature=[^\r\n]*)?\r\n/i;

/** Whether bytes begin with digits as a chunk does, and as a text may. It looks at a few bytes. */
export function mayBeginChunk(head: Uint8Array): boolean {
  let digits = 0;
  while (digits <= MOST_DIGITS && isDigit(head[digits])) digits++;
  const next = head[digits];
  return digits > 0 && digits <= MOST_DIGITS && (next === CR || next === SEMICOLON);
}

/** Whether bytes begin with the size and signature of a chunk, as no text does. */
export function beginsSignedChunk(head: Uint8Array): boolean {
  return mayBeginChunk(head) && LINE.exec(latin1(head, 0, LINE_BYTES))?.[2] !== undefined;
}

/** A decimal digit or a letter from a to f. */
function isDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

// Counts byte values; the keys are two hexadecimal digits, `0a` for a line feed.
import { Chunk, emitKey } from "millrace";

export const records = "chunk";

const DIGITS = "0123456789abcdef";
/** The digits of all values, in order. */
const names = memory.data(512);

function writeNames(): void {
  for (let byte = 0; byte < 256; byte++) {
    store<u8>(names + (<usize>byte << 1), DIGITS.charCodeAt(byte >>> 4));
    store<u8>(names + (<usize>byte << 1), DIGITS.charCodeAt(byte & 15), 1);
  }
}
writeNames();

export function map(chunk: Chunk): void {
  for (let at = chunk.start; at < chunk.end; at++) emitKey(names + (<usize>load<u8>(at) << 1), 2);
}

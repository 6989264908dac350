import { validEnd } from "./utf8.ts";

/** So many bytes of a key on each side of the wrong one tell where it comes from: see findBadByte. */
const AROUND = 16;
/** Most bytes of a character. */
const CHARACTER_BYTES = 4;

/**
 * Where in a chunk the byte stands for which a key is refused: the first place that is no UTF-8 either
 * and has the same bytes around it. Takes linear time, whatever the key is.
 *
 * @returns Undefined where the kernel has made the byte, or cut a character.
 */
export function findBadByte(chunk: Uint8Array, key: Uint8Array): number | undefined {
  const bad = validEnd(key, 0, key.length);
  const before = Math.min(bad, AROUND);
  const around = key.subarray(bad - before, bad + AROUND);
  for (let at = chunk.indexOf(key[bad]); at >= 0; at = chunk.indexOf(key[bad], at + 1)) {
    if (isAt(chunk, at - before, around) && isBroken(chunk, at)) return at;
  }
  return undefined;
}

function isAt(chunk: Uint8Array, at: number, bytes: Uint8Array): boolean {
  return at >= 0 && bytes.every((byte, i) => chunk[at + i] === byte);
}

/** Whether no character holds the byte. */
function isBroken(chunk: Uint8Array, at: number): boolean {
  for (let first = Math.max(0, at - CHARACTER_BYTES + 1); first <= at; first++) {
    const end = Math.min(first + CHARACTER_BYTES, chunk.length);
    if (validEnd(chunk, first, end) > at) return false;
  }
  return true;
}

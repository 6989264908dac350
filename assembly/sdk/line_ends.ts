// Line feeds of the chunk by bit masks, 64 bytes at a time: most lines need no search of their own.

import { input, inputEnd } from "./input";

/** Address of the block in hand, and a bit for each of its line feeds that is still to be given. */
let block: usize = 0;
let ends: u64 = 0;

/** Goes to the start of the chunk. */
export function beginLines(): void {
  block = input - 64;
  ends = 0;
}

/** Address of the next line feed of the chunk, or of its end. */
// @ts-ignore: decorator
@inline
export function nextLf(): usize {
  if (ends == 0 && !findBlock()) return inputEnd;
  const lf = block + <usize>ctz(ends);
  ends &= ends - 1;
  return min(lf, inputEnd); // what stands behind the chunk means nothing
}

/** Goes to the next block that has a line feed. */
function findBlock(): bool {
  const lf = i8x16.splat(0x0a);
  while (true) {
    block += 64;
    if (block >= inputEnd) return false;
    ends = lfsOf(block, lf) | (lfsOf(block + 16, lf) << 16) | (lfsOf(block + 32, lf) << 32) |
      (lfsOf(block + 48, lf) << 48);
    if (ends != 0) return true;
  }
}

// @ts-ignore: decorator
@inline
function lfsOf(at: usize, lf: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at), lf));
}

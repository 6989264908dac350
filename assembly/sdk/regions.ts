// Memory that lives as long as a record. `ARENA` is a constant of the file that the compiler writes
// for each kernel: it is set where no global of the kernel can keep an object. Then the runtime
// only moves a pointer, and the end of a record moves it back. Else objects are collected once per
// chunk, when no local refers to any.

import { ARENA } from "./build";

/** Payload of the smallest block of asc's runtime `stub`, and the header in front of each block. */
const LEAST_PAYLOAD: usize = 12;
const HEADER: usize = 4;

/** Begins a region: what is allocated from now on goes with `release`. */
// @ts-ignore: decorator
@inline
export function mark(): usize {
  return ARENA ? __alloc(0) : 0;
}

/** Ends a region: its first block becomes one that reaches to the end, and is freed as the last. */
// @ts-ignore: decorator
@inline
export function release(region: usize): void {
  if (ARENA) {
    const last = __alloc(0);
    store<usize>(region - HEADER, last + LEAST_PAYLOAD - region);
    __free(region);
  }
}

export function collect(): void {
  if (!ARENA) __collect();
}

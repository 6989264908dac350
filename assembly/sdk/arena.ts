// Memory that lives as long as a record, for kernels no global of which can keep an object: the compiler
// calls this file `regions`, or else `collected.ts`. It takes the place of asc's runtime `stub`, which
// only moves a pointer as well, but cannot move it back, and looks up the end of memory each time. 64
// bytes behind the last block may be read and written, so `text.ts` copies 16 bytes at a time.

import {
  AL_MASK, BLOCK, BLOCK_MAXSIZE, BLOCK_OVERHEAD, OBJECT, OBJECT_MAXSIZE, OBJECT_OVERHEAD,
} from "rt/common";
import { E_ALLOCATION_TOO_LARGE } from "util/error";

/** Bytes behind the last block that belong to nothing. */
const SLACK: usize = 64;

/** Where the next block begins. */
// @ts-ignore: decorator
@lazy let next: usize = ((__heap_base + BLOCK_OVERHEAD + AL_MASK) & ~AL_MASK) - BLOCK_OVERHEAD;
/** Where blocks must end. */
// @ts-ignore: decorator
@lazy let limit: usize = 0;

/** Begins a region: what is allocated from now on goes with `release`. */
// @ts-ignore: decorator
@inline
export function mark(): usize {
  return next;
}

/** Ends a region. */
// @ts-ignore: decorator
@inline
export function release(region: usize): void {
  next = region;
}

export function collect(): void {}

/** Grows memory to twice its size if it can, else to what is needed. */
function makeRoom(end: usize): void {
  const pages = memory.size();
  if (end + SLACK > <usize>pages << 16) {
    const needed = <i32>((end + SLACK - (<usize>pages << 16) + 0xffff) >>> 16);
    if (memory.grow(max(pages, needed)) < 0 && memory.grow(needed) < 0) unreachable(); // out of memory
  }
  limit = (<usize>memory.size() << 16) - SLACK;
}

function refuseSize(): void {
  throw new Error(E_ALLOCATION_TOO_LARGE);
}

/** Bytes of the payload of a block for so many. */
// @ts-ignore: decorator
@inline
function payloadOf(size: usize): usize {
  return ((size + BLOCK_OVERHEAD + AL_MASK) & ~AL_MASK) - BLOCK_OVERHEAD;
}

// @ts-ignore: decorator
@inline
function allocate(size: usize): usize {
  const block = next;
  const payload = payloadOf(size);
  const end = block + BLOCK_OVERHEAD + payload;
  if (end > limit) makeRoom(end);
  next = end;
  changetype<BLOCK>(block).mmInfo = payload;
  return block + BLOCK_OVERHEAD;
}

// @ts-ignore: decorator
@unsafe @global
export function __alloc(size: usize): usize {
  if (size > BLOCK_MAXSIZE) refuseSize();
  return allocate(size);
}

// @ts-ignore: decorator
@unsafe @global
export function __realloc(at: usize, size: usize): usize {
  if (size > BLOCK_MAXSIZE) refuseSize();
  const block = changetype<BLOCK>(at - BLOCK_OVERHEAD);
  const had = block.mmInfo;
  const isLast = at + had == next;
  const payload = payloadOf(size);
  if (size > had && !isLast) {
    const moved = allocate(max<usize>(payload, had << 1));
    memory.copy(moved, at, had);
    return moved;
  }
  if (isLast) {
    if (at + payload > limit) makeRoom(at + payload);
    next = at + payload;
    block.mmInfo = payload;
  }
  return at;
}

// @ts-ignore: decorator
@unsafe @global
export function __free(at: usize): void {
  const block = at - BLOCK_OVERHEAD;
  if (at + changetype<BLOCK>(block).mmInfo == next) next = block;
}

// @ts-ignore: decorator
@unsafe @global
export function __new(size: usize, id: u32): usize {
  if (size > OBJECT_MAXSIZE) refuseSize();
  const at = allocate(OBJECT_OVERHEAD + size);
  const object = changetype<OBJECT>(at - BLOCK_OVERHEAD);
  object.gcInfo = 0;
  object.gcInfo2 = 0;
  object.rtId = id;
  object.rtSize = <u32>size;
  return at + OBJECT_OVERHEAD;
}

// @ts-ignore: decorator
@unsafe @global
export function __renew(at: usize, size: usize): usize {
  if (size > OBJECT_MAXSIZE) refuseSize();
  const moved = __realloc(at - OBJECT_OVERHEAD, OBJECT_OVERHEAD + size);
  changetype<OBJECT>(moved - BLOCK_OVERHEAD).rtSize = <u32>size;
  return moved + OBJECT_OVERHEAD;
}

// ---- what collectors need, and an arena does not ---------------------------------------------------

// @ts-ignore: decorator
@unsafe @global
export function __link(parent: usize, child: usize, expectMultiple: bool): void {}

// @ts-ignore: decorator
@unsafe @global
export function __pin(at: usize): usize {
  return at;
}

// @ts-ignore: decorator
@unsafe @global
export function __unpin(at: usize): void {}

// @ts-ignore: decorator
@unsafe @global
export function __visit(at: usize, cookie: u32): void {}

// @ts-ignore: decorator
@unsafe @global
export function __collect(): void {}

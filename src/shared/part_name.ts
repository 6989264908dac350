import type { SharedHeap } from "./shared_heap.ts";

// The name of the part of the input that a chunk is of, for jobs that ask for it. It stands in front of the
// text in the chunk's slot: name | u32 bytes of the name | text. The host writes it before it pushes the
// task, and nobody afterwards, so every thread that gets the task finds it.

const COUNT_BYTES = 4;

/** What chunks leave free for a name. A longer one takes a slot of its own, where the chunk is a full one. */
export const NAME_ROOM = 4096;

/** Bytes in front of the text. */
export function nameBytes(name: Uint8Array | undefined): number {
  return name === undefined ? 0 : Math.ceil((name.length + COUNT_BYTES) / 8) * 8;
}

/** Writes a name in front of the text at an address. */
export function writeName(heap: SharedHeap, address: number, name: Uint8Array): void {
  const end = address - COUNT_BYTES;
  heap.words[end >> 2] = name.length;
  heap.bytes.set(name, end - name.length);
}

/** Reads what `writeName` has written. */
export function readName(heap: SharedHeap, address: number): Uint8Array {
  const end = address - COUNT_BYTES;
  return heap.bytes.subarray(end - heap.words[end >> 2], end);
}

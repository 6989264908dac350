import {
  PAGE_BYTES,
  TASK_KERNEL_MICROS,
  TASK_KERNEL_PAGES,
  TASK_KEYS_BYTES,
} from "../../assembly/layout.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** What user code has used for one chunk, or the most for any of several. */
export interface ChunkUse {
  ms: number;
  memoryBytes: number;
  /** Bytes of what it has drained. */
  outputBytes: number;
}

/**
 * Notes in a task's record what user code has used; in COUNTING, after noteKeys().
 *
 * @param record Address of the record.
 */
export function noteUse(heap: SharedHeap, record: number, ms: number, memoryBytes: number): void {
  heap.words[(record + TASK_KERNEL_MICROS) >> 2] = Math.round(ms * 1000);
  heap.words[(record + TASK_KERNEL_PAGES) >> 2] = memoryBytes / PAGE_BYTES;
}

/** Reads what noteUse() and noteKeys() have noted, once the task is done. */
export function readUse(words: Int32Array, record: number): ChunkUse {
  const word = (offset: number) => words[(record + offset) >> 2] >>> 0;
  return {
    ms: word(TASK_KERNEL_MICROS) / 1000,
    memoryBytes: word(TASK_KERNEL_PAGES) * PAGE_BYTES,
    outputBytes: word(TASK_KEYS_BYTES),
  };
}

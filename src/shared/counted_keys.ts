import { TASK_KEYS_BYTES, TASK_KEYS_DIGEST, TASK_OFFSET } from "../../assembly/layout.ts";
import { behindRecord, type RecordForm } from "./record_form.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** FNV-1a, over words of 4 bytes. */
const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 16777619;

/**
 * Notes in a task's record which keys are about to be counted; in COUNTING.
 *
 * @param record Address of the record.
 * @param keys Packed keys, aligned to 4 bytes and followed by as many zeroes as fill the last word.
 */
export function noteKeys(heap: SharedHeap, record: number, keys: Uint8Array): void {
  heap.words[(record + TASK_KEYS_BYTES) >> 2] = keys.length;
  heap.words[(record + TASK_KEYS_DIGEST) >> 2] = digestOf(keys);
}

/**
 * Whether a thread may go on with keys where another has left off: nothing is counted, or they are
 * the same keys, and what is counted ends with one of them. User code may make other keys when it
 * runs once more; the kernel would then read beyond them.
 */
export function continuesKeys(
  heap: SharedHeap,
  record: number,
  keys: Uint8Array,
  form: RecordForm,
): boolean {
  const word = (offset: number) => heap.words[(record + offset) >> 2];
  const counted = word(TASK_OFFSET) >>> 0;
  if (counted === 0) return true;
  if (word(TASK_KEYS_BYTES) !== keys.length) return false;
  return word(TASK_KEYS_DIGEST) === digestOf(keys) && endsKey(keys, counted, form);
}

function endsKey(keys: Uint8Array, offset: number, form: RecordForm): boolean {
  const { headerBytes, lengthAt } = form;
  const view = new DataView(keys.buffer, keys.byteOffset, keys.length);
  let at = 0;
  while (at < offset && at + headerBytes <= keys.length) {
    at = behindRecord(form, at + headerBytes + view.getUint32(at + lengthAt, true));
  }
  return at === offset;
}

function digestOf(keys: Uint8Array): number {
  const words = new Int32Array(keys.buffer, keys.byteOffset, Math.ceil(keys.length / 4));
  let digest = FNV_BASIS;
  for (let i = 0; i < words.length; i++) digest = Math.imul(digest ^ words[i], FNV_PRIME);
  return digest;
}

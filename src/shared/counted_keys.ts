import { DRAINED_HEADER_BYTES } from "../../assembly/drain_layout.ts";
import { TASK_KEYS_BYTES, TASK_KEYS_DIGEST, TASK_OFFSET } from "../../assembly/layout.ts";
import { behindRecord, type RecordForm } from "./record_form.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** FNV-1a, over words of 4 bytes, in four lanes. */
const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 16777619;

const WORD_BYTES = 4;

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
 *
 * @param form How the keys follow each other; undefined for windows.
 */
export function continuesKeys(
  heap: SharedHeap,
  record: number,
  keys: Uint8Array,
  form: RecordForm | undefined,
): boolean {
  const word = (offset: number) => heap.words[(record + offset) >> 2];
  const counted = word(TASK_OFFSET) >>> 0;
  if (counted === 0) return true;
  if (word(TASK_KEYS_BYTES) !== keys.length) return false;
  return word(TASK_KEYS_DIGEST) === digestOf(keys) &&
    (form ? endsKey(keys, counted, form) : endsSlice(keys, counted));
}

function endsKey(keys: Uint8Array, offset: number, form: RecordForm): boolean {
  const { headerBytes, lengthAt } = form;
  const view = new DataView(keys.buffer, keys.byteOffset, keys.length);
  let at = form.first;
  while (at < offset && at + headerBytes <= keys.length) {
    at = behindRecord(form, at + headerBytes + view.getUint32(at + lengthAt, true));
  }
  return at === offset;
}

/** The kernel finds the window that holds the place. */
function endsSlice(windows: Uint8Array, offset: number): boolean {
  return offset % WORD_BYTES === 0 && offset >= DRAINED_HEADER_BYTES && offset <= windows.length;
}

function digestOf(keys: Uint8Array): number {
  const words = new Int32Array(keys.buffer, keys.byteOffset, Math.ceil(keys.length / 4));
  let [a, b, c, d] = [FNV_BASIS, FNV_BASIS, FNV_BASIS, FNV_BASIS];
  let i = 0;
  for (const whole = words.length & ~3; i < whole; i += 4) { // no step waits for the one before
    a = Math.imul(a ^ words[i], FNV_PRIME);
    b = Math.imul(b ^ words[i + 1], FNV_PRIME);
    c = Math.imul(c ^ words[i + 2], FNV_PRIME);
    d = Math.imul(d ^ words[i + 3], FNV_PRIME);
  }
  for (; i < words.length; i++) a = Math.imul(a ^ words[i], FNV_PRIME);
  return [b, c, d].reduce((digest, lane) => Math.imul(digest ^ lane, FNV_PRIME), a);
}

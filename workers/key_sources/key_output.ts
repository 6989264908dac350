import {
  INVALID_UTF8,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
  VALUE_F64,
  VALUE_KEY_BYTES,
} from "../../assembly/layout.ts";
import {
  behindRecord,
  formOf,
  PACKED_KEYS,
  type RecordForm,
} from "../../src/shared/record_form.ts";
import { KERNEL_OUTPUT_TOO_LARGE } from "../../src/shared/task_status.ts";
import { GuestFailure, trapped } from "./guest_failure.ts";
import { isAscii, isUtf8 } from "./utf8.ts";
import { checkValueRecords } from "./value_records.ts";

const HEADER_BYTES = 4;
/** Most bytes of a key. */
const MOST_KEY_BYTES = 64 * 1024;
/** A chunk may give so many bytes of packed keys: a multiple of its own, and these. */
const OUTPUT_SHARE = 16;
const OUTPUT_BYTES = 1024 * 1024;

/** While keys are repaired, the leash is looked at after so many, and before a longer one. */
const POLL_KEYS = 1024;
const POLL_BYTES = 1024;

const FIRST_BYTES = 64 * 1024;
/** A buffer that has grown beyond this is not kept for the next chunk. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** `u32 base | u32 count` */
const WINDOW_WORDS = 2;
/** A shorter key is copied byte by byte, which costs less than a view. */
const SHORT_BYTES = 24;

/** The chunk that keys are made of, and how. */
export interface KeySource {
  /** Of shared memory: the chunk stands at `start`. */
  readonly text: Uint8Array;
  readonly start: number;
  readonly bytes: number;
  /** One of KERNEL_OUTPUT_*. */
  readonly output: number;
  /** One of VALUE_*, where the output is values. */
  readonly valueType: number;
  /** Whether keys that are not UTF-8 fail the job; else they are repaired. */
  readonly rejects: boolean;
}

/**
 * What a user kernel has drained for one chunk, as packed keys or value records in memory of this
 * thread alone.
 *
 * The kernel is not trusted: everything is copied first, and the copy is checked. A key of a window
 * is copied out of the chunk in shared memory, of which the kernel has only a copy.
 */
export class KeyOutput {
  #bytes = new Uint8Array(FIRST_BYTES);
  #words = new Int32Array(this.#bytes.buffer);
  #end = 0;
  #most = 0;
  #source!: KeySource;
  #form: RecordForm = PACKED_KEYS;
  /** What a drain has given, for windows. */
  #drained = new Uint8Array(FIRST_BYTES);
  /** Sequences that were replaced by U+FFFD. */
  replaced = 0;

  /** Forgets what was drained. */
  begin(source: KeySource): void {
    if (this.#bytes.length > KEPT_BYTES) this.#resize(FIRST_BYTES);
    this.#source = source;
    this.#form = formOf(source.output);
    this.#end = 0;
    this.#most = OUTPUT_SHARE * source.bytes + OUTPUT_BYTES;
    this.replaced = 0;
  }

  /** The packed keys or value records, as a view; behind them the last word is filled with zeroes. */
  take(): Uint8Array {
    this.#bytes.fill(0, this.#end, Math.ceil(this.#end / HEADER_BYTES) * HEADER_BYTES);
    return this.#bytes.subarray(0, this.#end);
  }

  /**
   * Takes what the kernel hands over; the thread runs no code of the kernel meanwhile.
   *
   * @param memory All of the kernel's memory.
   * @param poll Throws when the kernel must stop: repairing keys may take long.
   * @throws {GuestFailure}
   */
  drain(memory: Uint8Array, start: number, bytes: number, poll: () => void = () => {}): void {
    if (start + bytes > memory.length) {
      throw trapped(`drain(${start}, ${bytes}) is beyond its memory of ${memory.length} bytes`);
    }
    const from = this.#end;
    if (!this.#addDrained(memory, start, bytes)) this.#checkText(from, poll);
  }

  /** @returns Whether all keys are ASCII. */
  #addDrained(memory: Uint8Array, start: number, bytes: number): boolean {
    const from = this.#end;
    const { output } = this.#source;
    if (output === KERNEL_OUTPUT_VALUES) return this.#addValues(memory, start, bytes);
    if (output === KERNEL_OUTPUT_WINDOWS) this.#addWindows(memory, start, bytes);
    else this.#addKeys(memory, start, bytes);
    return isAscii(this.#words, from, this.#end);
  }

  // ---- keys --------------------------------------------------------------------------------------

  #addKeys(memory: Uint8Array, start: number, bytes: number): void {
    this.#makeRoom(bytes);
    let at = this.#end;
    const end = at + bytes;
    this.#bytes.set(memory.subarray(start, start + bytes), at);
    while (at < end) {
      const key = end - at < HEADER_BYTES ? Infinity : this.#lengthAt(at);
      checkKey(key);
      at += HEADER_BYTES + key;
    }
    if (at > end) throw trapped("drain ends within a key");
    this.#end = end;
  }

  #lengthAt(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
  }

  #add(from: Uint8Array, start: number, bytes: number): void {
    this.#makeRoom(HEADER_BYTES + bytes);
    const to = this.#bytes;
    let at = this.#end;
    to[at++] = bytes;
    to[at++] = bytes >> 8;
    to[at++] = bytes >> 16;
    to[at++] = bytes >> 24;
    if (bytes > SHORT_BYTES) to.set(from.subarray(start, start + bytes), at);
    else for (let i = 0; i < bytes; i++) to[at + i] = from[start + i];
    this.#end = at + bytes;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed > this.#most) {
      const what = `more than ${this.#most} bytes of keys for a chunk of ${this.#source.bytes}`;
      throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, what);
    }
    if (needed > this.#bytes.length) this.#resize(Math.max(needed, 2 * this.#bytes.length));
  }

  #resize(bytes: number): void {
    const larger = allocate(Math.ceil(bytes / HEADER_BYTES) * HEADER_BYTES);
    larger.set(this.#bytes.subarray(0, Math.min(this.#end, larger.length)));
    // A kernel may have filled the stack, so that any call fails: both views change, or none does.
    const words = new Int32Array(larger.buffer);
    this.#bytes = larger;
    this.#words = words;
  }

  // ---- windows -----------------------------------------------------------------------------------

  #addWindows(memory: Uint8Array, start: number, bytes: number): void {
    if (bytes > this.#most) this.#makeRoom(bytes);
    if (bytes % HEADER_BYTES !== 0) throw trapped("drain ends within a window");
    if (bytes > this.#drained.length) this.#drained = allocate(bytes);
    this.#drained.set(memory.subarray(start, start + bytes));
    const words = new Uint32Array(this.#drained.buffer, 0, bytes / HEADER_BYTES);
    for (let at = 0; at < words.length;) {
      const base = words[at];
      const count = words[at + 1];
      const first = at + WINDOW_WORDS;
      at = first + count;
      if (!(at <= words.length)) throw trapped("drain ends within a window");
      this.#addWindow(base, words, first, at);
    }
    if (this.#drained.length > KEPT_BYTES) this.#drained = new Uint8Array(FIRST_BYTES);
  }

  #addWindow(base: number, words: Uint32Array, first: number, last: number): void {
    const { text, start, bytes } = this.#source;
    for (let i = first; i < last; i++) {
      const from = words[i] & 0xffff;
      const to = words[i] >>> 16;
      if (to <= from || base + to > bytes) {
        const what = `a window has the slice ${base + from} to ${base + to}`;
        throw trapped(`${what} of a chunk of ${bytes} bytes`);
      }
      this.#add(text, start + base + from, to - from);
    }
  }

  // ---- values ------------------------------------------------------------------------------------

  #addValues(memory: Uint8Array, start: number, bytes: number): boolean {
    if (bytes % this.#form.alignment !== 0) throw trapped("drain ends within a record");
    this.#makeRoom(bytes);
    const from = this.#end;
    this.#end = from + bytes;
    this.#bytes.set(memory.subarray(start, start + bytes), from);
    const areDoubles = this.#source.valueType === VALUE_F64;
    return checkValueRecords(this.#words, from, this.#end, areDoubles, checkKey);
  }

  /** @param value Its 8 bytes. */
  #addValue(value: Uint8Array, key: Uint8Array): void {
    const { headerBytes, lengthAt } = this.#form;
    const bytes = behindRecord(this.#form, headerBytes + key.length);
    this.#makeRoom(bytes);
    const record = this.#bytes.subarray(this.#end, this.#end + bytes);
    record.fill(0);
    record.set(value);
    new DataView(record.buffer, record.byteOffset).setUint32(lengthAt, key.length, true);
    record.set(key, headerBytes);
    this.#end += bytes;
  }

  // ---- text --------------------------------------------------------------------------------------

  /** Sees that the keys from an offset on are UTF-8: repairs the others, or fails. */
  #checkText(from: number, poll: () => void): void {
    const { rejects } = this.#source;
    const { headerBytes, lengthAt } = this.#form;
    const end = this.#end;
    let keys: Uint8Array | undefined;
    let seen = 0;
    for (let at = from; at < end;) {
      if (++seen % POLL_KEYS === 0) poll();
      const bytes = keys === undefined
        ? this.#lengthAt(at + lengthAt)
        : readLength(keys, at - from + lengthAt);
      const start = at + headerBytes;
      if (keys === undefined && !isUtf8(this.#bytes, start, start + bytes)) {
        if (rejects) throw new GuestFailure(INVALID_UTF8, "");
        keys = this.#bytes.slice(from, end); // from here on keys are written anew
        this.#end = at;
      }
      if (bytes > POLL_BYTES) poll();
      if (keys !== undefined) this.#addRepaired(keys, at - from, bytes);
      at = behindRecord(this.#form, start + bytes);
    }
  }

  /** @param at Where the record of the key begins in `keys`. */
  #addRepaired(keys: Uint8Array, at: number, bytes: number): void {
    const start = at + this.#form.headerBytes;
    let key = keys.subarray(start, start + bytes);
    if (!isUtf8(keys, start, start + bytes)) {
      const repaired = encoder.encode(decoder.decode(key));
      this.replaced += countMarks(repaired) - countMarks(key);
      key = repaired;
    }
    if (this.#form === PACKED_KEYS) this.#add(key, 0, key.length);
    else this.#addValue(keys.subarray(at, at + VALUE_KEY_BYTES), key);
  }
}

/** @throws {GuestFailure} If there is no memory for what a large chunk may give. */
function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch { // a RangeError, as a stack overflow of the kernel's is
    throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, `no memory for ${bytes} bytes of keys`);
  }
}

/** @throws {GuestFailure} If a key is too long, or Infinity: its length is not there. */
function checkKey(bytes: number): void {
  if (bytes === Infinity) throw trapped("drain ends within a key");
  if (bytes <= MOST_KEY_BYTES) return;
  const what = `a key of ${bytes} bytes exceeds the limit of ${MOST_KEY_BYTES}`;
  throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, what);
}

function readLength(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** How often U+FFFD stands in UTF-8, valid or not. */
export function countMarks(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) count++;
  }
  return count;
}

import {
  DRAINED_CHECKED,
  DRAINED_HEADER_BYTES,
  DRAINED_KEYS,
  KERNEL_OUTPUT_COMBINED,
  KERNEL_OUTPUT_FINISHED,
  KERNEL_OUTPUT_KEYS,
  KERNEL_OUTPUT_PAIRS,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
} from "../../assembly/drain_layout.ts";
import { INVALID_UTF8, VALUE_F64, VALUE_KEY_BYTES } from "../../assembly/layout.ts";
import { placeOf } from "../../src/shared/hyperloglog.ts";
import { VALUE_BYTES, VALUE_END, VALUE_SUFFIX_BYTES } from "../../src/shared/pairs.ts";
import {
  behindRecord,
  formOf,
  PACKED_KEYS,
  type RecordForm,
  VALUE_RECORDS,
} from "../../src/shared/record_form.ts";
import { KERNEL_OUTPUT_TOO_LARGE } from "../../src/shared/task_status.ts";
import { findBadByte } from "./bad_byte.ts";
import { GuestFailure, trapped } from "./guest_failure.ts";
import { allocate, KEPT_BYTES, KeyBuffer } from "./key_buffer.ts";
import { repairText } from "./repair.ts";
import { isAscii, isUtf8 } from "./utf8.ts";
import { checkValueRecords } from "./value_records.ts";

/** Most bytes of a key. */
const MOST_KEY_BYTES = 64 * 1024;

/** While keys are checked one by one, the leash is looked at after so many, and before a longer one. */
const POLL_KEYS = 1024;
const POLL_BYTES = 1024;

const FIRST_BYTES = 64 * 1024;
const WORD_BYTES = 4;
/** `u32 base | u32 count` */
const WINDOW_WORDS = 2;
/** `u32 bytes of the key | u32 bytes of the text` */
const PAIR_HEADER_BYTES = 8;

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
  /** Whether keys and windows stay what they are: the kernel checks and counts them. */
  readonly keepsDrained?: boolean;
}

/** Throws when the kernel must stop. */
type Poll = () => void;

/**
 * What a user kernel has drained for one chunk, as packed keys or value records in memory of this
 * thread alone.
 *
 * The kernel is not trusted: everything is copied first, and the copy is checked. A key of a window
 * is copied out of the chunk in shared memory, of which the kernel has only a copy.
 */
export class KeyOutput {
  readonly #buffer = new KeyBuffer();
  #source!: KeySource;
  #form: RecordForm = PACKED_KEYS;
  /** What a drain has given, for windows and pairs. */
  #drained = new Uint8Array(FIRST_BYTES);
  /** Bytes that were drained for the chunk. */
  #drainedBytes = 0;
  /** Sequences that were replaced by U+FFFD. */
  replaced = 0;

  /** Forgets what was drained. */
  begin(source: KeySource): void {
    this.#buffer.begin(source.bytes);
    this.#source = source;
    this.#form = formOf(source.output);
    this.#drainedBytes = 0;
    this.replaced = 0;
    if (!source.keepsDrained) return;
    if (source.output === KERNEL_OUTPUT_WINDOWS) this.#buffer.addWords(source.start, source.bytes);
    else this.#buffer.addWords(DRAINED_KEYS, 0);
  }

  /**
   * Checks what was kept as it is and was odd to the kernel: makes keys in UTF-8 of it, behind
   * the header of TOKENIZER_DRAINED.
   *
   * @throws {GuestFailure} If it is worse than odd.
   */
  checkDrained(poll: Poll): void {
    const drained = this.#buffer.take().slice(DRAINED_HEADER_BYTES);
    this.#buffer.begin(this.#source.bytes);
    this.#buffer.addWords(DRAINED_CHECKED, 0);
    if (this.#source.output === KERNEL_OUTPUT_WINDOWS) {
      this.#addWindows(drained, 0, drained.length, poll);
    } else this.#addKeys(drained, 0, drained.length, poll);
  }

  /** The packed keys or value records, as a view; behind them the last word is filled with zeroes. */
  take(): Uint8Array {
    return this.#buffer.take();
  }

  /**
   * Takes what the kernel hands over; the thread runs no code of the kernel meanwhile.
   *
   * @param memory All of the kernel's memory.
   * @param poll Throws when the kernel must stop: checking keys one by one may take long.
   * @throws {GuestFailure}
   */
  drain(memory: Uint8Array, start: number, bytes: number, poll: Poll = () => {}): void {
    if (start + bytes > memory.length) {
      throw trapped(`drain(${start}, ${bytes}) is beyond its memory of ${memory.length} bytes`);
    }
    this.#drainedBytes += bytes;
    if (this.#source.keepsDrained) return void this.#buffer.append(memory, start, bytes);
    switch (this.#source.output) {
      case KERNEL_OUTPUT_KEYS:
        return this.#addKeys(memory, start, bytes, poll);
      case KERNEL_OUTPUT_WINDOWS:
        return this.#addWindows(memory, start, bytes, poll);
      case KERNEL_OUTPUT_FINISHED:
        this.#checkFewer();
        return this.#addValues(memory, start, bytes, poll);
      case KERNEL_OUTPUT_COMBINED:
        this.#checkFewer();
        return this.#addValuePairs(memory, start, bytes, poll);
      case KERNEL_OUTPUT_VALUES:
        return this.#addValues(memory, start, bytes, poll);
      case KERNEL_OUTPUT_PAIRS:
      case KERNEL_OUTPUT_REGISTERS:
        return this.#addPairs(memory, start, bytes, poll);
      default:
        return this.#addValuePairs(memory, start, bytes, poll);
    }
  }

  /** One value of each key comes of several, and its record is no longer than one of theirs. */
  #checkFewer(): void {
    if (this.#drainedBytes <= this.#source.bytes) return;
    const what = "it gives more values than it was given";
    throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, what);
  }

  // ---- keys --------------------------------------------------------------------------------------

  #addKeys(memory: Uint8Array, start: number, bytes: number, poll: Poll): void {
    const buffer = this.#buffer;
    const from = buffer.append(memory, start, bytes);
    const { headerBytes } = PACKED_KEYS;
    let at = from;
    while (at < buffer.end) {
      const key = buffer.end - at < headerBytes ? Infinity : readLength(buffer.bytes, at);
      checkKey(key);
      at += headerBytes + key;
    }
    if (at > buffer.end) throw trapped("drain ends within a key");
    if (!isAscii(buffer.words, from, at)) this.#checkText(from, poll);
  }

  // ---- windows -----------------------------------------------------------------------------------

  #addWindows(memory: Uint8Array, start: number, bytes: number, poll: Poll): void {
    const from = this.#buffer.end;
    if (bytes % WORD_BYTES !== 0) throw trapped("drain ends within a window");
    this.#copyDrained(memory, start, bytes);
    const words = new Uint32Array(this.#drained.buffer, 0, bytes / WORD_BYTES);
    for (let at = 0; at < words.length;) {
      const base = words[at];
      const count = words[at + 1];
      const first = at + WINDOW_WORDS;
      at = first + count;
      if (!(at <= words.length)) throw trapped("drain ends within a window");
      this.#addWindow(base, words, first, at);
    }
    this.#forgetDrained();
    const { words: keys, end } = this.#buffer;
    if (!isAscii(keys, from, end)) this.#checkText(from, poll);
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
      this.#buffer.add(text, start + base + from, to - from);
    }
  }

  /** Copies what is no record yet, so that the kernel cannot change what was checked. */
  #copyDrained(memory: Uint8Array, start: number, bytes: number): void {
    if (bytes > this.#drained.length) {
      this.#buffer.makeRoom(bytes); // else it is more than the chunk may give
      // Whole words: the next drain may be read as such.
      const { alignment } = VALUE_RECORDS;
      this.#drained = allocate(Math.ceil(bytes / alignment) * alignment);
    }
    this.#drained.set(memory.subarray(start, start + bytes));
  }

  #forgetDrained(): void {
    if (this.#drained.length > KEPT_BYTES) this.#drained = new Uint8Array(FIRST_BYTES);
  }

  // ---- values ------------------------------------------------------------------------------------

  #addValues(memory: Uint8Array, start: number, bytes: number, poll: Poll): void {
    if (bytes % this.#form.alignment !== 0) throw trapped("drain ends within a record");
    const buffer = this.#buffer;
    const from = buffer.append(memory, start, bytes);
    const areDoubles = this.#source.valueType === VALUE_F64;
    if (!checkValueRecords(buffer.words, from, buffer.end, areDoubles, checkKey)) {
      this.#checkText(from, poll);
    }
  }

  /** Each value becomes a part of its key, so that no value is combined with another one. */
  #addValuePairs(memory: Uint8Array, start: number, bytes: number, poll: Poll): void {
    if (bytes % VALUE_RECORDS.alignment !== 0) throw trapped("drain ends within a record");
    this.#copyDrained(memory, start, bytes);
    const drained = this.#drained;
    const words = new Int32Array(drained.buffer);
    checkValueRecords(words, 0, bytes, this.#source.valueType === VALUE_F64, checkKey);
    const { headerBytes, lengthAt } = VALUE_RECORDS;
    let records = 0;
    for (let at = 0; at < bytes;) {
      if (++records % POLL_KEYS === 0) poll();
      const keyBytes = readLength(drained, at + lengthAt);
      if (keyBytes > POLL_BYTES) poll();
      const key = this.#repair(drained, at + headerBytes, keyBytes);
      const value = drained.subarray(at, at + VALUE_BYTES);
      const end = this.#buffer.addPair(key, value, VALUE_SUFFIX_BYTES - VALUE_BYTES);
      this.#buffer.bytes[end] = VALUE_END;
      at = behindRecord(VALUE_RECORDS, at + headerBytes + keyBytes);
    }
    this.#forgetDrained();
  }

  // ---- pairs -------------------------------------------------------------------------------------

  #addPairs(memory: Uint8Array, start: number, bytes: number, poll: Poll): void {
    this.#copyDrained(memory, start, bytes);
    const drained = this.#drained;
    let pairs = 0;
    for (let at = 0; at < bytes;) {
      if (at + PAIR_HEADER_BYTES > bytes) throw trapped("drain ends within a pair");
      if (++pairs % POLL_KEYS === 0) poll();
      const keyBytes = readLength(drained, at);
      const textBytes = readLength(drained, at + WORD_BYTES);
      checkKey(keyBytes);
      checkLength(textBytes, "text");
      const key = at + PAIR_HEADER_BYTES;
      const text = key + keyBytes;
      at = text + textBytes;
      if (at > bytes) throw trapped("drain ends within a pair");
      if (keyBytes > POLL_BYTES) poll();
      this.#addPair(this.#repair(drained, key, keyBytes), drained.subarray(text, at));
    }
    this.#forgetDrained();
  }

  #addPair(key: Uint8Array, text: Uint8Array): void {
    if (this.#source.output === KERNEL_OUTPUT_PAIRS) {
      this.#buffer.addPair(key, text);
      return;
    }
    const { register, rank } = placeOf(text, 0, text.length);
    this.#buffer.addRegister(key, register, rank);
  }

  // ---- text --------------------------------------------------------------------------------------

  /** Sees that the keys from an offset on are UTF-8: repairs the others, or fails. */
  #checkText(from: number, poll: Poll): void {
    const buffer = this.#buffer;
    const { headerBytes, lengthAt } = this.#form;
    const end = buffer.end;
    let keys: Uint8Array | undefined;
    let seen = 0;
    for (let at = from; at < end;) {
      if (++seen % POLL_KEYS === 0) poll();
      const bytes = keys === undefined
        ? readLength(buffer.bytes, at + lengthAt)
        : readLength(keys, at - from + lengthAt);
      const start = at + headerBytes;
      if (keys === undefined && !isUtf8(buffer.bytes, start, start + bytes)) {
        keys = buffer.bytes.slice(from, end); // from here on keys are written anew
        buffer.end = at;
      }
      if (bytes > POLL_BYTES) poll();
      if (keys !== undefined) this.#addRepaired(keys, at - from, bytes);
      at = behindRecord(this.#form, start + bytes);
    }
  }

  /** @param at Where the record of the key begins in `records`. */
  #addRepaired(records: Uint8Array, at: number, bytes: number): void {
    const key = this.#repair(records, at + this.#form.headerBytes, bytes);
    const buffer = this.#buffer;
    if (this.#form === PACKED_KEYS) return buffer.add(key, 0, key.length);
    buffer.bytes.set(records.subarray(at, at + VALUE_KEY_BYTES), buffer.addValue(key));
  }

  /** A key in UTF-8. @throws {GuestFailure} If it is not, and the job rejects that. */
  #repair(from: Uint8Array, start: number, bytes: number): Uint8Array {
    const key = from.subarray(start, start + bytes);
    if (isUtf8(from, start, start + bytes)) return key;
    if (this.#source.rejects) throw this.#refuse(key);
    const { repaired, replaced } = repairText(key);
    this.replaced += replaced;
    return repaired!;
  }

  #refuse(key: Uint8Array): GuestFailure {
    const { text, start, bytes } = this.#source;
    return new GuestFailure(
      INVALID_UTF8,
      "",
      findBadByte(text.subarray(start, start + bytes), key),
    );
  }
}

/** @throws {GuestFailure} If a key is too long, or Infinity: its length is not there. */
function checkKey(bytes: number): void {
  if (bytes === Infinity) throw trapped("drain ends within a key");
  checkLength(bytes, "key");
}

/** @throws {GuestFailure} If a key, or what is paired with one, is too long. */
function checkLength(bytes: number, what: "key" | "text"): void {
  if (bytes <= MOST_KEY_BYTES) return;
  const message = `a ${what} of ${bytes} bytes exceeds the limit of ${MOST_KEY_BYTES}`;
  throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, message);
}

function readLength(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
}

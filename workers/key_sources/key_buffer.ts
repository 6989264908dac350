import { VALUE_KEY, VALUE_KEY_BYTES } from "../../assembly/layout.ts";
import { mostOutput } from "../../src/shared/kernel_limits.ts";
import { KERNEL_OUTPUT_TOO_LARGE } from "../../src/shared/task_status.ts";
import { prefixBytes, REGISTER_BYTES, writePrefix, writeRegister } from "../../src/shared/pairs.ts";
import { behindRecord, PACKED_KEYS, VALUE_RECORDS } from "../../src/shared/record_form.ts";
import { GuestFailure, isStackOverflow } from "./guest_failure.ts";

const WORD_BYTES = 4;
const FIRST_BYTES = 64 * 1024;
/** A buffer that has grown beyond this is not kept for the next chunk. */
export const KEPT_BYTES = 8 * 1024 * 1024;
/** A shorter key is copied byte by byte, which costs less than a view. */
const SHORT_BYTES = 24;

const HEADER_BYTES = PACKED_KEYS.headerBytes;

/** The records that a user kernel has made of one chunk, in memory of this thread that grows. */
export class KeyBuffer {
  bytes = new Uint8Array(FIRST_BYTES);
  /** The same as words of 4 bytes. */
  words = new Int32Array(this.bytes.buffer);
  /** Where the next record begins. */
  end = 0;
  #most = 0;
  #chunkBytes = 0;

  /** Forgets all records; the next ones are of a chunk of so many bytes. */
  begin(chunkBytes: number): void {
    if (this.bytes.length > KEPT_BYTES) this.#resize(FIRST_BYTES);
    this.end = 0;
    this.#chunkBytes = chunkBytes;
    this.#most = mostOutput(chunkBytes);
  }

  /** The records, as a view; behind them the last word is filled with zeroes. */
  take(): Uint8Array {
    this.bytes.fill(0, this.end, Math.ceil(this.end / WORD_BYTES) * WORD_BYTES);
    return this.bytes.subarray(0, this.end);
  }

  /** Adds bytes of another memory as they are; returns where they begin. */
  append(memory: Uint8Array, start: number, bytes: number): number {
    this.makeRoom(bytes);
    const from = this.end;
    this.bytes.set(memory.subarray(start, start + bytes), from);
    this.end = from + bytes;
    return from;
  }

  /** Adds two words of 4 bytes, which are no record. */
  addWords(first: number, second: number): void {
    this.words[this.end / WORD_BYTES] = first;
    this.words[this.end / WORD_BYTES + 1] = second;
    this.end += 2 * WORD_BYTES;
  }

  /** Adds a packed key. */
  add(from: Uint8Array, start: number, bytes: number): void {
    this.makeRoom(HEADER_BYTES + bytes);
    this.#writeHeader(bytes);
    this.#copy(from, start, bytes);
  }

  /** Adds a packed key that is a pair; returns where the second part ends, and `rest` bytes begin. */
  addPair(key: Uint8Array, text: Uint8Array, rest = 0): number {
    const bytes = prefixBytes(key.length) + key.length + text.length + rest;
    this.makeRoom(HEADER_BYTES + bytes);
    this.#writeHeader(bytes);
    this.end = writePrefix(this.bytes, this.end, key.length);
    this.#copy(key, 0, key.length);
    this.#copy(text, 0, text.length);
    this.end += rest;
    return this.end - rest;
  }

  /** Adds a value record, whose value is still to be set; returns where it begins. */
  addValue(key: Uint8Array): number {
    const at = this.#beginValue(key.length);
    this.bytes.set(key, at + VALUE_KEY);
    return at;
  }

  /** Adds the rank of a register of a key's sketch, as a value record. */
  addRegister(key: Uint8Array, register: number, rank: number): void {
    const at = this.#beginValue(prefixBytes(key.length) + key.length + REGISTER_BYTES);
    this.words[at / WORD_BYTES] = rank;
    const start = writePrefix(this.bytes, at + VALUE_KEY, key.length);
    this.bytes.set(key, start);
    writeRegister(this.bytes, start + key.length, register);
  }

  /** Makes room for a value record, all zeroes but for the length of its key. */
  #beginValue(keyBytes: number): number {
    const at = this.end;
    const end = behindRecord(VALUE_RECORDS, at + VALUE_KEY + keyBytes);
    this.makeRoom(end - at);
    this.bytes.fill(0, at, end);
    this.words[(at + VALUE_KEY_BYTES) / WORD_BYTES] = keyBytes;
    this.end = end;
    return at;
  }

  #writeHeader(bytes: number): void {
    const to = this.bytes;
    to[this.end++] = bytes;
    to[this.end++] = bytes >> 8;
    to[this.end++] = bytes >> 16;
    to[this.end++] = bytes >> 24;
  }

  #copy(from: Uint8Array, start: number, bytes: number): void {
    const to = this.bytes;
    const at = this.end;
    if (bytes > SHORT_BYTES) to.set(from.subarray(start, start + bytes), at);
    else for (let i = 0; i < bytes; i++) to[at + i] = from[start + i];
    this.end = at + bytes;
  }

  /** @throws {GuestFailure} If the records would have more bytes than the chunk may give. */
  makeRoom(bytes: number): void {
    const needed = this.end + bytes;
    if (needed > this.#most) {
      const what = `more than ${this.#most} bytes of keys for a chunk of ${this.#chunkBytes}`;
      throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, what);
    }
    if (needed > this.bytes.length) this.#resize(Math.max(needed, 2 * this.bytes.length));
  }

  #resize(bytes: number): void {
    const larger = allocate(Math.ceil(bytes / VALUE_RECORDS.alignment) * VALUE_RECORDS.alignment);
    larger.set(this.bytes.subarray(0, Math.min(this.end, larger.length)));
    // A kernel may have filled the stack, so that any call fails: both views change, or none does.
    const words = new Int32Array(larger.buffer);
    this.bytes = larger;
    this.words = words;
  }
}

/** @throws {GuestFailure} If there is no memory for what a large chunk may give. */
export function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    throw new GuestFailure(KERNEL_OUTPUT_TOO_LARGE, `no memory for ${bytes} bytes of keys`);
  }
}

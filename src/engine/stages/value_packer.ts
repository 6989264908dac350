import type { Chunk } from "../../input/splitter.ts";
import { behindRecord, VALUE_RECORDS } from "../../shared/record_form.ts";

const { headerBytes, lengthAt } = VALUE_RECORDS;

const WORD = 2 ** 32;

/** Keys up to here are copied by a loop, which costs less than a view of them. */
const SHORT_KEY_BYTES = 32;

/** Packs keys and integers into chunks of value records. */
export class ValuePacker {
  readonly #chunkBytes: number;
  #bytes: Uint8Array;
  #view!: DataView;
  #words!: Uint32Array;
  #end = 0;
  #offset = 0;

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#bytes = this.#open(chunkBytes);
  }

  #open(bytes: number): Uint8Array {
    const opened = new Uint8Array(bytes);
    this.#view = new DataView(opened.buffer);
    this.#words = new Uint32Array(opened.buffer, 0, bytes >>> 2);
    return opened;
  }

  /** Adds a record; gives the chunk before it when that has no room. */
  add(key: Uint8Array, value: bigint): Chunk | undefined {
    const full = this.#makeRoom(recordBytes(key.length));
    this.#view.setBigInt64(this.#end, value, true);
    this.#append(key);
    return full;
  }

  /** The same with a double, for jobs of doubles. */
  addDouble(key: Uint8Array, value: number): Chunk | undefined {
    const full = this.#makeRoom(recordBytes(key.length));
    this.#view.setFloat64(this.#end, value, true);
    this.#append(key);
    return full;
  }

  /** The same for a count and a key that stands in other bytes. */
  addCount(bytes: Uint8Array, keyStart: number, keyEnd: number, count: number): Chunk | undefined {
    const keyBytes = keyEnd - keyStart;
    const size = recordBytes(keyBytes);
    const full = this.#makeRoom(size);
    const record = this.#end;
    this.#words[record >>> 2] = count; // its last 32 bits
    this.#words[(record >>> 2) + 1] = count / WORD;
    this.#words[(record + lengthAt) >>> 2] = keyBytes;
    const key = record + headerBytes;
    if (keyBytes > SHORT_KEY_BYTES) this.#bytes.set(bytes.subarray(keyStart, keyEnd), key);
    else for (let i = 0; i < keyBytes; i++) this.#bytes[key + i] = bytes[keyStart + i];
    this.#end = record + size;
    return full;
  }

  /** Gives the chunk before a record of so many bytes, when that has no room for it. */
  #makeRoom(bytes: number): Chunk | undefined {
    return this.#end + bytes > this.#bytes.length ? this.#take(bytes) : undefined;
  }

  #append(key: Uint8Array): void {
    this.#view.setUint32(this.#end + lengthAt, key.length, true);
    this.#bytes.set(key, this.#end + headerBytes);
    this.#end += recordBytes(key.length);
  }

  *end(): Generator<Chunk, void, void> {
    if (this.#end > 0) yield { ...this.#take(0)!, last: true };
  }

  /** @param needed Bytes of the next record. */
  #take(needed: number): Chunk | undefined {
    const text = this.#bytes.subarray(0, this.#end);
    const chunk = { text, offset: this.#offset, last: false };
    this.#offset += text.length;
    this.#end = 0;
    this.#bytes = this.#open(Math.max(this.#chunkBytes, needed));
    return text.length > 0 ? chunk : undefined;
  }
}

function recordBytes(keyBytes: number): number {
  return behindRecord(VALUE_RECORDS, headerBytes + keyBytes);
}

import type { Chunk } from "../../input/splitter.ts";
import { behindRecord, VALUE_RECORDS } from "../../shared/record_form.ts";

const { headerBytes, lengthAt } = VALUE_RECORDS;

/** Packs keys and integers into chunks of value records. */
export class ValuePacker {
  readonly #chunkBytes: number;
  #bytes: Uint8Array;
  #view!: DataView;
  #end = 0;
  #offset = 0;

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#bytes = this.#open(chunkBytes);
  }

  #open(bytes: number): Uint8Array {
    const opened = new Uint8Array(bytes);
    this.#view = new DataView(opened.buffer);
    return opened;
  }

  /** Adds a record; gives the chunk before it when that has no room. */
  add(key: Uint8Array, value: bigint): Chunk | undefined {
    const full = this.#makeRoom(key);
    this.#view.setBigInt64(this.#end, value, true);
    this.#append(key);
    return full;
  }

  /** The same with a double, for jobs of doubles. */
  addDouble(key: Uint8Array, value: number): Chunk | undefined {
    const full = this.#makeRoom(key);
    this.#view.setFloat64(this.#end, value, true);
    this.#append(key);
    return full;
  }

  #makeRoom(key: Uint8Array): Chunk | undefined {
    const bytes = recordBytes(key);
    return this.#end + bytes > this.#bytes.length ? this.#take(bytes) : undefined;
  }

  #append(key: Uint8Array): void {
    this.#view.setUint32(this.#end + lengthAt, key.length, true);
    this.#bytes.set(key, this.#end + headerBytes);
    this.#end += recordBytes(key);
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

function recordBytes(key: Uint8Array): number {
  return behindRecord(VALUE_RECORDS, headerBytes + key.length);
}

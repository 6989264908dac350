import type { Chunk } from "../../input/splitter.ts";

// What a kernel combines: records of a value and of how often it is there, those of one key after
// each other.
//
//   8 bytes of the value | u32 bytes of the key | u32 count | key | zero padding to a multiple of 8

const KEY_BYTES_AT = 8;
const COUNT_AT = 12;
const KEY_AT = 16;
const ALIGNMENT = 8;
/** A larger count takes several records. */
const MOST_COUNT = 2 ** 32 - 1;

/** Bytes of the records of one value. */
export function groupRecordBytes(keyBytes: number, count: number): number {
  const bytes = Math.ceil((KEY_AT + keyBytes) / ALIGNMENT) * ALIGNMENT;
  return bytes * Math.ceil(count / MOST_COUNT);
}

/** Packs groups into chunks. A group that has no room in one makes its chunk grow, up to a limit. */
export class GroupPacker {
  readonly #chunkBytes: number;
  readonly #mostGroupBytes: number;
  #bytes: Uint8Array;
  #view: DataView;
  #end = 0;
  /** Where the group in hand begins. */
  #group = 0;
  #offset = 0;

  constructor(chunkBytes: number, mostGroupBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#mostGroupBytes = mostGroupBytes;
    this.#bytes = new Uint8Array(chunkBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The next values are of another key. */
  beginGroup(): void {
    this.#group = this.#end;
  }

  /** Adds a value of the group in hand; gives the chunks that are full before it. */
  *add(
    key: Uint8Array,
    value: Uint8Array,
    count: number,
  ): Generator<Chunk<Uint8Array>, void, void> {
    for (let left = count; left > 0; left -= MOST_COUNT) {
      yield* this.#addRecord(key, value, Math.min(left, MOST_COUNT));
    }
  }

  *#addRecord(
    key: Uint8Array,
    value: Uint8Array,
    count: number,
  ): Generator<Chunk<Uint8Array>, void, void> {
    const bytes = groupRecordBytes(key.length, 1);
    while (this.#end + bytes > this.#bytes.length) {
      if (this.#group > 0) yield* this.#take(this.#group);
      else if (this.#end === 0 || this.#end + bytes <= this.#mostGroupBytes) this.#grow(bytes);
      else yield* this.#take(this.#end); // the group is cut
    }
    const at = this.#end;
    this.#end += bytes;
    this.#bytes.fill(0, at, this.#end);
    this.#bytes.set(value, at);
    this.#view.setUint32(at + KEY_BYTES_AT, key.length, true);
    this.#view.setUint32(at + COUNT_AT, count, true);
    this.#bytes.set(key, at + KEY_AT);
  }

  *end(): Generator<Chunk<Uint8Array>, void, void> {
    for (const chunk of this.#take(this.#end)) yield { ...chunk, last: true };
  }

  /** The chunk up to an offset, valid until the next is asked for; the rest moves to the front. */
  *#take(end: number): Generator<Chunk<Uint8Array>, void, void> {
    if (end === 0) return;
    yield { text: this.#bytes.subarray(0, end), offset: this.#offset, last: false };
    const rest = this.#bytes.slice(end, this.#end);
    if (this.#bytes.length > this.#chunkBytes && rest.length <= this.#chunkBytes) {
      this.#replace(new Uint8Array(this.#chunkBytes));
    }
    this.#bytes.set(rest);
    this.#offset += end;
    this.#end = rest.length;
    this.#group = 0;
  }

  /** Makes room for a record at least, and for no more than a group may have. */
  #grow(bytes: number): void {
    const room = Math.min(2 * this.#bytes.length, this.#mostGroupBytes);
    const larger = new Uint8Array(Math.max(this.#end + bytes, room));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#replace(larger);
  }

  #replace(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

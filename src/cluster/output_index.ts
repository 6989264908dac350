import { compareBytes } from "../reduce/compare_bytes.ts";
import type { Segment } from "../reduce/segment.ts";
import type { KeyRange } from "./key_range.ts";

/** Least bytes of an output between two places that its index knows, and most places. */
const LEAST_STRIDE_BYTES = 1024;
const MOST_PLACES = 256;

/** A record begins with its count, and how many bytes its key has. */
const HEADER_BYTES = 12;
const KEY_BYTES_AT = 8;

/** Most keys that are told of an output to whoever plans ranges, and most bytes of each: Redis holds them. */
const MOST_SAMPLES = 16;
const MOST_SAMPLE_BYTES = 64;

/** A place in an output at which a record begins. */
interface Place {
  readonly key: Uint8Array;
  /** Bytes before it. */
  readonly position: number;
}

/**
 * Where keys stand in an output, about: it is made while the output is written, or read, by one walk
 * over the lengths of its records.
 */
export class OutputIndex {
  /** Records so far. */
  keys = 0;
  /** Bytes so far. */
  bytes = 0;
  #places: Place[] = [];
  #stride = LEAST_STRIDE_BYTES;
  /** Where the next record begins. */
  #next = 0;
  /** The first place from here on is noted. */
  #mark = LEAST_STRIDE_BYTES;
  /** A header of which a part was at the end of the block before. */
  readonly #header = new Uint8Array(HEADER_BYTES);

  /** Passes blocks on, and notes what is in them. */
  async *watch(
    blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, void> {
    for await (const block of blocks) {
      this.#add(block);
      yield block;
    }
  }

  /** Some of the keys, as many bytes apart and no more than 64 bytes of each: nobody can know which. */
  sample(): Uint8Array[] {
    const places = this.#places;
    const count = Math.min(MOST_SAMPLES, places.length);
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    const shift = random / 2 ** 32;
    return Array.from({ length: count }, (_, i) => {
      const { key } = places[Math.floor((i + shift) * places.length / count)];
      return key.subarray(0, MOST_SAMPLE_BYTES);
    });
  }

  /** The bytes of an output that hold the records of a range. @param output Which stands by key. */
  find(output: Segment, { from, to }: KeyRange): { from: number; to: number } {
    const end = output.byteLength;
    return {
      from: from === undefined ? 0 : this.#positionOf(output, from),
      to: to === undefined ? end : this.#positionOf(output, to),
    };
  }

  /** Where the first record stands whose key is not before a key. */
  #positionOf(output: Segment, key: Uint8Array): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { key: at } = this.#places[middle];
      if (compareBytes(at, 0, at.length, key, 0, key.length) <= 0) low = middle + 1;
      else high = middle;
    }
    let position = low === 0 ? 0 : this.#places[low - 1].position;
    const record = output.records(position);
    while (record.next()) {
      const { bytes, keyStart, keyEnd } = record;
      if (compareBytes(bytes, keyStart, keyEnd, key, 0, key.length) >= 0) break;
      position = record.position;
    }
    return position;
  }

  #add(block: Uint8Array): void {
    const begin = this.bytes;
    this.bytes += block.length;
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    while (this.#next < this.bytes) {
      const at = this.#next - begin;
      const isWhole = at >= 0 && at + HEADER_BYTES <= block.length;
      if (!isWhole && !this.#addToHeader(block, at)) return;
      const keyBytes = isWhole
        ? view.getUint32(at + KEY_BYTES_AT, true)
        : new DataView(this.#header.buffer).getUint32(KEY_BYTES_AT, true);
      const end = at + HEADER_BYTES + keyBytes;
      if (this.#next >= this.#mark && isWhole && end <= block.length) {
        this.#note(block.slice(at + HEADER_BYTES, end));
      }
      this.keys++;
      this.#next += (HEADER_BYTES + keyBytes + 7) & ~7;
    }
  }

  /** Notes the place of a key; every other one is forgotten where there are too many. */
  #note(key: Uint8Array): void {
    this.#places.push({ key, position: this.#next });
    if (this.#places.length === MOST_PLACES) {
      this.#places = this.#places.filter((_, i) => i % 2 === 1);
      this.#stride *= 2;
    }
    this.#mark = this.#next + this.#stride;
  }

  /** @param at Where the header begins, of which a part may have been before. @returns Whether it is whole. */
  #addToHeader(block: Uint8Array, at: number): boolean {
    const part = block.subarray(Math.max(0, at), Math.max(0, at + HEADER_BYTES));
    this.#header.set(part, Math.max(0, -at));
    return at + HEADER_BYTES <= block.length;
  }
}

import { Buffer } from "node:buffer";
import type { Blocks } from "./byte_stream.ts";

/** Blocks whose bytes can be looked at before they are taken. */
export class PeekReader {
  /** Bytes taken so far. */
  offset = 0;
  readonly #blocks: AsyncIterator<Uint8Array>;
  #rest = new Uint8Array(0) as Uint8Array;
  #ended = false;

  constructor(blocks: Blocks) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** The bytes at hand, at least so many of them unless the blocks end before; they stay. */
  async peek(least = 1): Promise<Uint8Array> {
    if (this.#rest.length >= least || this.#ended) return this.#rest;
    const pieces = this.#rest.length === 0 ? [] : [this.#rest];
    for (let bytes = this.#rest.length; bytes < least;) {
      const { value, done } = await this.#blocks.next();
      this.#ended = done === true;
      if (done) break;
      pieces.push(value);
      bytes += value.length;
    }
    return this.#rest = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** Takes the next bytes, which must be at hand. */
  skip(bytes: number): void {
    this.#rest = this.#rest.subarray(bytes);
    this.offset += bytes;
  }

  /** All that is left, as it comes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (let bytes = await this.peek(); bytes.length > 0; bytes = await this.peek()) {
      this.skip(bytes.length);
      yield bytes;
    }
  }
}

import { Buffer } from "node:buffer";
import type { Blocks } from "./byte_stream.ts";

/** Reads blocks up to delimiters, wherever the blocks are cut. */
export class Scanner {
  readonly #blocks: AsyncIterator<Uint8Array>;
  readonly #atEnd: () => Error;
  #rest: Buffer;
  /** Free bytes behind the rest, in a buffer of its own. */
  #room = 0;

  /**
   * @param head Bytes to be read before the blocks.
   * @param atEnd Makes the error for blocks that end before the delimiter.
   */
  constructor(blocks: Blocks, head: string, atEnd: () => Error) {
    this.#blocks = blocks[Symbol.asyncIterator]();
    this.#rest = Buffer.from(head);
    this.#atEnd = atEnd;
  }

  /** The bytes before the next delimiter, which is read as well, in pieces as they come. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const at = this.#rest.indexOf(delimiter);
      // A delimiter may begin in the last bytes.
      const end = at < 0 ? Math.max(0, this.#rest.length - delimiter.length + 1) : at;
      const piece = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(at < 0 ? end : at + delimiter.length);
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      await this.#readMore();
    }
  }

  /** The bytes before the next delimiter, which is read as well; undefined if they are too many. */
  async take(delimiter: Buffer, maxBytes: number): Promise<Buffer | undefined> {
    for (let searched = 0;;) {
      const at = this.#rest.indexOf(delimiter, Math.max(0, searched - delimiter.length + 1));
      if (at > maxBytes || (at < 0 && this.#rest.length > maxBytes + delimiter.length)) return;
      if (at < 0) {
        searched = this.#rest.length;
        await this.#readMore();
        continue;
      }
      const taken = this.#rest.subarray(0, at);
      this.#rest = this.#rest.subarray(at + delimiter.length);
      return taken;
    }
  }

  /** The next bytes, so many of them, in pieces as they come. */
  async *exactly(bytes: number): AsyncGenerator<Uint8Array, void, void> {
    while (bytes > 0) {
      if (this.#rest.length === 0) await this.#readMore();
      const piece = this.#rest.subarray(0, bytes);
      this.#rest = this.#rest.subarray(piece.length);
      bytes -= piece.length;
      yield piece;
    }
  }

  /** All that is left, in pieces as they come. */
  async *remaining(): AsyncGenerator<Uint8Array, void, void> {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    this.#room = 0;
    if (rest.length > 0) yield rest;
    for (let next = await this.#blocks.next(); !next.done; next = await this.#blocks.next()) {
      yield next.value;
    }
  }

  /** Whether these bytes come next; they are not read. */
  async startsWith(bytes: Buffer): Promise<boolean> {
    while (this.#rest.length < bytes.length) await this.#readMore();
    return this.#rest.subarray(0, bytes.length).equals(bytes);
  }

  /** Reads the rest and drops it. */
  async drain(): Promise<void> {
    this.#rest = Buffer.alloc(0);
    while (!(await this.#blocks.next()).done);
  }

  async #readMore(): Promise<void> {
    const { value, done } = await this.#blocks.next();
    if (done) throw this.#atEnd();
    if (this.#rest.length === 0) {
      this.#rest = Buffer.from(value.buffer, value.byteOffset, value.length);
      this.#room = 0;
      return;
    }
    const length = this.#rest.length + value.length;
    // Twice the room, so that many small blocks are not copied again and again. What was given
    // away before stays as it is: bytes are only ever added behind.
    if (value.length > this.#room) {
      const larger = Buffer.alloc(length * 2);
      this.#rest.copy(larger);
      this.#rest = larger.subarray(0, this.#rest.length);
      this.#room = larger.length - this.#rest.length;
    }
    const { buffer, byteOffset } = this.#rest;
    const grown = Buffer.from(buffer, byteOffset, length);
    grown.set(value, this.#rest.length);
    this.#rest = grown;
    this.#room -= value.length;
  }
}

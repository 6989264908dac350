import { Buffer } from "node:buffer";
import type { Blocks } from "./byte_stream.ts";

/** Reads blocks up to delimiters, wherever the blocks are cut. */
export class Scanner {
  readonly #blocks: AsyncIterator<Uint8Array>;
  readonly #atEnd: () => Error;
  #rest: Buffer;

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
    for (;;) {
      const at = this.#rest.indexOf(delimiter);
      if (at > maxBytes || (at < 0 && this.#rest.length > maxBytes + delimiter.length)) return;
      if (at < 0) {
        await this.#readMore();
        continue;
      }
      const taken = this.#rest.subarray(0, at);
      this.#rest = this.#rest.subarray(at + delimiter.length);
      return taken;
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
    const block = Buffer.from(value.buffer, value.byteOffset, value.length);
    this.#rest = this.#rest.length === 0 ? block : Buffer.concat([this.#rest, block]);
  }
}

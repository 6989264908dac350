const LF = 0x0a;
const CR = 0x0d;

const encoder = new TextEncoder();

/**
 * Short texts in one chunk, each ended by a line feed: no tokenizer has a token that reaches over
 * one, and to `lines` a text is the same with and without a last line feed.
 */
export class TextPack {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #end = 0;
  #closed = false;
  /** Bytes of the text that was added last. */
  addedBytes = 0;

  constructor(chunkBytes: number) {
    this.#bytes = new Uint8Array(chunkBytes);
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Adds a text that is not empty; false when there is no room for it. */
  add(text: string): boolean {
    const room = this.#bytes.length - this.#end - 1; // one byte is for the line feed
    if (this.#closed || text.length > room) return false;
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end, -1));
    if (read < text.length) return false;
    this.addedBytes = written;
    this.#end += written;
    const last = this.#bytes[this.#end - 1];
    if (last === CR) this.#closed = true; // a line feed would make a CRLF of it
    else if (last !== LF) this.#bytes[this.#end++] = LF;
    return true;
  }

  /** The chunk, valid until the next text is added; the pack is empty again. */
  take(): Uint8Array {
    const chunk = this.#bytes.subarray(0, this.#end);
    this.#end = 0;
    this.#closed = false;
    return chunk;
  }
}

const LF = 0x0a;
const CR = 0x0d;

const FIRST_BYTES = 4096;

const encoder = new TextEncoder();

/**
 * Short texts in one chunk, each ended by a line feed: no tokenizer has a token that reaches over
 * one, and to `lines` a text is the same with and without a last line feed.
 */
export class TextPack {
  readonly #chunkBytes: number;
  /** Starts small, since most texts are: to clear a whole chunk would take longer than they do. */
  #bytes: Uint8Array<ArrayBuffer>;
  #end = 0;
  #closed = false;
  /** Bytes of the text that was added last. */
  addedBytes = 0;

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, chunkBytes));
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Adds a text that is not empty; false when there is no room for it. */
  add(text: string): boolean {
    const room = this.#chunkBytes - this.#end - 1; // one byte is for the line feed
    if (this.#closed || text.length > room) return false;
    let { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end, -1));
    while (read < text.length) {
      if (this.#bytes.length === this.#chunkBytes) return false;
      this.#grow();
      ({ read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end, -1)));
    }
    this.addedBytes = written;
    this.#end += written;
    const last = this.#bytes[this.#end - 1];
    if (last === CR) this.#closed = true; // a line feed would make a CRLF of it
    else if (last !== LF) this.#bytes[this.#end++] = LF;
    return true;
  }

  #grow(): void {
    const larger = new Uint8Array(Math.min(this.#bytes.length * 4, this.#chunkBytes));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }

  /** The chunk, valid until the next text is added; the pack is empty again. */
  take(): Uint8Array {
    const chunk = this.#bytes.subarray(0, this.#end);
    this.#end = 0;
    this.#closed = false;
    return chunk;
  }
}

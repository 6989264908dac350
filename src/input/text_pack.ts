import type { ChunkParts } from "./splitter.ts";

const LF = 0x0a;
const CR = 0x0d;

const FIRST_BYTES = 4096;
const MOST_CHAR_BYTES = 4;

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
  #starts: number[] = [];
  #indexes: number[] = [];

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, chunkBytes));
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Bytes of the texts, and of the line feeds between them. */
  get length(): number {
    return this.#end;
  }

  /** Which texts are here, and where. */
  get parts(): ChunkParts {
    return { starts: this.#starts, indexes: this.#indexes };
  }

  /**
   * Adds a text that is not empty; false when there is no room for it.
   *
   * @param index Its number among all texts.
   */
  add(text: string, index: number): boolean {
    const room = this.#chunkBytes - this.#end - 1; // one byte is for the line feed
    if (this.#closed || text.length > room) return false;
    let written = this.#write(text);
    while (written < 0) {
      if (this.#bytes.length === this.#chunkBytes) return false;
      this.#grow();
      written = this.#write(text);
    }
    this.addedBytes = written;
    this.#note(index);
    this.#endLine(written);
    return true;
  }

  #note(index: number): void {
    this.#starts.push(this.#end);
    this.#indexes.push(index);
  }

  /** Whether there is room for a text of so many bytes. */
  fits(bytes: number): boolean {
    return !this.#closed && this.#end + bytes + 1 <= this.#chunkBytes;
  }

  /** As `add`, for a text that is encoded already. */
  addBytes(text: Uint8Array, index: number): boolean {
    if (!this.fits(text.length)) return false;
    const needed = this.#end + text.length + 1;
    while (needed > this.#bytes.length) this.#grow();
    this.#bytes.set(text, this.#end);
    this.#note(index);
    this.#endLine(text.length);
    return true;
  }

  /** Ends the line of a text that was written. */
  #endLine(written: number): void {
    this.#end += written;
    const last = this.#bytes[this.#end - 1];
    if (last === CR) this.#closed = true; // a line feed would make a CRLF of it
    else if (last !== LF) this.#bytes[this.#end++] = LF;
  }

  /** Writes a text to the end; returns its bytes, or -1 when there is no room for all of them. */
  #write(text: string): number {
    const room = this.#bytes.subarray(this.#end, -1);
    // Writing ends at the first character that has no room. Deno 2.5 tells bytes for the characters
    // that it has read of a text of Latin-1, so these are not asked.
    const { written } = encoder.encodeInto(text, room);
    const isWhole = room.length - written >= MOST_CHAR_BYTES ||
      encoder.encode(text).length === written;
    return isWhole ? written : -1;
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
    this.#starts = [];
    this.#indexes = [];
    return chunk;
  }
}

import { Decoder, type DecoderOptions } from "../input/decoder.ts";
import type { ByteSource } from "../input/source.ts";
import type { LinePack } from "./each_terms.ts";

/** Longest line. A text of the largest size has room in it, however it is escaped. */
export const LINE_BYTES: number = 8 * 1024 * 1024;

/** A pack has more only where one line is longer. */
const PACK_BYTES = 128 * 1024;

/**
 * Room for what is read at once, of which several packs may be cut. Each read of a body has Deno move
 * all that has come of it, so that reads of a quarter of this cost the serving thread twice as much.
 */
const BUFFER_BYTES = 4 * PACK_BYTES;

/** A few bytes may make a line, and every line makes an answer, so that the lines are bounded too. */
const PACK_LINES = 4096;

const LF = 0x0a;

/** A line that is not read, since it is longer than LINE_BYTES. */
export interface SkippedLine {
  readonly tooLong: true;
  /** Its number, from 1. */
  readonly line: number;
}

/**
 * Cuts a body into packs of whole lines, as they come: while others are counted, the next fill up,
 * and what a slow client has sent does not wait for more.
 *
 * Only the line that has not ended is held, and of one that is too long nothing.
 */
export class PackReader implements AsyncIterableIterator<LinePack | SkippedLine, void, void> {
  readonly #source: ByteSource;
  readonly #decoder: Decoder;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES);
  /** Bytes `[start, filled)` are here and belong to no pack yet; up to `searched` no line ends. */
  #start = 0;
  #filled = 0;
  #searched = 0;
  /** Number of the line that begins at `#start`. */
  #line = 1;
  #ended = false;

  constructor(source: ByteSource, options: DecoderOptions) {
    this.#source = source;
    this.#decoder = new Decoder(source, options);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws {JobError} What Decoder and ByteSource throw. */
  async next(): Promise<IteratorResult<LinePack | SkippedLine, void>> {
    for (;;) {
      const pack = this.#cut();
      if (pack) return { done: false, value: pack };
      if (this.#ended) return { done: true, value: undefined };
      if (this.#filled - this.#start > LINE_BYTES) {
        return { done: false, value: await this.#skip() };
      }
      await this.#fill();
    }
  }

  /** Gives up what is left of the body; a read that waits is ended, too. */
  return(): Promise<IteratorResult<LinePack | SkippedLine, void>> {
    this.#ended = true;
    this.#source.cancel(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Takes the whole lines that are here; undefined if none has ended. */
  #cut(): LinePack | SkippedLine | undefined {
    const line = this.#line;
    const start = this.#start;
    let end = start;
    for (let lines = 0; lines < PACK_LINES && end - start < PACK_BYTES; lines++) {
      const next = this.#endOfLine(end);
      if (next === undefined) break;
      if (next - end > LINE_BYTES && end > start) break; // it is the next one's matter
      end = next;
      this.#line++;
    }
    if (end === start) return undefined;
    this.#start = end;
    if (end - start > LINE_BYTES && this.#line === line + 1) return { tooLong: true, line };
    return { bytes: this.#buffer.slice(start, end), line };
  }

  /** Where the line behind the one at `start` begins; undefined if its end has not come. */
  #endOfLine(start: number): number | undefined {
    const here = this.#buffer.subarray(0, this.#filled);
    const at = here.indexOf(LF, Math.max(start, this.#searched));
    if (at >= 0) return at + 1;
    this.#searched = this.#filled;
    return this.#ended && start < this.#filled ? this.#filled : undefined;
  }

  async #fill(): Promise<void> {
    this.#makeRoom();
    const { buffer, added } = await this.#decoder.read(this.#buffer, this.#filled);
    this.#buffer = buffer;
    this.#filled += added;
    this.#ended ||= added === 0;
  }

  /** Brings what is here to the front of a buffer that has room for more. */
  #makeRoom(): void {
    const rest = this.#buffer.subarray(this.#start, this.#filled);
    const size = rest.length === this.#buffer.length ? rest.length * 2 : this.#buffer.length;
    // After a long line, the buffer is of the usual size again.
    const wanted = rest.length <= BUFFER_BYTES / 2 ? BUFFER_BYTES : size;
    if (wanted === this.#buffer.length && this.#start === 0) return;
    if (wanted === this.#buffer.length) this.#buffer.copyWithin(0, this.#start, this.#filled);
    else {
      this.#buffer = new Uint8Array(wanted);
      this.#buffer.set(rest);
    }
    this.#searched -= this.#start;
    this.#filled = rest.length;
    this.#start = 0;
  }

  /** Passes over the rest of a line that is too long. */
  async #skip(): Promise<SkippedLine> {
    const line = this.#line++;
    this.#start = this.#searched = this.#filled = 0;
    for (;;) {
      await this.#fill();
      const at = this.#buffer.subarray(0, this.#filled).indexOf(LF);
      if (at >= 0) this.#start = this.#searched = at + 1;
      if (at >= 0 || this.#ended) return { tooLong: true, line };
      this.#filled = 0;
    }
  }
}

import { JobError } from "../errors.ts";
import type { Pull } from "./splitter.ts";

/** Bytes of the other charset that are decoded at once. */
const BLOCK_BYTES = 64 * 1024;
const REPLACEMENT = "\ufffd";

export interface TranscoderOptions {
  /** A label that TextDecoder knows. */
  charset: string;
  /** Whether to fail where the charset's rules are broken, rather than to write U+FFFD. */
  fatal: boolean;
  /** Bytes that precede the text, to be counted in the offsets of errors. */
  skippedBytes: number;
}

/** Turns another charset into UTF-8, block by block, as it is read. */
export class Transcoder {
  /** U+FFFD written so far, those that stood in the text included. */
  replacements = 0;

  readonly #source: Pull;
  readonly #options: TranscoderOptions;
  readonly #decoder: TextDecoder;
  /** One block behind #decoder, to find the place of an error; only where errors are fatal. */
  readonly #follower: TextDecoder | undefined;
  readonly #encoder = new TextEncoder();
  #block = new Uint8Array(BLOCK_BYTES);
  /** UTF-8 that no reader has taken yet. */
  #ready: Uint8Array;
  /** Bytes decoded without an error. */
  #decodedBytes = 0;
  #ended = false;

  /** @param head Bytes that were taken from the source before. */
  constructor(source: Pull, head: Uint8Array, options: TranscoderOptions) {
    const { charset, fatal } = options;
    this.#source = source;
    this.#options = options;
    this.#decoder = new TextDecoder(charset, { fatal, ignoreBOM: true });
    if (fatal) this.#follower = new TextDecoder(charset, { fatal, ignoreBOM: true });
    this.#ready = this.#transcode(head);
  }

  /**
   * Fills a buffer as far as text is at hand, and waits for some when there is none.
   *
   * @returns How many bytes were written; 0 at the end of the input.
   * @throws {JobError} `invalid_utf8` if errors are fatal and there is one.
   */
  async read(into: Uint8Array): Promise<number> {
    while (this.#ready.length === 0) {
      if (this.#ended) return 0;
      const { buffer, added } = await this.#source.read(this.#block, 0);
      this.#ended = added === 0;
      if (buffer.length > 0) this.#block = buffer;
      this.#ready = this.#transcode(buffer.subarray(0, added));
    }
    const part = this.#ready.subarray(0, into.length);
    into.set(part);
    this.#ready = this.#ready.subarray(part.length);
    return part.length;
  }

  #transcode(bytes: Uint8Array): Uint8Array {
    const text = this.#decode(bytes);
    for (let at = -1; (at = text.indexOf(REPLACEMENT, at + 1)) >= 0;) this.replacements++;
    return this.#encoder.encode(text);
  }

  #decode(bytes: Uint8Array): string {
    try {
      const text = this.#decoder.decode(bytes, { stream: !this.#ended });
      this.#follower?.decode(bytes, { stream: true });
      this.#decodedBytes += bytes.length;
      return text;
    } catch (cause) {
      const offset = this.#options.skippedBytes + this.#decodedBytes + this.#errorIn(bytes);
      throw new JobError(
        "invalid_utf8",
        `Cannot decode ${this.#options.charset}: byte ${offset} is not valid there`,
        { cause, details: { offset } },
      );
    }
  }

  /** Index of the byte at which decoding fails; `bytes.length` when it is the end that is wrong. */
  #errorIn(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at++) {
      try {
        this.#follower!.decode(bytes.subarray(at, at + 1), { stream: true });
      } catch {
        return at;
      }
    }
    return bytes.length;
  }
}

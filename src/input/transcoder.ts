import { JobError } from "../contract/problems.ts";
import type { Pull } from "./splitter.ts";

/** Bytes of the other charset that are decoded at once. */
const BLOCK_BYTES = 64 * 1024;
const REPLACEMENT = "\ufffd";

/** More bytes than any charset has in a character and the beginning of another. */
const RETOLD_BYTES = 16;

const ISO_2022_JP = "iso-2022-jp";
const ESC = 0x1b;
const ESCAPE_BYTES = 3;

/** How bytes become UTF-8. */
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
  /** Some bytes behind #decoder, to find the place of an error; only where errors are fatal. */
  readonly #follower: TextDecoder | undefined;
  /** What #decoder has taken and #follower has not. */
  #retold: Uint8Array = new Uint8Array(0);
  readonly #encoder = new TextEncoder();
  #block = new Uint8Array(BLOCK_BYTES);
  /** UTF-8 that no reader has taken yet. */
  #ready: Uint8Array;
  /** Bytes that #follower has taken. */
  #followedBytes = 0;
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
      if (this.#follower) this.#follow(this.#follower, bytes);
      return text;
    } catch (cause) {
      const offset = this.#options.skippedBytes + this.#followedBytes + this.#findError(bytes);
      throw new JobError(
        "invalid_utf8",
        `Cannot decode ${this.#options.charset}: byte ${offset} begins nothing that is valid there`,
        { cause, details: { offset } },
      );
    }
  }

  #follow(follower: TextDecoder, bytes: Uint8Array): void {
    const taken = join(this.#retold, bytes);
    const end = Math.max(0, taken.length - RETOLD_BYTES);
    follower.decode(taken.subarray(0, end), { stream: true });
    this.#followedBytes += end;
    this.#retold = taken.slice(end);
  }

  /** Where the sequence begins that fails, counted from where #follower is. */
  #findError(bytes: Uint8Array): number {
    const taken = join(this.#retold, bytes);
    let start = 0; // of the sequence that has given no character yet
    for (let at = 0; at < taken.length; at++) {
      try {
        const text = this.#follower!.decode(taken.subarray(at, at + 1), { stream: true });
        if (text !== "" || this.#isEscape(taken.subarray(start, at + 1))) start = at + 1;
      } catch {
        return start;
      }
    }
    return start; // the end is what is wrong
  }

  /** Whether it is an escape sequence, which gives no character. */
  #isEscape(sequence: Uint8Array): boolean {
    const { charset } = this.#options;
    return charset === ISO_2022_JP && sequence.length === ESCAPE_BYTES && sequence[0] === ESC;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

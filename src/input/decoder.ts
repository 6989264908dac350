import { JobError } from "../contract/problems.ts";
import { AUTO, canonicalCharset } from "../contract/parameter_texts.ts";
import { HEAD_BYTES } from "./beginnings.ts";
import { findMark } from "./byte_order_mark.ts";
import { requireText } from "./signatures.ts";
import type { Filled } from "./source.ts";
import type { Pull } from "./splitter.ts";
import { Transcoder } from "./transcoder.ts";
import { refuseWideEncoding } from "./wide_encoding.ts";

/** How the bytes of an input become UTF-8. */
export interface DecoderOptions {
  /**
   * A label of the Encoding standard, which a byte order mark overrules. `auto`, in any case, is
   * UTF-8, and refuses what looks like UTF-16 or UTF-32 without such a mark.
   * @default {"auto"}
   */
  charset?: string;
  /** Whether a leading byte order mark is dropped or is text. @default {"skip"} */
  bom?: "skip" | "keep";
  /** Whether what another charset does not allow becomes U+FFFD or fails. @default {"replace"} */
  invalid?: "replace" | "reject";
  /** Present where the input is no whole text. @internal */
  part?: TextPartTerms;
}

/**
 * What is known of an input that is a part of a larger text in UTF-8. Nothing of it is guessed: what
 * looks like a mark, another charset or another format in the middle of a text is text.
 */
export interface TextPartTerms {
  /** Bytes of the mark that the text begins with and that is dropped; 0 behind its beginning. */
  markBytes: number;
  /** What the text is called, where keys hold that. @default {"0", as a text that stands alone} */
  name?: string;
  /** The record that names the columns, where it stands in front of this part. */
  header?: Uint8Array;
}

/**
 * Input as UTF-8, pulled through from a source of bytes.
 *
 * UTF-8 itself passes as it is, well-formed or not, and straight into the reader's own buffer:
 * only its first bytes are looked at. Everything else is decoded and encoded again, a block at a
 * time, when the reader asks.
 */
export class Decoder implements Pull {
  /** The encoding of the input; final after the first read. */
  charset: string;
  /** Bytes of the byte order mark that was dropped, which offsets in the text do not count. */
  skippedBytes = 0;

  readonly #source: Pull;
  readonly #options: DecoderOptions;
  readonly #isUnlabelled: boolean;
  #begun = false;
  /** The first bytes of UTF-8 text, until a reader has taken them. */
  #head = new Uint8Array(0);
  #transcoder: Transcoder | undefined;

  /** @throws {JobError} `unknown_charset` if no encoding has this label. */
  constructor(source: Pull, options: DecoderOptions = {}) {
    this.#source = source;
    this.#options = options;
    const charset = encodingOf(options.charset);
    this.#isUnlabelled = charset === AUTO;
    this.charset = charset === AUTO ? "utf-8" : charset;
  }

  /** Whether a byte order mark was dropped. */
  get bomSkipped(): boolean {
    return this.skippedBytes > 0;
  }

  /**
   * U+FFFD written for what another charset does not allow; UTF-8 is repaired where it is counted.
   * In UTF-16 and GB18030 a text can hold U+FFFD itself, which counts too.
   */
  get replacements(): number {
    return this.#transcoder?.replacements ?? 0;
  }

  /**
   * Reads some UTF-8 to `offset` of the buffer, which must have room there; the end adds 0.
   *
   * @throws {JobError} `unsupported_media` if it begins as no text does; `unknown_charset` for
   * UTF-32, and for what looks like UTF-16 and says it nowhere; `invalid_utf8` if `invalid` is
   * `reject` and another charset's rules are broken, with the offset in the details of the first
   * byte of what is broken; and what the source throws.
   */
  async read(buffer: Uint8Array<ArrayBuffer>, offset: number): Promise<Filled> {
    if (!this.#begun) await this.#begin();
    if (this.#transcoder) {
      return { buffer, added: await this.#transcoder.read(buffer.subarray(offset)) };
    }
    if (this.#head.length === 0) return await this.#source.read(buffer, offset);
    const part = this.#head.subarray(0, buffer.length - offset);
    this.#head = this.#head.subarray(part.length);
    buffer.set(part, offset);
    return { buffer, added: part.length };
  }

  /** Takes enough bytes from the source to tell what it is. */
  async #begin(): Promise<void> {
    this.#begun = true;
    const { bom, invalid, part } = this.#options;
    const head = await this.#readHead();
    if (part) {
      this.charset = "utf-8";
      this.skippedBytes = part.markBytes;
      this.#head = head.subarray(part.markBytes);
      return;
    }
    const mark = findMark(head);
    if (mark) this.charset = mark.charset;
    if (mark && bom !== "keep") this.skippedBytes = mark.bytes;
    if (!mark || mark.charset === "utf-8") requireText(head, this.charset);
    if (!mark && this.#isUnlabelled) refuseWideEncoding(head);
    this.#head = head.subarray(this.skippedBytes);
    if (this.charset === "utf-8") return;
    this.#transcoder = new Transcoder(this.#source, this.#head, {
      charset: this.charset,
      fatal: invalid === "reject",
      skippedBytes: this.skippedBytes,
    });
  }

  async #readHead(): Promise<Uint8Array<ArrayBuffer>> {
    let head = new Uint8Array(HEAD_BYTES);
    for (let filled = 0;;) {
      const { buffer, added } = await this.#source.read(head, filled);
      head = buffer; // also at the end, since the buffer that was given away is detached
      filled += added;
      if (added === 0 || filled === HEAD_BYTES) return head.subarray(0, filled);
    }
  }
}

/**
 * The encoding's one name, or `auto`.
 *
 * @throws {JobError} `unknown_charset` if no encoding has this label.
 */
export function encodingOf(label = AUTO): string {
  const charset = canonicalCharset(label);
  if (charset !== undefined) return charset;
  throw new JobError("unknown_charset", `Cannot decode charset '${label}'`, {
    details: { charset: label },
  });
}

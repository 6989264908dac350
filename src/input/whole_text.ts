import { AUTO } from "../contract/parameter_texts.ts";
import { requireText } from "./signatures.ts";
import { checkBodyBytes, type SourceLimits } from "./source.ts";
import { type Chunk, splitBytes, type SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";
import { refuseWideEncoding, TELLING_BYTES } from "./wide_encoding.ts";

/** UTF-8 that is all here: cut where it stands, without a copy. */
export class WholeText implements Text {
  readonly isKeys = false;
  readonly rewinds = true;
  readonly charset = "utf-8";
  readonly replacements = 0;
  readonly bytes: number;
  readonly skippedBytes: number;
  readonly #input: Uint8Array;
  readonly #label: string | undefined;
  readonly #limits: SourceLimits;

  /** @param label What the text is said to be, or `auto`; undefined where it is judged already. */
  constructor(
    input: Uint8Array,
    skippedBytes: number,
    label: string | undefined,
    limits: SourceLimits,
  ) {
    this.bytes = input.byteLength; // see splitBytes
    this.skippedBytes = skippedBytes;
    this.#input = input;
    this.#label = label;
    this.#limits = limits;
  }

  get bomSkipped(): boolean {
    return this.skippedBytes > 0;
  }

  whole(mostBytes: number): Uint8Array | undefined {
    return this.bytes <= mostBytes ? this.#checked() : undefined;
  }

  chunks(chunkBytes: number, rule: SplitRule): Iterable<Chunk> {
    return splitBytes(this.#checked(), chunkBytes, rule);
  }

  /** The text behind its mark. @throws {JobError} `body_too_large`, `unsupported_media`. */
  #checked(): Uint8Array {
    checkBodyBytes(this.bytes, this.#limits);
    if (this.#label !== undefined) requireText(this.#input);
    const text = this.#input.subarray(this.skippedBytes);
    if (this.#label === AUTO) refuseWideEncoding(text.subarray(0, TELLING_BYTES));
    return text;
  }

  cancel(): void {}
}

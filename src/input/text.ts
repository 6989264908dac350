import { ignoreError, own } from "../async/own.ts";
import { checkTexts, checkWords, refuseInput } from "./accepted.ts";
import { AUTO } from "../parameter_texts.ts";
import { Decoder, type DecoderOptions, encodingOf, findMark } from "./decoder.ts";
import { requireText } from "./signatures.ts";
import { ByteSource, checkBodyBytes, inTime, type SourceLimits } from "./source.ts";
import { type Chunk, splitBytes, splitChunks, type SplitRule } from "./splitter.ts";
import { type TextPart, type Texts, TextSeries } from "./text_series.ts";
import { refuseWideEncoding, TELLING_BYTES } from "./wide_encoding.ts";
import { WordList, type Words } from "./word_list.ts";

const encoder = new TextEncoder();

/** Input on its way to the workers: UTF-8 in chunks, and what is known of where it came from. */
export interface Text {
  /** Bytes of input so far, as received. */
  readonly bytes: number;
  /** Whether the chunks are key records, each one token; known when the first chunk is here. */
  readonly isKeys: boolean;
  readonly charset: string;
  readonly bomSkipped: boolean;
  /** Bytes before the text, which the offsets of chunks do not count. */
  readonly skippedBytes: number;
  /** U+FFFD that decoding from another charset wrote. */
  readonly replacements: number;
  /** Whether chunks() may be called again, to read the text again from its beginning. */
  readonly rewinds: boolean;
  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> | Iterable<Chunk>;
  /** Members that name a place in the input, where an offset alone does not. */
  place?(offset: number): Record<string, unknown>;
  /** Tells the sender that nothing more will be read. */
  cancel(reason: unknown): void;
}

/** An input that can be read again, such as a `Blob` or a file that a job was spooled to. */
export interface ReplayableInput {
  /** A new stream over the whole input. */
  stream(): ReadableStream<Uint8Array>;
}

/** Input that can be read at once. */
type PresentInput =
  | string
  | ReadableStream<Uint8Array>
  | ReplayableInput
  | Uint8Array
  | readonly string[]
  | Words
  | Texts;

/**
 * Where text comes from: a string; bytes that are all here; a stream of bytes, or what opens one,
 * such as a `Blob`; an array of words, which are tokens as they are; or several texts. Each may be
 * yet to come. Strings have no charset, so that option is for bytes alone.
 */
export type TextInput = PresentInput | Promise<PresentInput>;

/** Whether an input is all here, so that nobody has to be waited for to read it. */
export function isPresent(input: TextInput): boolean {
  return input instanceof Uint8Array || typeof input === "string" || Array.isArray(input);
}

/** Size of an input that is all here, about if it is a string; 0 for one that is yet to come. */
export function knownBytes(input: TextInput): number {
  return input instanceof Uint8Array || typeof input === "string" ? input.length : 0;
}

/** How an input is read. */
export interface TextOptions extends DecoderOptions {
  /** Tokens per key. @default {1} */
  n?: number;
  /** Whether keys of several tokens end at a line's end. @default {false} */
  lineBound?: boolean;
}

/**
 * Opens an input for reading.
 *
 * @throws {JobError} `unknown_charset`.
 * @throws {InputTypeError} If it is nothing that can be counted.
 */
export function openText(
  input: TextInput,
  options: TextOptions,
  limits: SourceLimits,
): Text {
  if (input instanceof Promise) return new PromisedText(input, options, limits);
  if (input instanceof ReadableStream) return new StreamedText(input, options, limits);
  if (input instanceof Uint8Array) return openBytes(input, options, limits);
  if (typeof input === "string") return openString(input, options, limits);
  if (Array.isArray(input)) return openWords({ words: input }, options);
  if (has(input, "words")) return openWords(input, options);
  if (has(input, "texts")) return openSeries(input, options, limits);
  if (has(input, "stream") && typeof input.stream === "function") {
    return new ReplayableText(() => new StreamedText(input.stream(), options, limits));
  }
  throw refuseInput(input);
}

/** A caller that checks no types may hand in anything. */
function has<K extends string>(
  input: PresentInput,
  name: K,
): input is Extract<PresentInput, Record<K, unknown>> {
  return typeof input === "object" && input !== null && name in input;
}

function openWords(input: Words, { invalid }: TextOptions): Text {
  const { words } = input;
  if (Array.isArray(words)) checkWords(words);
  else if (typeof words !== "object" || !(Symbol.asyncIterator in words)) throw refuseInput(input);
  return new WordList(input, invalid);
}

function openString(input: string, options: TextOptions, limits: SourceLimits): Text {
  const charset = "utf-8";
  if (!input.isWellFormed()) return openSeries({ texts: [input] }, { ...options, charset }, limits);
  return openBytes(encoder.encode(input), { ...options, charset }, limits);
}

function openBytes(input: Uint8Array, options: DecoderOptions, limits: SourceLimits): Text {
  const mark = findMark(input);
  const charset = mark?.charset ?? encodingOf(options.charset);
  if (charset !== "utf-8" && charset !== AUTO) {
    const open = () => new Response(input.slice()).body!;
    return new ReplayableText(() => new StreamedText(open(), options, limits));
  }
  const skippedBytes = options.bom === "keep" ? 0 : mark?.bytes ?? 0;
  return new WholeText(input, skippedBytes, charset === AUTO, limits);
}

function openSeries(input: Texts, options: TextOptions, limits: SourceLimits): Text {
  checkTexts(input.texts);
  const { n = 1, lineBound = false, bom, invalid } = options;
  const series = { keepMark: bom === "keep", crossesLines: n > 1 && !lineBound, invalid };
  const open = ({ text, charset = options.charset }: TextPart) =>
    openText(text, { ...options, charset }, limits);
  const openAll = () => new TextSeries(input, series, open);
  return rewinds(input) ? new ReplayableText(openAll) : openAll();
}

function rewinds({ texts, rewinds }: Texts): boolean {
  if (rewinds !== undefined) return rewinds;
  return Array.isArray(texts) &&
    texts.every((part) => typeof part === "string" || !(part?.text instanceof ReadableStream));
}

/** Input that streams in, of any size and charset. */
class StreamedText implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  readonly #source: ByteSource;
  readonly #decoder: Decoder;

  constructor(
    stream: ReadableStream<Uint8Array>,
    options: DecoderOptions,
    limits: SourceLimits,
  ) {
    this.#source = new ByteSource(stream, limits);
    this.#decoder = new Decoder(this.#source, options);
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  get charset(): string {
    return this.#decoder.charset;
  }

  get bomSkipped(): boolean {
    return this.#decoder.bomSkipped;
  }

  get skippedBytes(): number {
    return this.#decoder.skippedBytes;
  }

  get replacements(): number {
    return this.#decoder.replacements;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> {
    return splitChunks(this.#decoder, chunkBytes, rule);
  }

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }
}

/** A streamed text that is opened anew whenever it is read. */
class ReplayableText implements Text {
  readonly isKeys = false;
  readonly rewinds = true;
  readonly #open: () => Text;
  #text: Text;
  #isRead = false;

  constructor(open: () => Text) {
    this.#open = open;
    this.#text = open();
  }

  get bytes(): number {
    return this.#text.bytes;
  }

  get charset(): string {
    return this.#text.charset;
  }

  get bomSkipped(): boolean {
    return this.#text.bomSkipped;
  }

  get skippedBytes(): number {
    return this.#text.skippedBytes;
  }

  get replacements(): number {
    return this.#text.replacements;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> | Iterable<Chunk> {
    if (this.#isRead) {
      this.#text.cancel("it is read again");
      this.#text = this.#open();
    }
    this.#isRead = true;
    return this.#text.chunks(chunkBytes, rule);
  }

  place(offset: number): Record<string, unknown> {
    return this.#text.place?.(offset) ?? {};
  }

  cancel(reason: unknown): void {
    this.#text.cancel(reason);
  }
}

/** UTF-8 that is all here: cut where it stands, without a copy. */
class WholeText implements Text {
  readonly isKeys = false;
  readonly rewinds = true;
  readonly charset = "utf-8";
  readonly replacements = 0;
  readonly bytes: number;
  readonly skippedBytes: number;
  readonly #input: Uint8Array;
  readonly #isUnlabelled: boolean;
  readonly #limits: SourceLimits;

  constructor(
    input: Uint8Array,
    skippedBytes: number,
    isUnlabelled: boolean,
    limits: SourceLimits,
  ) {
    this.bytes = input.length;
    this.skippedBytes = skippedBytes;
    this.#input = input;
    this.#isUnlabelled = isUnlabelled;
    this.#limits = limits;
  }

  get bomSkipped(): boolean {
    return this.skippedBytes > 0;
  }

  chunks(chunkBytes: number, rule: SplitRule): Iterable<Chunk> {
    checkBodyBytes(this.bytes, this.#limits);
    requireText(this.#input);
    const text = this.#input.subarray(this.skippedBytes);
    if (this.#isUnlabelled) refuseWideEncoding(text.subarray(0, TELLING_BYTES));
    return splitBytes(text, chunkBytes, rule);
  }

  cancel(): void {}
}

/** Input that is yet to come. */
class PromisedText implements Text {
  readonly #input: Promise<PresentInput>;
  readonly #options: TextOptions;
  readonly #limits: SourceLimits;
  readonly #cancelled = Promise.withResolvers<never>();
  #text: Text | undefined;

  constructor(
    input: Promise<PresentInput>,
    options: TextOptions,
    limits: SourceLimits,
  ) {
    this.#input = input;
    this.#options = options;
    this.#limits = limits;
    own(this.#cancelled.promise, ignoreError);
    own(input, ignoreError); // what goes wrong is told to whoever reads
  }

  get bytes(): number {
    return this.#text?.bytes ?? 0;
  }

  get isKeys(): boolean {
    return this.#text?.isKeys ?? false;
  }

  get rewinds(): boolean {
    return this.#text?.rewinds ?? false;
  }

  get charset(): string {
    return this.#text?.charset ?? "utf-8";
  }

  get bomSkipped(): boolean {
    return this.#text?.bomSkipped ?? false;
  }

  get skippedBytes(): number {
    return this.#text?.skippedBytes ?? 0;
  }

  get replacements(): number {
    return this.#text?.replacements ?? 0;
  }

  async *chunks(chunkBytes: number, rule: SplitRule): AsyncGenerator<Chunk, void, void> {
    const arrived = inTime(this.#input, undefined, this.#limits);
    const input = await Promise.race([arrived, this.#cancelled.promise]);
    this.#text = openText(input, this.#options, this.#limits);
    yield* this.#text.chunks(chunkBytes, rule);
  }

  place(offset: number): Record<string, unknown> {
    return this.#text?.place?.(offset) ?? {};
  }

  cancel(reason: unknown): void {
    this.#cancelled.reject(reason);
    this.#text?.cancel(reason);
  }
}

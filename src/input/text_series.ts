import { JobError } from "../contract/problems.ts";
import { refuseInput } from "./accepted.ts";
import type { Decompress } from "./content_coding.ts";
import type { FileInput } from "./file_input.ts";
import { type Chunk, type ChunkText, splitBytes, type SplitRule } from "./splitter.ts";
import { type DocumentReading, StringChecker } from "./strings.ts";
import type { ReplayableInput, Text } from "./text.ts";
import { TextPack } from "./text_pack.ts";

/** One of several texts that are counted as one input. */
export interface TextPart {
  text: ReadableStream<Uint8Array> | ReplayableInput | Uint8Array | FileInput;
  /** What errors call it. */
  name?: string;
  /** A label of the Encoding standard, where this text has another than the options say. */
  charset?: string;
}

/**
 * Several texts that are counted as one, each as if it stood alone: no token, line, n-gram or
 * UTF-8 sequence reaches from one into the next, and each may begin with a byte order mark.
 *
 * @example
 * ```ts
 * import { Engine } from "@millrace/millrace";
 *
 * await using engine = await Engine.start({ workers: 1 });
 * const { segment } = await engine.submit({ texts: ["to be", "or not"] }, { n: 2 }).done;
 * const keys = segment.toArray().map(({ key }) => key);
 * if (keys.join() !== "or not,to be") throw new Error(keys.join());
 * ```
 */
export interface Texts {
  /** One after the other; a stream is read before the next text is asked for. */
  texts: Iterable<TextPart | string> | AsyncIterable<TextPart | string>;
  /**
   * Whether `texts` may be iterated again, to read all of them again.
   * @default {whether it is an array without a stream in it}
   */
  rewinds?: boolean;
  /** Where the texts are, if they are all behind URLs: others can read them as well. */
  remote?: RemoteTexts;
  /** What the strings among them were read from. */
  document?: DocumentReading;
  /** Called when nothing more will be read, to end a text that is being waited for. */
  cancel?(reason: unknown): void;
}

/** Texts behind URLs. */
export interface RemoteTexts {
  readonly urls: readonly string[];
  /** Whether what is compressed is decoded where no header says so. */
  readonly decompress: Decompress;
}

/** Where a text begins in the whole. */
interface Beginning {
  offset: number;
  index: number;
  part: TextPart;
  text: Text;
  /** Where it ends, once that is known. */
  end: number;
}

/** How the texts of a series are read. */
export interface SeriesOptions {
  /** Whether a leading byte order mark is text. */
  keepMark: boolean;
  /** Whether keys may reach over a line's end, so that texts in one chunk would join. */
  crossesLines: boolean;
  /** What becomes of strings that are no Unicode text. */
  invalid?: "replace" | "reject";
}

const MARK = "\ufeff";
const MARK_BYTES = 3;

/** Texts up to this size are put together, where they are files: a task for each would cost more. */
const SHORT_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** Several texts on their way to the workers. */
export class TextSeries implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  /** Each text has its own, see `place`. */
  readonly skippedBytes = 0;
  #bomSkipped = false;
  readonly #input: Texts;
  readonly #options: SeriesOptions;
  readonly #open: (part: TextPart) => Text;
  /** The texts that are not strings: of those there may be very many. */
  readonly #beginnings: Beginning[] = [];
  readonly #charsets = new Set<string>();
  readonly #checker: StringChecker;
  #current: Text | undefined;
  #isCancelled = false;
  /** Sums over the texts that are done. */
  #bytes = 0;
  /** How many of these bytes decompression has added. */
  #undone = 0;
  #replacements = 0;
  /** Offset behind the last chunk. */
  #offset = 0;

  /** @param open Opens one text. */
  constructor(input: Texts, options: SeriesOptions, open: (part: TextPart) => Text) {
    this.#input = input;
    this.#options = options;
    this.#open = open;
    this.#checker = new StringChecker(options.invalid);
  }

  get bomSkipped(): boolean {
    return this.#bomSkipped || (this.#input.document?.bomSkipped ?? false);
  }

  get bytes(): number {
    return this.#bytes + (this.#current?.bytes ?? 0);
  }

  get bytesRead(): number {
    const { bytes = 0, bytesRead = bytes } = this.#current ?? {};
    return this.#bytes - this.#undone + bytesRead;
  }

  /** The charset of all texts, or `mixed`. */
  get charset(): string {
    const [first = "utf-8", second] = this.#charsets;
    return second === undefined ? first : "mixed";
  }

  get replacements(): number {
    const ofStrings = this.#checker.replacements + (this.#input.document?.replacements ?? 0);
    return ofStrings + this.#replacements + (this.#current?.replacements ?? 0);
  }

  async *chunks(chunkBytes: number, rule: SplitRule): AsyncGenerator<Chunk, void, void> {
    const pack = new TextPack(this.#options.crossesLines ? 0 : chunkBytes);
    let index = 0;
    for await (const part of this.#input.texts) {
      if (this.#isCancelled) return; // it came late, and nobody would close it
      if (typeof part !== "string") {
        if (typeof part !== "object" || part === null) throw refuseInput(part);
        yield* this.#chunksOf(part, index, pack, chunkBytes, rule);
      } else {
        const text = this.#unmarked(part, index);
        if (text !== "" && !this.#pack(pack, text, index)) {
          if (!pack.isEmpty) yield this.#packed(pack);
          if (!this.#pack(pack, text, index)) {
            yield* this.#chunksOfString(text, index, chunkBytes, rule);
          }
        }
      }
      index++;
    }
    if (pack.isEmpty) return;
    yield this.#packed(pack, this.#offset === 0);
  }

  #packed(pack: TextPack, last = false): Chunk {
    const { parts } = pack;
    return { ...this.#chunk(pack.take(), true, last), parts: this.#isOne ? undefined : parts };
  }

  /** Whether there is a single text, whose number nobody asks for. */
  get #isOne(): boolean {
    const { texts } = this.#input;
    return Array.isArray(texts) && texts.length === 1;
  }

  /** A string as text, without its byte order mark. */
  #unmarked(string: string, index: number): string {
    const { document } = this.#input;
    const text = this.#checker.check(string, () => document?.place?.() ?? { part: index });
    this.#charsets.add(document?.charset ?? "utf-8");
    if (this.#options.keepMark || !text.startsWith(MARK)) return text;
    this.#bomSkipped = true;
    this.#bytes += MARK_BYTES;
    return text.slice(1);
  }

  #pack(pack: TextPack, text: string, index: number): boolean {
    if (!pack.add(text, index)) return false;
    this.#bytes += pack.addedBytes;
    return true;
  }

  /** A string in chunks of its own, since it is too long for a pack or may share no chunk. */
  *#chunksOfString(
    text: string,
    index: number,
    chunkBytes: number,
    rule: SplitRule,
  ): Generator<Chunk> {
    const bytes = encoder.encode(text);
    this.#bytes += bytes.length;
    for (const { text, offset } of splitBytes(bytes, chunkBytes, rule)) {
      const parts = this.#isOne ? undefined : { starts: [-offset], indexes: [index] };
      yield { ...this.#chunk(text, offset === 0), parts, partName: `${index}` };
    }
  }

  async *#chunksOf(
    part: TextPart,
    index: number,
    pack: TextPack,
    chunkBytes: number,
    rule: SplitRule,
  ): AsyncGenerator<Chunk, void, void> {
    try {
      const text = this.#current = this.#open(part);
      const whole = text.whole?.(Math.min(SHORT_BYTES, chunkBytes));
      const isPacked = whole !== undefined && pack.fits(whole.length);
      if (!isPacked && !pack.isEmpty) yield this.#packed(pack);
      const beginning = { offset: this.#offset + pack.length, index, part, text, end: Infinity };
      this.#beginnings.push(beginning);
      const partName = part.name || `${index}`;
      if (whole === undefined) yield* this.#chunksOfText(beginning, partName, chunkBytes, rule);
      else if (whole.length > 0 && !pack.addBytes(whole, index)) {
        yield { ...this.#chunk(whole, true), partName };
      }
      beginning.end = this.#offset + pack.length;
      this.#close(text);
    } catch (error) {
      throw error instanceof JobError ? inPart(error, index, part) : error;
    }
  }

  async *#chunksOfText(
    beginning: Beginning,
    partName: string,
    chunkBytes: number,
    rule: SplitRule,
  ): AsyncGenerator<Chunk, void, void> {
    const { text } = beginning;
    let opens = true;
    for await (const chunk of text.chunks(chunkBytes, rule)) {
      if (opens) beginning.offset = this.#offset += text.skippedBytes; // its mark is known now
      yield { ...this.#chunk(chunk.text, opens), partName };
      opens = false;
    }
  }

  #close(text: Text): void {
    this.#charsets.add(text.charset);
    this.#bomSkipped ||= text.bomSkipped;
    this.#bytes += text.bytes;
    this.#undone += text.bytes - (text.bytesRead ?? text.bytes);
    this.#replacements += text.replacements;
    this.#current = undefined;
  }

  #chunk(text: ChunkText, opens: boolean, last = false): Chunk {
    const offset = this.#offset;
    this.#offset += text.length;
    return { text, offset, last, opens };
  }

  place(offset: number): Record<string, unknown> {
    const beginning = this.#beginnings.findLast((each) => each.offset <= offset);
    if (!beginning || offset >= beginning.end) return { offset };
    const { offset: start, index, part, text } = beginning;
    const at = offset - start + text.skippedBytes;
    return { offset: at, ...describePart(index, part), ...text.place?.(at) };
  }

  cancel(reason: unknown): void {
    this.#isCancelled = true;
    this.#current?.cancel(reason);
    this.#input.cancel?.(reason);
  }
}

function describePart(index: number, { name }: TextPart): Record<string, unknown> {
  return { part: index, ...(name === undefined ? {} : { name }) };
}

/** The same error, which also says in which text. */
function inPart({ code, message, details, cause }: JobError, index: number, part: TextPart) {
  const { name = index } = part;
  const where = "path" in details ? "" : `, in part '${name}'`; // a path is in the message
  return new JobError(code, message + where, {
    cause,
    details: { ...details, ...describePart(index, part) },
  });
}

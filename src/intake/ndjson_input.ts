import { JobError } from "../contract/problems.ts";
import { Decoder } from "../input/decoder.ts";
import { ByteSource, type SourceLimits } from "../input/source.ts";
import type { Pull } from "../input/splitter.ts";
import { decodeUtf8, type DocumentReading } from "../input/strings.ts";
import type { Texts } from "../input/text_series.ts";
import type { Words } from "../input/word_list.ts";
import { describeJson, type DocumentOptions } from "./json_input.ts";
import { isBlank, parseTextLine, type TextLine } from "./text_line.ts";

/** A line is held whole while it is parsed, so it is bounded; their number is not. */
export const LINE_BYTES = 16 * 1024 * 1024;

/** What a line may be, for the `allowed` member of a problem. */
const ALLOWED = ['"word"', '{"text": "…"}'];

const BLOCK_BYTES = 64 * 1024;

const LF = 0x0a;
const RS = 0x1e;

/**
 * Reads a body of JSON documents, one a line (NDJSON, JSON Lines) or one behind each record
 * separator (RFC 7464): strings, each of which is one token, or objects with a text in their
 * member `text`, whose other members are passed over. All are of the kind of the first.
 *
 * Lines are parsed as they stream in, a block at a time, however many there are.
 *
 * @param isSequence Whether they stand behind separators.
 * @returns Reading it throws a JobError as this does.
 * @throws {JobError} `invalid_json` with the line or the record, `empty_body`, `body_too_large`
 * where one is longer than LINE_BYTES, `invalid_utf8`, and what Decoder and ByteSource throw.
 */
export async function readNdjson(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  options: DocumentOptions,
  isSequence = false,
): Promise<Words | Texts> {
  const source = new ByteSource(body, limits);
  const cancel = (reason: unknown) => source.cancel(reason);
  const document = new LineReader(source, options, isSequence ? RECORDS : LINES);
  try {
    const isWords = typeof await document.peek() === "string";
    const strings = stringsOf(document, isWords, cancel);
    return isWords ? { words: strings, document, cancel } : { texts: strings, document, cancel };
  } catch (error) {
    cancel(error);
    throw error;
  }
}

async function* stringsOf(
  reader: LineReader,
  isWords: boolean,
  cancel: (reason: unknown) => void,
): AsyncGenerator<string, void, void> {
  try {
    for (let lines; (lines = await reader.take());) {
      for (const line of lines) {
        const value = reader.parse(line);
        if (value === undefined) continue;
        if (isWords !== (typeof value === "string")) {
          throw reader.refuse(`is ${describeJson(value)}, unlike those before it`);
        }
        yield typeof value === "string" ? value : value.text;
      }
    }
  } catch (error) {
    cancel(error);
    throw error;
  }
}

/** How the documents of a body are told apart, and what messages call them. */
interface Framing {
  separator: number;
  unit: "line" | "record";
  body: string;
  /** Whether empty ones have a number, too. */
  countsBlank: boolean;
}

const LINES: Framing = { separator: LF, unit: "line", body: "NDJSON body", countsBlank: true };

/** An empty record is none: it is what stands before the first separator (RFC 7464, 2.1). */
const RECORDS: Framing = {
  separator: RS,
  unit: "record",
  body: "JSON sequence",
  countsBlank: false,
};

/** Lines, or records, on their way from bytes to what they say. */
class LineReader implements DocumentReading {
  /** Number of the line that was parsed last, from 1. */
  line = 0;
  readonly #decoder: Decoder;
  readonly #options: DocumentOptions;
  readonly #framing: Framing;
  #replacements = 0;
  /** The bytes of documents that have not ended yet stand at the front. */
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK_BYTES);
  #filled = 0;
  #ended = false;
  /** Lines that peek() has looked at, and that take() gives next. */
  #peeked: string[] | undefined;

  constructor(source: Pull, options: DocumentOptions, framing: Framing) {
    this.#decoder = new Decoder(source, options);
    this.#options = options;
    this.#framing = framing;
  }

  get charset(): string {
    return this.#decoder.charset;
  }

  get bomSkipped(): boolean {
    return this.#decoder.bomSkipped;
  }

  get replacements(): number {
    return this.#decoder.replacements + this.#replacements;
  }

  place(): Record<string, unknown> {
    return { [this.#framing.unit]: this.line };
  }

  /** What the first line says that is not blank; it and those behind it remain to be taken. */
  async peek(): Promise<string | TextLine> {
    for (let lines; (lines = await this.take());) {
      const before = this.line;
      for (const line of lines) {
        const value = this.parse(line);
        if (value === undefined) continue;
        this.#peeked = lines;
        this.line = before;
        return value;
      }
    }
    throw new JobError("empty_body", "Cannot count: no line of the body says anything");
  }

  /** The next lines, as many as are read at once; undefined at the end. */
  async take(): Promise<string[] | undefined> {
    const peeked = this.#peeked;
    this.#peeked = undefined;
    if (peeked || this.#ended) return peeked;
    for (;;) {
      const { buffer, added } = await this.#decoder.read(this.#buffer, this.#filled);
      this.#buffer = buffer;
      const searched = this.#filled;
      this.#filled += added;
      this.#ended = added === 0;
      if (this.#ended) return this.#filled === 0 ? undefined : this.#split(this.#filled);
      const end = buffer.subarray(searched, this.#filled).lastIndexOf(this.#framing.separator);
      if (end >= 0) return this.#split(searched + end + 1);
      if (this.#filled === buffer.length) this.#grow();
    }
  }

  /** Takes so many bytes, which end with a line. */
  #split(bytes: number): string[] {
    const block = this.#buffer.subarray(0, bytes);
    const { text, replacements } = decodeUtf8(block);
    if (replacements > 0 && this.#options.invalid === "reject") this.#refuseBytes(block);
    this.#replacements += replacements;
    const lines = text.split(String.fromCharCode(this.#framing.separator));
    if (!this.#ended) lines.pop(); // what follows the last separator
    this.#buffer.copyWithin(0, bytes, this.#filled);
    this.#filled -= bytes;
    // After a long line, the blocks are of the usual size again.
    if (this.#filled < BLOCK_BYTES && this.#buffer.length > BLOCK_BYTES) {
      this.#buffer = this.#buffer.slice(0, BLOCK_BYTES);
    }
    return lines;
  }

  /** @throws {JobError} `invalid_utf8` at the first line that is broken. */
  #refuseBytes(block: Uint8Array): void {
    const { separator, unit } = this.#framing;
    for (let line = this.line + 1, start = 0;;) {
      const end = block.indexOf(separator, start);
      const bytes = block.subarray(start, end < 0 ? block.length : end);
      const { text } = decodeUtf8(bytes, "reject", { [unit]: line });
      if (this.#isCounted(text)) line++;
      start = end + 1;
    }
  }

  #isCounted(line: string): boolean {
    return this.#framing.countsBlank || !isBlank(line);
  }

  #grow(): void {
    if (this.#buffer.length > LINE_BYTES) {
      const { unit, body } = this.#framing;
      const line = this.line + 1;
      throw new JobError(
        "body_too_large",
        `Cannot read ${unit} ${line} of the ${body}: it exceeds the limit of ` +
          `${LINE_BYTES} bytes`,
        { details: { limit: LINE_BYTES, [unit]: line } },
      );
    }
    const larger = new Uint8Array(Math.min(this.#buffer.length * 4, LINE_BYTES + BLOCK_BYTES));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  /** What the next line says; undefined if it is blank. */
  parse(line: string): string | TextLine | undefined {
    if (this.#isCounted(line)) this.line++;
    if (isBlank(line)) return undefined;
    return parseTextLine(line, (reason, cause) => this.refuse(reason, cause));
  }

  /** The error of the line that was parsed last. */
  refuse(reason: string, cause?: unknown): JobError {
    const { unit, body } = this.#framing;
    const message = `Cannot read the ${body}: ${unit} ${this.line} ${reason}`;
    const details = { [unit]: this.line, allowed: ALLOWED };
    return new JobError("invalid_json", message, { cause, details });
  }
}

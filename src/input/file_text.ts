import { ignoreError, own } from "../async/own.ts";
import { fitsPiece } from "../shared/file_piece.ts";
import { JobError } from "../contract/problems.ts";
import { InputTypeError } from "./accepted.ts";
import { decodeContent, namedCodings } from "./content_coding.ts";
import { Expansion } from "./expansion.ts";
import { inFile } from "./file_errors.ts";
import type { FileInput } from "./file_input.ts";
import { splitFile } from "./file_splitter.ts";
import { OpenFile, openSpecial } from "./open_file.ts";
import { PromisedText } from "./promised_text.ts";
import { HEAD_BYTES } from "./beginnings.ts";
import { judgeText } from "./judge_text.ts";
import { codingOf, SIGNATURE_BYTES } from "./signatures.ts";
import { checkBodyBytes, type SourceLimits } from "./source.ts";
import type { Chunk, SplitRule } from "./splitter.ts";
import { StreamedText, type StreamOptions } from "./streamed_text.ts";
import type { Text } from "./text.ts";
import type { PresentInput } from "./text_input.ts";

/** How a file is read. */
export interface FileOptions extends StreamOptions {
  /**
   * Bytes that a chunk leaves free where workers read their pieces of a file themselves.
   * @default {none: the host reads the file}
   */
  pieceRoom?: number;
}

/**
 * A file on its way to the workers. Where it is UTF-8 as it lies there, its chunks are pieces which
 * the workers read; then this thread sees some bytes in front of each border only. Any other file is
 * streamed: compressed ones, other charsets, pipes.
 *
 * The file must stay as it is until it is read: its size and its time of change are compared before
 * and after each read.
 */
export class FileText implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  readonly #input: FileInput;
  readonly #options: FileOptions;
  readonly #limits: SourceLimits;
  #file: OpenFile | undefined;
  readonly #spent: WeakSet<FileInput>;
  #streamed: Text | undefined;
  #isCancelled = false;
  #bytes = 0;
  /** Bytes of the byte order mark that was dropped. */
  #markBytes = 0;

  /** @param spent Inputs of the job that were read and cannot be read again. */
  constructor(
    input: FileInput,
    options: FileOptions,
    limits: SourceLimits,
    spent: WeakSet<FileInput> = new WeakSet(),
  ) {
    const { offset = 0, length = 0 } = input;
    if (!isCount(offset) || !isCount(length) || typeof input.path !== "string") {
      throw new InputTypeError(
        "Cannot count a file: its path is a string, a range has whole numbers",
      );
    }
    this.#input = input;
    this.#options = options;
    this.#limits = limits;
    this.#spent = spent;
  }

  /** Of a compressed file those of its text, as a body under a content coding has. */
  get bytes(): number {
    return this.#streamed?.bytes ?? this.#bytes;
  }

  get bytesRead(): number {
    return this.#bytes;
  }

  get charset(): string {
    return this.#streamed?.charset ?? "utf-8";
  }

  get bomSkipped(): boolean {
    return this.#streamed?.bomSkipped ?? this.#markBytes > 0;
  }

  get skippedBytes(): number {
    const markBytes = this.#streamed?.skippedBytes ?? this.#markBytes;
    return (this.#input.offset ?? 0) + markBytes;
  }

  get replacements(): number {
    return this.#streamed?.replacements ?? 0;
  }

  /** The text, if it is no longer than that, and nothing has to be decoded; `chunks` gives it else. */
  whole(mostBytes: number): Uint8Array | undefined {
    try {
      const file = this.#open();
      if (!file) return undefined;
      const { start, end } = this.#rangeOf(file);
      if (end - start > mostBytes) return undefined;
      const bytes = new Uint8Array(end - start);
      file.read(bytes, start);
      const head = bytes.subarray(0, HEAD_BYTES);
      const markBytes = this.#isCompressed(head) ? undefined : this.#markOf(head);
      if (markBytes === undefined) return undefined;
      file.checkVersion();
      this.#close();
      this.#markBytes = markBytes;
      this.#bytes = bytes.length;
      return bytes.subarray(markBytes);
    } catch (error) {
      this.#close();
      throw inFile(error, this.#name);
    }
  }

  async *chunks(chunkBytes: number, rule: SplitRule): AsyncGenerator<Chunk, void, void> {
    try {
      const file = this.#open();
      if (!file) return yield* this.#openSpecial().chunks(chunkBytes, rule);
      const range = this.#rangeOf(file);
      const { pieceRoom } = this.#options;
      const head = readHead(file, range);
      const isCompressed = this.#isCompressed(head);
      const markBytes = isCompressed ? undefined : this.#markOf(head);
      if (markBytes === undefined || pieceRoom === undefined || !fitsPiece(file.version.path)) {
        const stream = file.stream(range.start, range.end, (bytes) => this.#bytes += bytes);
        this.#streamed = this.#openStream(stream, isCompressed);
        yield* this.#streamed.chunks(chunkBytes, rule);
      } else yield* this.#pieces(file, range, markBytes, chunkBytes - pieceRoom, rule);
    } catch (error) {
      throw inFile(error, this.#name);
    } finally {
      this.#close();
    }
  }

  *#pieces(
    file: OpenFile,
    { start, end }: { start: number; end: number },
    markBytes: number,
    chunkBytes: number,
    rule: SplitRule,
  ): Generator<Chunk> {
    this.#markBytes = this.#bytes = markBytes;
    for (const chunk of splitFile(file, { start: start + markBytes, end }, chunkBytes, rule)) {
      this.#bytes += chunk.text.length;
      yield chunk;
    }
  }

  #open(): OpenFile | undefined {
    return this.#file ??= OpenFile.open(this.#input);
  }

  #rangeOf(file: OpenFile): { start: number; end: number } {
    const { size } = file.version;
    const { offset: start = 0, length = size - start } = this.#input;
    const end = start + length;
    if (start > size || end > size) {
      const message = `Cannot count bytes ${start} to ${end}: there are ${size}`;
      throw new JobError("range_not_satisfiable", message, { details: { limit: size } });
    }
    checkBodyBytes(length, this.#limits);
    return { start, end };
  }

  /** Bytes of the mark in front of the text; undefined if it has to be decoded. */
  #markOf(head: Uint8Array): number | undefined {
    return this.#options.part?.markBytes ?? judgeText(head, this.#options);
  }

  /** What errors call it. */
  get #name(): string {
    const { path, seen } = this.#input;
    return seen?.version.name ?? path;
  }

  get #codings() {
    return namedCodings({ name: this.#input.path }, "auto");
  }

  #isCompressed(head: Uint8Array): boolean {
    if (this.#options.part) return false;
    return this.#codings.length > 0 || codingOf(head.subarray(0, SIGNATURE_BYTES)) !== undefined;
  }

  /** Opening a pipe takes until somebody writes to it. */
  #openSpecial(): Text {
    if (this.#spent.has(this.#input)) {
      const message = "Cannot finish: a worker was lost, and the input cannot be read again";
      throw new JobError("worker_lost", message);
    }
    this.#spent.add(this.#input);
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        this.#bytes += bytes.length;
        controller.enqueue(bytes);
      },
    });
    const opened = openSpecial(this.#input.path).then((stream) => {
      if (this.#isCancelled) own(stream.cancel(), ignoreError);
      return stream.pipeThrough(counter);
    });
    const open = (stream: PresentInput) =>
      this.#openStream(stream as typeof counter.readable, true);
    return this.#streamed = new PromisedText(opened, this.#limits, open);
  }

  #openStream(stream: ReadableStream<Uint8Array>, mayBeCompressed: boolean): Text {
    const coded = {
      codings: this.#codings,
      decompress: "auto",
      expansion: new Expansion(this.#input.seen?.expansion ?? {}),
    } as const;
    const text = mayBeCompressed ? decodeContent(stream, coded, {}) : stream;
    return new StreamedText(text, this.#options, this.#limits);
  }

  place(offset: number): Record<string, unknown> {
    return { offset, path: this.#name };
  }

  cancel(reason: unknown): void {
    this.#isCancelled = true;
    this.#streamed?.cancel(reason);
    this.#close();
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined; // a series keeps its texts until its end
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function readHead(file: OpenFile, { start, end }: { start: number; end: number }): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD_BYTES, end - start));
  file.read(head, start);
  return head;
}

import { type Input, type Job, type Millrace, MillraceError } from "../../client/mod.ts";
import type { Format } from "../../contract/options.ts";
import type { TextPart } from "../../input/text_series.ts";
import { Segment } from "../../reduce/segment.ts";
import { refusalOf } from "../remote/refusal.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Answer, CountDocument, Counter, Records, Seen } from "./counter.ts";
import { emptyResult } from "./empty_result.ts";
import { areRepeatable, inInput, Inputs } from "./inputs.ts";
import { answerOf, documentOf } from "./local_answer.ts";
import type { Source } from "./list_files.ts";
import { createForm } from "./multipart.ts";
import type { CountSettings } from "./settings.ts";
import { knownBytes } from "./source_sizes.ts";

/** Makes a client that says of bodies what they are. */
export type Connect = (contentType?: string) => Millrace;

/** Has a server count, which reads what is sent as the engine here reads files. */
export class RemoteCounter implements Counter {
  readonly #connect: Connect;
  readonly #settings: CountSettings;
  readonly #inputs: Inputs;
  #sources: readonly Source[] = [];
  #sent = 0;

  constructor(connect: Connect, settings: CountSettings) {
    this.#connect = connect;
    this.#settings = settings;
    this.#inputs = new Inputs(settings);
  }

  get failures(): readonly CommandError[] {
    return this.#inputs.failures;
  }

  get noTexts(): number {
    return this.#inputs.noTexts;
  }

  readonly work = { read: () => this.#sent, total: () => knownBytes(this.#sources) };

  async answer(sources: readonly Source[], format: Format): Promise<Answer> {
    return await this.#ask(sources, format, this.#settings.said);
  }

  async document(sources: readonly Source[]): Promise<CountDocument> {
    return await documentOf(await this.answer(sources, "json"));
  }

  async documentOf(source: Source): Promise<CountDocument | undefined> {
    try {
      return await this.document([source]);
    } catch (error) {
      if (this.#inputs.without([source]).length === 0) return undefined;
      throw error;
    }
  }

  async records(sources: readonly Source[]): Promise<Records> {
    const { counts, totals } = await documentOf(await this.#ask(sources, "json", { top: 0 }));
    const rows = counts.map((row): [string, number] => {
      if (row.count !== undefined) return [row.key, row.count];
      throw new CommandError("Cannot write values as uniq: it has counts", "Say --format tsv");
    });
    const { keys, counted, bytes } = totals;
    const seen: Seen = { keys, counted, bytes, shown: { keys, counted } };
    return { cursor: Segment.from(rows).records(), seen, close() {} };
  }

  /** Sends the inputs as a job. */
  async submit(sources: readonly Source[]): Promise<Job> {
    const { millrace, input } = await this.#prepare(sources);
    const job = millrace.jobs.submit(input, this.#query());
    try {
      await job.uploaded;
    } catch (error) {
      throw error instanceof MillraceError ? namingInput(error, sources) : error;
    }
    return job;
  }

  async close(): Promise<void> {}

  abandon(): void {}

  /** Nothing at all is answered here: servers refuse to count it. */
  async #ask(
    sources: readonly Source[],
    format: Format,
    said: CountSettings["said"],
  ): Promise<Answer> {
    const { millrace, input } = await this.#prepare(sources);
    const { csvBom, csvSafe } = this.#settings.rows;
    const isSheet = format === "csv" || format === "tsv";
    const query = { ...this.#query(), ...said, ...(isSheet && { csvBom, csvSafe }), format };
    try {
      const { headers, body } = await millrace.download(input, query);
      const keys = Number(headers.get("total-keys") ?? NaN);
      return { blocks: body ?? [], seen: { keys, bytes: this.#sent } };
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      if (error.code !== "empty-body") throw namingInput(error, sources);
      return await answerOf(emptyResult(), this.#settings, format);
    }
  }

  #query() {
    const { said, kernel: { name, options }, rows, decompress, isTotal } = this.#settings;
    const only = isTotal && !this.#settings.isDetached ? "totals" as const : undefined;
    const { columns } = rows;
    return { ...said, columns, only, decompress, kernel: name, kernelOptions: options };
  }

  /** A single plain input is a body as it is; what has a name of its own is a file of a form. */
  async #prepare(sources: readonly Source[]): Promise<{ millrace: Millrace; input: Input }> {
    this.#sources = sources;
    const [only, ...others] = sources;
    if (others.length === 0 && only?.kind === "file" && isPlain(only.name)) {
      const { value: part } = await this.#inputs.open(sources).next();
      this.#inputs.requireSome(sources);
      if (part) return { millrace: this.#connect(), input: () => toStream(this.#read(part)) };
    }
    const form = createForm(() => this.#open(sources));
    const open = () => toStream(form.blocks());
    const input = areRepeatable(sources) ? open : open();
    return { millrace: this.#connect(form.contentType), input };
  }

  async *#open(sources: readonly Source[]) {
    for await (const part of this.#inputs.open(sources)) {
      yield { name: part.name!, blocks: this.#read(part) };
    }
    this.#inputs.requireSome(sources);
  }

  async *#read({ text }: TextPart): AsyncGenerator<Uint8Array, void, void> {
    for await (const block of bytesOf(text)) {
      this.#sent += block.length;
      yield block;
    }
  }
}

/** A server knows no name of a single body. */
function namingInput(error: MillraceError, sources: readonly Source[]): CommandError {
  const { message, advice, code } = refusalOf(error);
  const isOfBody = "offset" in error.problem && sources.length === 1;
  const named = inInput(message);
  const place = isOfBody && !named.includes(", in '") ? `, in '${sources[0].name}'` : "";
  return new CommandError(named + place, advice, code);
}

/** Whether the server needs no name to know what is in it; an empty body it would refuse. */
function isPlain(path: string): boolean {
  return !/\.br$/i.test(path) && Deno.statSync(path).size > 0;
}

function bytesOf(text: TextPart["text"]): ReadableStream<Uint8Array> {
  if (text instanceof ReadableStream) return text;
  if (text instanceof Uint8Array) return new Blob([text as Uint8Array<ArrayBuffer>]).stream();
  if ("stream" in text) return text.stream();
  const file = Deno.openSync(text.path);
  if (text.offset) file.seekSync(text.offset, Deno.SeekMode.Start);
  return file.readable;
}

function toStream(blocks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(blocks);
}

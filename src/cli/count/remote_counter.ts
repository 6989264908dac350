import { splitLists } from "../../client/long_lists.ts";
import {
  type CountRequest,
  type Input,
  type Job,
  type Millrace,
  MillraceError,
} from "../../client/mod.ts";
import type { ApproxReport } from "../../contract/documents.ts";
import type { Format } from "../../contract/options.ts";
import { namesParts, readQuestion } from "../../contract/record_question.ts";
import { JobError } from "../../contract/problems.ts";
import type { TextPart } from "../../input/text_series.ts";
import { sheetOptions } from "../../output/row_options.ts";
import { refusalOf } from "../remote/refusal.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Answer, CountDocument, Counter, Records, Seen, SeenRecords } from "./counter.ts";
import { recordsOf } from "./document_records.ts";
import { emptyResult } from "./empty_result.ts";
import { inInput } from "./in_input.ts";
import { areRepeatable, Inputs } from "./inputs.ts";
import { answerOf, documentOf } from "./local_answer.ts";
import type { Source } from "./list_files.ts";
import { createForm } from "./multipart.ts";
import { chooseOnServer, nameOnServer } from "./remote_kernel.ts";
import type { CountSettings } from "./settings.ts";
import { knownBytes } from "./source_sizes.ts";

/** Makes a client that says of bodies what they are. */
export type Connect = (contentType?: string) => Millrace;

/** Has a server count, which reads what is sent as the engine here reads files. */
export class RemoteCounter implements Counter {
  readonly #connect: Connect;
  readonly #settings: CountSettings;
  readonly #inputs: Inputs;
  /** Whether there is a single input, so that no failure needs to say of which one it is, nor any key. */
  readonly #isAlone: boolean;
  #sources: readonly Source[] = [];
  #sent = 0;
  #kernelName: Promise<string | undefined> | undefined;
  #group: Promise<string> | undefined;

  constructor(connect: Connect, settings: CountSettings, sources: readonly Source[]) {
    this.#connect = connect;
    this.#settings = settings;
    const question = readQuestion(settings.count);
    this.#isAlone = sources.length === 1 && !(question && namesParts(question));
    this.#inputs = new Inputs(settings, sources);
  }

  get failures(): readonly CommandError[] {
    return this.#inputs.failures;
  }

  get noTexts(): number {
    return this.#inputs.noTexts;
  }

  readonly work = { read: () => this.#sent, total: () => knownBytes(this.#sources) };

  async answer(sources: readonly Source[], format: Format): Promise<Answer> {
    return await this.#ask(sources, format);
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
    const document = await documentOf(await this.#ask(sources, "json", { top: 0 }));
    const { totals: { keys, counted, bytes }, approx } = document;
    const seen: Seen = { keys, counted, bytes, approx, shown: { keys, counted } };
    return { cursor: recordsOf(document), seen, close() {} };
  }

  /** Sends the inputs as a job. */
  async submit(sources: readonly Source[]): Promise<Job> {
    const asked = await this.#query(this.#connect());
    const { millrace, input, query } = await this.#prepare(sources, asked);
    const job = millrace.jobs.submit(input, query);
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
    more: CountSettings["said"] = {},
  ): Promise<Answer> {
    for (;;) {
      const rest = this.#inputs.without(sources);
      const sentBefore = this.#sent;
      const counted = await this.#query(this.#connect());
      const asked = { ...counted, ...more, ...sheetOptions(this.#settings.rows, format), format };
      const { millrace, input, query } = await this.#prepare(rest, asked);
      try {
        const { headers, body } = await millrace.download(input, query);
        const keys = Number(headers.get("total-keys") ?? NaN);
        const told = { approx: readApprox(headers), records: readRecords(headers) };
        const seen = { keys, bytes: this.#sent - sentBefore, ...told };
        return { blocks: body ?? [], seen };
      } catch (error) {
        const isOfServer = error instanceof MillraceError;
        if (isOfServer && error.code === "empty-body") {
          return await this.#answerOfNothing(millrace, counted.kernel, format);
        }
        if (isOfInput(error) && this.#inputs.leaveOut(error, rest)) continue;
        this.#inputs.requireSome(sources);
        throw isOfServer ? namingInput(error, rest) : error;
      }
    }
  }

  async #answerOfNothing(millrace: Millrace, name: string | undefined, format: Format) {
    const { count } = this.#settings;
    if (name === undefined) return await answerOf(emptyResult(count), this.#settings, format);
    const { choice, values } = await chooseOnServer(millrace, name, this.#settings.kernel);
    return await answerOf(emptyResult(count, values), this.#settings, format, choice);
  }

  async #query(millrace: Millrace) {
    const { said, kernel, rows, decompress, isTotal } = this.#settings;
    const name = await (this.#kernelName ??= nameOnServer(millrace, kernel));
    const only = isTotal && !this.#settings.isDetached ? "totals" as const : undefined;
    const { columns } = rows;
    const group = said.group && await (this.#group ??= findGroup(millrace, said.group));
    return {
      ...said,
      group,
      columns,
      only,
      decompress,
      kernel: name,
      kernelOptions: kernel.options,
    };
  }

  /**
   * A single plain input is a body as it is; what has a name of its own is a file of a form, and so
   * are lists that the query has no room for.
   */
  async #prepare<Asked extends CountRequest>(
    sources: readonly Source[],
    asked: Asked,
  ): Promise<{ millrace: Millrace; input: Input; query: Asked }> {
    this.#sources = sources;
    const [first] = sources;
    const { query, lists } = splitLists(asked);
    if (lists === undefined && this.#isAlone && first?.kind === "file" && isPlain(first.name)) {
      const { value: part } = await this.#inputs.open(sources).next();
      this.#inputs.requireSome(sources);
      const input = () => toStream(this.#read(part!));
      if (part) return { millrace: this.#connect(), input, query };
    }
    const form = createForm(() => this.#open(sources), lists);
    const open = () => toStream(form.blocks());
    const input = areRepeatable(sources) ? open : open();
    return { millrace: this.#connect(form.contentType), input, query };
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

async function findGroup(millrace: Millrace, group: string): Promise<string> {
  const { groupOnServer } = await import("../algebra/lemma_file.ts");
  return await groupOnServer(millrace, group);
}

/** Codes of what a server can blame a body for, whoever has sent it. */
const OF_BODIES = new Set([
  "invalid-utf8",
  "invalid-encoding",
  "unsupported-media",
  "unknown-charset",
  "broken-record",
  "unknown-column",
  "repeated-column",
  "columns-differ",
]);

/** Whether an input alone has failed: reading it, or counting it by a server. */
function isOfInput(error: unknown): error is JobError | MillraceError {
  if (error instanceof JobError) return true;
  if (!(error instanceof MillraceError)) return false;
  return "part" in error.problem ? error.code !== "payload-too-large" : OF_BODIES.has(error.code);
}

/** Of an input, what a count here would say: a server knows no name of a single body. */
function namingInput(error: MillraceError, sources: readonly Source[]): CommandError {
  const refusal = refusalOf(error);
  if (!isOfInput(error)) return refusal;
  const alone = sources.length === 1 ? sources[0].name : undefined;
  if (alone === undefined && !("part" in error.problem)) return refusal;
  return new CommandError(inInput(refusal.message, error.problem, alone));
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

/** What headers tell of approximate counts; undefined of exact ones. */
function readApprox(headers: Headers): ApproxReport | undefined {
  if (!headers.has("count-bound")) return undefined;
  const [bound, keysError] = ["count-bound", "total-keys-error"].map((name) =>
    Number(headers.get(name))
  );
  return { bound, keysError };
}

/** What headers tell of records; undefined where they tell nothing. */
function readRecords(headers: Headers): SeenRecords | undefined {
  if (!headers.has("total-records")) return undefined;
  const read = (name: string) => Number(headers.get(name) ?? 0);
  return {
    records: read("total-records"),
    missing: read("missing-keys"),
    notNumbers: read("not-numbers"),
    skipped: read("skipped-records"),
  };
}

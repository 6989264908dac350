import { OUT_OF_PAGES } from "../../assembly/layout.ts";
import { describeProblem } from "../contract/describe_problem.ts";
import { JobError } from "../contract/problems.ts";
import { InlineCounter } from "../engine/inline/inline_counter.ts";
import { decodeUtf8, StringChecker } from "../input/strings.ts";
import { isBlank, parseTextLine } from "../intake/text_line.ts";
import { BlockWriter, createStamp } from "../output/block_writer.ts";
import { PLAIN_ROWS } from "../output/row_style.ts";
import type { RowForm } from "../output/row_form.ts";
import { writeRows } from "../output/rows.ts";
import { Selection } from "../output/selection.ts";
import type { Segment } from "../reduce/segment.ts";
import { EACH_ROOM, type EachTerms, type LinePack, MOST_TEXT_BYTES } from "./each_terms.ts";

const LF = 0x0a;

/** What a line may be, for the `allowed` member of a problem. */
const ALLOWED = ['"text"', '{"text": "…"}'];

const TOKENS = createStamp('{"tokens":');
const KEYS = createStamp(',"keys":');
const COUNTED = createStamp(',"counted":');
const REPLACEMENTS = createStamp(',"replacements":');
const COUNTS = createStamp(',"counts":[');
const END_OF_COUNTS = createStamp("]}\n");
const END = createStamp("}\n");

/** Rows as pairs, which take half the bytes of objects. */
const PAIRS: RowForm = {
  first: createStamp('["'),
  next: createStamp(',["'),
  key: "json",
  within: createStamp(""), // no key has several parts
  between: createStamp('",'),
  end: createStamp("]"),
  names: [],
  style: PLAIN_ROWS,
  sums: false,
};

const encoder = new TextEncoder();

/** Counts the documents of packs, each by itself, and writes their answers. */
export class PackCounter {
  readonly #module: WebAssembly.Module;
  readonly #writer = new BlockWriter();
  readonly #text = new Uint8Array(MOST_TEXT_BYTES);
  /** Undefined until the first document, and behind a trap. */
  #counter: InlineCounter | undefined;

  /** @param module The kernel, compiled for the pages of EACH_ROOM. */
  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** The answers, a line each: of every line of the pack but blank ones, in their order. */
  count({ bytes, line }: LinePack, terms: EachTerms): Uint8Array<ArrayBuffer>[] {
    const answers: Uint8Array<ArrayBuffer>[] = [];
    for (let start = 0; start < bytes.length; line++) {
      const at = bytes.indexOf(LF, start);
      const end = at < 0 ? bytes.length : at;
      try {
        this.#answer(bytes.subarray(start, end), line, terms, answers);
      } catch (error) {
        this.#writeProblem(explain(error, line), line, answers);
      }
      start = end + 1;
    }
    if (!this.#writer.empty) answers.push(this.#writer.take());
    return answers;
  }

  /** @throws {JobError} What is wrong with the line; then nothing of its answer is written. */
  #answer(
    bytes: Uint8Array,
    line: number,
    terms: EachTerms,
    answers: Uint8Array<ArrayBuffer>[],
  ): void {
    const place = { line };
    const json = decodeUtf8(bytes, terms.invalid, place);
    if (isBlank(json.text)) return;
    const value = parseTextLine(json.text, (reason, cause) => refuse(line, reason, cause));
    const strings = new StringChecker(terms.invalid);
    const text = strings.check(typeof value === "string" ? value : value.text, () => place);
    const segment = this.#count(this.#encode(text, line), line, terms);
    this.#write(segment, json.replacements + strings.replacements, terms, answers);
  }

  /** @throws {JobError} `body_too_large`. */
  #encode(text: string, line: number): Uint8Array {
    const { read, written } = encoder.encodeInto(text, this.#text);
    if (read === text.length) return this.#text.subarray(0, written);
    throw new JobError(
      "body_too_large",
      `Cannot count line ${line}: its text exceeds the limit of ${MOST_TEXT_BYTES} bytes; count ` +
        "it by a request of its own",
      { details: { limit: MOST_TEXT_BYTES } },
    );
  }

  /** @throws {JobError} `out_of_memory`, or `worker_lost` if the kernel traps. */
  #count(text: Uint8Array, line: number, { job }: EachTerms): Segment {
    const counter = this.#counter ??= new InlineCounter(this.#module, EACH_ROOM);
    let segment: Segment | undefined;
    try {
      segment = counter.count(text, job);
    } catch (cause) {
      this.#counter = undefined; // what a trap leaves is of no more use
      throw new JobError("worker_lost", `Cannot count line ${line}: the kernel failed`, { cause });
    }
    if (segment !== undefined) return segment;
    const { status } = counter.outcome;
    if (status !== OUT_OF_PAGES) throw new Error(`Cannot count line ${line}: status ${status}`);
    throw new JobError("out_of_memory", `Cannot count line ${line}: its keys need more memory`);
  }

  #write(
    segment: Segment,
    replacements: number,
    { order, onlyTotals }: EachTerms,
    answers: Uint8Array<ArrayBuffer>[],
  ): void {
    const writer = this.#writer;
    const { tokens, distinct, counted } = this.#counter!.outcome;
    if (writer.full) answers.push(writer.take());
    writer.writeStamp(TOKENS);
    writer.writeInteger(tokens);
    writer.writeStamp(KEYS);
    writer.writeInteger(distinct);
    writer.writeStamp(COUNTED);
    writer.writeInteger(counted);
    if (replacements > 0) {
      writer.writeStamp(REPLACEMENTS);
      writer.writeInteger(replacements);
    }
    if (onlyTotals) return writer.writeStamp(END);
    writer.writeStamp(COUNTS);
    const selection = new Selection(segment.records(0), { top: 0, min: 0, order });
    for (const block of writeRows(writer, selection, PAIRS)) {
      if (block.length > 0) answers.push(block);
    }
    writer.writeStamp(END_OF_COUNTS);
  }

  #writeProblem(
    { code, message, details }: JobError,
    line: number,
    answers: Uint8Array<ArrayBuffer>[],
  ): void {
    const problem = describeProblem(code, message, { ...details, line });
    const bytes = encoder.encode(JSON.stringify(problem) + "\n");
    for (let at = 0; (at = this.#writer.writeRaw(bytes, at, bytes.length)) < bytes.length;) {
      answers.push(this.#writer.take());
    }
  }
}

function refuse(line: number, reason: string, cause?: unknown): JobError {
  const details = { allowed: ALLOWED };
  return new JobError("invalid_json", `Cannot read line ${line}: it ${reason}`, { cause, details });
}

/** A fault of the server is no matter of the client's. */
function explain(error: unknown, line: number): JobError {
  if (error instanceof JobError) return error;
  return new JobError("internal", `The server failed to count line ${line}`, { cause: error });
}

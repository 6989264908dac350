import type { KernelManifest, RunnableKernel } from "../contract/kernel_manifest.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import {
  describeQuestion,
  expressionsOf,
  partOf,
  readQuestion,
  type RecordQuestion,
} from "../contract/record_question.ts";
import type { ChunkText } from "../input/splitter.ts";
import { ColumnPlaces } from "./column_places.ts";
import type { HeaderReader } from "./headed_text.ts";
import { readHeaderRow } from "./header_row.ts";
import { makePlan, patternsOf } from "./make_plan.ts";
import { Patterns } from "./patterns.ts";
import { recordKernel } from "./record_kernel.ts";

/**
 * The kernel that answers what options ask of records. What it emits is known at once; what it runs
 * is known when the beginning of the text is here, which may name its columns.
 */
export class QuestionKernel implements RunnableKernel, HeaderReader {
  readonly id = "records";
  readonly isTrusted = true;
  readonly manifest: KernelManifest;
  readonly #question: RecordQuestion;
  readonly #options: CountOptions;
  readonly #patterns: Patterns;
  readonly #columns: ColumnPlaces;
  #made: RunnableKernel | undefined;

  private constructor(question: RecordQuestion, options: CountOptions) {
    this.#question = question;
    this.#options = options;
    this.#patterns = Patterns.of(patternsOf(question, options.match));
    this.#columns = new ColumnPlaces(
      expressionsOf(question).map(partOf).flatMap((each) =>
        each.kind === "column" ? [each.column] : []
      ),
    );
    this.manifest = describeQuestion(question, options);
  }

  /**
   * The kernel of options; undefined where they ask nothing of records.
   *
   * @throws {JobError} `invalid_parameter` if a regular expression cannot be run.
   */
  static of(options: CountOptions): QuestionKernel | undefined {
    const question = readQuestion(options);
    return question && new QuestionKernel(question, options);
  }

  get module(): Uint8Array<ArrayBuffer> {
    return this.#made!.module;
  }

  get options(): Uint8Array<ArrayBuffer> {
    return this.#made!.options;
  }

  begin(text: ChunkText): number {
    const mayHaveHeader = this.#question.header && text instanceof Uint8Array;
    const bytes = mayHaveHeader ? this.#readHeader(text) : 0;
    this.#made ??= recordKernel(makePlan({
      question: this.#question,
      options: settleOptions(this.#options, true),
      patterns: this.#patterns,
      columns: this.#columns,
    }));
    return bytes;
  }

  #readHeader(text: Uint8Array): number {
    const header = readHeaderRow(text, this.#options.delimiter);
    if (header === undefined) {
      const message = "Cannot read the header: a quote in it is left open";
      throw new JobError("broken_record", message, { details: { offset: 0 } });
    }
    this.#columns.settle(header.names);
    return header.bytes;
  }
}

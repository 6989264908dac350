import type { ResultShape } from "../../contract/documents.ts";
import type { CountOptions } from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { JobError } from "../../contract/problems.ts";
import type { TextPartTerms } from "../../input/decoder.ts";
import { ChunkReader } from "../../input/chunk_reader.ts";
import type { Chunk, SplitRule } from "../../input/splitter.ts";
import type { Text } from "../../input/text.ts";
import { NAME_ROOM } from "../../shared/part_name.ts";
import type { CountTerms } from "../../shared/job_terms.ts";
import type { Task } from "../../shared/task.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";
import { encodeTerms, type RecordTerms } from "../job/encode_terms.ts";
import { workerLost } from "../job/job_errors.ts";
import { Tries } from "../job/tries.ts";
import type { OrderedLists } from "../record_input.ts";
import type { Flow } from "../scheduler.ts";

/** Most runs of a stage. */
const MAX_RUNS = 3;

/**
 * Most threads that one task may silence, in all runs. After the second one the text is the likely
 * cause, by what it costs: a third thread would be held as long.
 */
const MAX_SILENCES = 2;

/** The job that a stage is of. */
export interface StageOwner {
  /** What the rows of its result consist of. */
  readonly shape: ResultShape;
  readonly flow: Flow;
  /** Ends the job with an error. */
  fail(error: JobError): void;
}

/**
 * Most bytes of a chunk each word or record of which becomes a key with the name of its part, or another
 * group, in front of it: what comes of a chunk is many times as long.
 */
const GROUPED_BYTES = 32 * 1024;

/** What a stage counts, and how. */
export interface StageParts {
  text: Text;
  options: CountOptions;
  kernel?: RunnableKernel;
  /** What the records are that are counted, where no tokenizer makes them. */
  records?: RecordTerms;
  /** Lists of counts that are merged in place of the text, which is empty. @default {none} */
  lists?: OrderedLists;
  /** Bytes of all records, where they are known. @default {0} */
  recordBytes?: number;
  /** Whether they are counts, of which all together are at most 2^53 - 1. @default {false} */
  areCounts?: boolean;
  /** Bytes that the stages before have written to disk. @default {0} */
  spilledBefore?: number;
  /** As in SubmitOptions. */
  part?: TextPartTerms;
  firstStage?: boolean;
  /** Where the text may be cut. */
  rule: SplitRule;
}

/**
 * A text that is counted into one segment, by one run or by several if threads are lost. Most jobs
 * have one stage; stages.ts tells which have more.
 */
export class JobStage implements RunOwner {
  /** Once the first chunk is here, `settleOptions` has filled what depends on it. */
  options: CountOptions;
  readonly text: Text;
  readonly kernel: RunnableKernel | undefined;
  readonly records: RecordTerms | undefined;
  readonly lists: OrderedLists | undefined;
  readonly recordBytes: number;
  readonly areCounts: boolean;
  readonly spilledBefore: number;
  readonly part: TextPartTerms | undefined;
  readonly firstStage: boolean;
  /** Runs that were begun. */
  runs = 0;
  readonly #owner: StageOwner;
  readonly #rule: SplitRule;
  readonly #context: EngineContext;
  #chunks: ChunkReader | undefined;
  /** Tasks whose threads did not answer. */
  #silences: Tries | undefined;

  constructor(
    owner: StageOwner,
    parts: StageParts,
    context: EngineContext,
  ) {
    const { text, options, kernel, records = kernel?.manifest, rule } = parts;
    this.#owner = owner;
    this.text = text;
    this.options = options;
    this.kernel = kernel;
    this.records = records;
    this.lists = parts.lists;
    this.recordBytes = parts.recordBytes ?? 0;
    this.areCounts = parts.areCounts ?? false;
    this.spilledBefore = parts.spilledBefore ?? 0;
    this.part = parts.part;
    this.firstStage = parts.firstStage ?? false;
    this.#rule = rule;
    this.#context = context;
  }

  get flow(): Flow {
    return this.#owner.flow;
  }

  get terms(): CountTerms {
    return encodeTerms(this.options, this.records, this.#owner.shape.values);
  }

  /** The next chunk of the text; undefined at its end. */
  next(): Promise<Chunk | undefined> {
    const { slots, userChunkBytes, replayBytes } = this.#context;
    const mostBytes = this.kernel && !this.kernel.isTrusted ? userChunkBytes : slots.chunkBytes;
    const { finishesWords, namesParts } = this.kernel?.manifest ?? {};
    const chunkBytes = finishesWords || namesParts
      ? Math.min(GROUPED_BYTES, mostBytes - NAME_ROOM)
      : mostBytes;
    this.#chunks ??= new ChunkReader(this.text, chunkBytes, this.#rule, replayBytes);
    return this.#chunks.next();
  }

  /** The first chunk is here. */
  settle(): void {
    this.options = settleOptions(this.options, this.text.isKeys || this.kernel !== undefined);
  }

  /** From here on, next() gives the text again from its beginning. */
  rewind(): void {
    this.#chunks!.rewind();
  }

  fail(error: JobError): void {
    this.#owner.fail(error);
  }

  mayStartOver(offset: number | undefined): boolean {
    const chunks = this.#chunks!;
    const mayRun = this.runs < MAX_RUNS;
    if (mayRun && chunks.canRewind) {
      chunks.hold();
      return true;
    }
    const why = mayRun ? "and the text cannot be read again" : `${MAX_RUNS} times`;
    this.fail(workerLost(offset, why));
    return false;
  }

  mayRepeat(task: Task, offset: number | undefined): boolean {
    this.#silences ??= new Tries();
    if (this.#silences.add(task) < MAX_SILENCES) return true;
    this.fail(workerLost(offset, `${MAX_SILENCES} times, since it did not answer`));
    return false;
  }
}

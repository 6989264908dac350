import { type CountOptions, DEFAULT_OUTPUT_OPTIONS } from "../../contract/options.ts";
import { JobError } from "../../contract/problems.ts";
import type { Job, JobResult } from "../../engine/job_contract.ts";
import type { Texts } from "../../input/text_series.ts";
import type { Engine, EngineOptions } from "../../mod.ts";
import type { Segment } from "../../reduce/segment.ts";
import { CommandError } from "../terminal/explain.ts";
import { emptyResult } from "./empty_result.ts";
import { inInput } from "./in_input.ts";
import { areRepeatable, Inputs } from "./inputs.ts";
import type { Source } from "./list_files.ts";
import type { OpenedKernel } from "./open_kernel.ts";
import { ResultCounter } from "./result_counter.ts";
import { misread } from "./read_api.ts";
import type { CountSettings } from "./settings.ts";
import { knownBytes } from "./source_sizes.ts";
import { startEngine } from "./start_engine.ts";

/** One chunk, or what takes no longer to count than a thread takes to begin. */
const SMALL_BYTES = 256 * 1024;

/** What counting so little takes: no keys of it outgrow this memory. */
const SMALL: EngineOptions = {
  workers: 1,
  memoryBytes: 64 * 2 ** 20,
  spillDirectory: false,
  wakeups: "message",
};

/** Counts with an engine in this process. */
export class LocalCounter extends ResultCounter {
  readonly #engine: Engine;
  readonly #inputs: Inputs;
  #job: Job | undefined;
  #bytesBefore = 0;
  /** What `--group` names. */
  #lemmas: Promise<Segment | undefined> | undefined;
  #sources: readonly Source[] = [];

  private constructor(
    engine: Engine,
    settings: CountSettings,
    inputs: Inputs,
    kernel: OpenedKernel | undefined,
  ) {
    super(settings, kernel);
    this.#engine = engine;
    this.#inputs = inputs;
  }

  /**
   * @param also What the engine is to have beside what the command line says.
   * @throws {CommandError} If the engine cannot start so.
   */
  static async start(
    settings: CountSettings,
    sources: readonly Source[],
    also: Pick<EngineOptions, "inline"> = {},
  ): Promise<LocalCounter> {
    const { workers, memoryBytes, spillDirectory } = settings;
    const kernel = await openKernelOf(settings);
    const isSmall = (knownBytes(sources, SMALL_BYTES) ?? Infinity) <= SMALL_BYTES;
    const standard = isSmall ? SMALL : {};
    const standardBytes = workers === undefined ? standard.memoryBytes : undefined;
    const engine = await startEngine({
      workers: workers ?? standard.workers,
      memoryBytes: memoryBytes ?? standardBytes,
      spillDirectory: spillDirectory ?? standard.spillDirectory,
      wakeups: standard.wakeups,
      ...also,
    }, settings);
    return new LocalCounter(engine, settings, new Inputs(settings, sources), kernel);
  }

  get failures(): readonly CommandError[] {
    return this.#inputs.failures;
  }

  get noTexts(): number {
    return this.#inputs.noTexts;
  }

  readonly work = {
    read: () => {
      const { read, decoded } = this.#inputs.meter;
      return this.#bytesBefore + (this.#job?.bytesRead ?? 0) - decoded + read;
    },
    total: () => knownBytes(this.#sources),
  };

  leavesOut(source: Source): boolean {
    return this.#inputs.without([source]).length === 0;
  }

  async #openLemmas(): Promise<Segment | undefined> {
    const { count } = this.settings;
    if (count.group === "") return undefined;
    const { openLemmas } = await import("../algebra/lemma_file.ts");
    return await openLemmas(this.#engine, count, this.kernel !== undefined);
  }

  async close(): Promise<void> {
    const lemmas = await this.#lemmas?.catch(() => undefined);
    lemmas?.close();
    await this.#engine.close();
  }

  abandon(): void {
    this.#engine.abandon();
  }

  /** Counts again without an input that turns out to be damaged, if there are others. */
  async run(
    sources: readonly Source[],
    options: CountOptions,
  ): Promise<JobResult> {
    const lemmas = await (this.#lemmas ??= this.#openLemmas());
    const terms = { readOnce: true, kernel: this.kernel?.kernel, lemmas };
    this.#sources = sources;
    for (;;) {
      const rest = this.#inputs.without(sources);
      try {
        const job = this.#engine.submit(this.#textsOf(rest), options, terms);
        this.#job = job;
        const result = await job.done;
        this.#bytesBefore += job.bytesRead;
        this.#job = undefined;
        return result;
      } catch (error) {
        this.#inputs.requireSome(sources);
        if (!(error instanceof JobError)) throw error;
        if (error.code === "empty_body") return emptyResult(options, this.kernel?.values);
        if (this.#inputs.leaveOut(error, rest)) continue;
        this.#inputs.requireSome(sources);
        throw explained(error);
      }
    }
  }

  #textsOf(sources: readonly Source[]): Texts {
    const texts = { [Symbol.asyncIterator]: () => this.#inputs.open(sources) };
    return { rewinds: areRepeatable(sources), texts };
  }
}

/** The kernel that was named; the parts that make one are loaded for that alone. */
async function openKernelOf(
  { kernel, count, rows }: CountSettings,
): Promise<OpenedKernel | undefined> {
  if (kernel.name === undefined) return undefined;
  const { openKernel } = await import("./open_kernel.ts");
  return await openKernel(kernel, { count, output: { ...DEFAULT_OUTPUT_OPTIONS, ...rows } });
}

/** What the user is told: of an input that could not be opened, why; of any other, its name. */
function explained(error: JobError): Error {
  if (error.cause instanceof CommandError) return error.cause;
  if (error.code === "invalid_parameter") return misread(error);
  const isOfInput = "name" in error.details || "path" in error.details;
  return isOfInput ? new CommandError(inInput(error.message, error.details)) : error;
}

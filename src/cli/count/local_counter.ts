import { tmpdir } from "node:os";
import type { ResultDocument } from "../../contract/documents.ts";
import type { CountOptions, Format } from "../../contract/options.ts";
import type { Job, JobResult } from "../../engine/job_contract.ts";
import type { Texts } from "../../input/text_series.ts";
import { Engine } from "../../mod.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import { openResultRecords } from "../../output/result_records.ts";
import { createRowStyle } from "../../output/row_options.ts";
import { Selection } from "../../output/selection.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Answer, Counter, Records, Seen } from "./counter.ts";
import { areRepeatable, Inputs } from "./inputs.ts";
import type { Source } from "./list_files.ts";
import type { CountSettings } from "./settings.ts";
import { knownBytes } from "./source_sizes.ts";

/** What one thread counts before a second one has begun. */
const SMALL_BYTES = 256 * 1024;

/** Attempts to remove what threads may be writing to. */
const ABANDON_TRIES = 5;

/** Counts with an engine in this process. */
export class LocalCounter implements Counter {
  readonly #engine: Engine;
  readonly #settings: CountSettings;
  readonly #inputs: Inputs;
  #job: Job | undefined;
  #bytesBefore = 0;
  #sources: readonly Source[] = [];

  private constructor(engine: Engine, settings: CountSettings) {
    this.#engine = engine;
    this.#settings = settings;
    this.#inputs = new Inputs(settings);
  }

  /** @throws {CommandError} If the engine cannot start so. */
  static async start(settings: CountSettings, sources: readonly Source[]): Promise<LocalCounter> {
    const { workers, memoryBytes, spillDirectory } = settings;
    const bytes = knownBytes(sources);
    const isSmall = bytes !== undefined && bytes <= SMALL_BYTES;
    try {
      const engine = await Engine.start({
        workers: workers ?? (isSmall ? 1 : undefined),
        memoryBytes,
        spillDirectory,
      });
      return new LocalCounter(engine, settings);
    } catch (error) {
      if (error instanceof RangeError) throw new CommandError(error.message, "Say less or more");
      throw error;
    }
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

  async answer(sources: readonly Source[], format: Format): Promise<Answer> {
    const { count, rows } = this.#settings;
    const { result, options } = await this.#run(sources, count);
    const parts = {
      options: JSON.stringify({ ...count, case: options.case }),
      style: createRowStyle({ ...rows, format }, result),
    };
    const blocks = await resultBlocks(format, result, selectAll(result), parts);
    return { blocks: closing(blocks, result), seen: seenOf(result) };
  }

  async document(sources: readonly Source[]): Promise<ResultDocument> {
    const { blocks } = await this.answer(sources, "json");
    const decoder = new TextDecoder();
    let text = "";
    for await (const block of blocks) text += decoder.decode(block, { stream: true });
    return JSON.parse(text);
  }

  async documentOf(source: Source): Promise<ResultDocument | undefined> {
    try {
      return await this.document([source]);
    } catch (error) {
      if (this.#inputs.without([source]).length === 0) return undefined;
      if (this.#inputs.leaveOut(error, [source])) return undefined;
      throw error;
    }
  }

  async records(sources: readonly Source[]): Promise<Records> {
    const { result } = await this.#run(sources, { ...this.#settings.count, top: 0 });
    const { segment } = result;
    return { cursor: segment.records(), seen: seenOf(result), close: () => segment.close() };
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  abandon(): void {
    const { spillDirectory } = this.#settings;
    if (spillDirectory === false) return;
    const parent = spillDirectory ?? tmpdir();
    const name = new RegExp(`^millrace-spill-.*-${Deno.pid}-[0-9a-f]{8}$`);
    for (let tries = 0; tries < ABANDON_TRIES; tries++) {
      try {
        for (const entry of Deno.readDirSync(parent)) {
          if (name.test(entry.name)) {
            Deno.removeSync(`${parent}/${entry.name}`, { recursive: true });
          }
        }
        return;
      } catch {
        // a thread has written to it meanwhile
      }
    }
  }

  /** Counts again without an input that turns out to be damaged, if there are others. */
  async #run(sources: readonly Source[], options: Partial<CountOptions>) {
    this.#sources = sources;
    for (;;) {
      const rest = this.#inputs.without(sources);
      const job = this.#engine.submit(this.#textsOf(rest), options, { readOnce: true });
      this.#job = job;
      try {
        const result = await job.done;
        this.#bytesBefore += job.bytesRead;
        this.#job = undefined;
        this.#inputs.requireSome(sources);
        return { result, options: job.options };
      } catch (error) {
        const goesOn = rest.length > 1 && areRepeatable(rest) && this.#inputs.leaveOut(error, rest);
        if (!goesOn) throw error;
      }
    }
  }

  #textsOf(sources: readonly Source[]): Texts {
    const texts = { [Symbol.asyncIterator]: () => this.#inputs.open(sources) };
    return { rewinds: areRepeatable(sources), texts };
  }
}

/** The engine has applied `top`, `min` and `prefix` already. */
function selectAll({ segment, values }: JobResult): Selection {
  return new Selection(openResultRecords(segment, values), { top: 0, min: 0, order: "count" });
}

function* closing(blocks: Iterable<Uint8Array>, { segment }: JobResult): Generator<Uint8Array> {
  try {
    yield* blocks;
  } finally {
    segment.close();
  }
}

function seenOf({ totals: { keys, counted, bytes }, segment }: JobResult): Seen {
  if (segment.keys === keys) return { keys, counted, bytes, shown: { keys, counted } };
  let sum = 0;
  const records = segment.records();
  while (records.next()) sum += records.count;
  return { keys, counted, bytes, shown: { keys: segment.keys, counted: sum } };
}

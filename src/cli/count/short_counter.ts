import type { CountOptions } from "../../contract/options.ts";
import { asksRecords } from "../../contract/record_question.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import type { CommandError } from "../terminal/explain.ts";
import { countShort } from "./count_short.ts";
import type { Source } from "./list_files.ts";
import { ResultCounter } from "./result_counter.ts";
import type { CountSettings } from "./settings.ts";

/** Counts one short file on this thread, and leaves to an engine whatever is not that. */
export class ShortCounter extends ResultCounter {
  /** The engine, once something was left to it. */
  #rest: ResultCounter | undefined;

  /** Whether an input may be such a file. Who says what an engine is to have gets one. */
  static takes(settings: CountSettings, sources: readonly Source[]): boolean {
    const { count, workers, memoryBytes, spillDirectory } = settings;
    return sources.length === 1 && sources[0].kind === "file" &&
      settings.kernel.name === undefined &&
      count.group === "" && count.tokenizer !== "icu" && count.partition === "hash" &&
      !asksRecords(count) &&
      workers === undefined && memoryBytes === undefined && spillDirectory === undefined;
  }

  readonly work = {
    read: () => this.#rest?.work.read() ?? 0,
    total: () => this.#rest?.work.total(),
  };

  get failures(): readonly CommandError[] {
    return this.#rest?.failures ?? [];
  }

  get noTexts(): number {
    return this.#rest?.noTexts ?? 0;
  }

  async run(sources: readonly Source[], options: CountOptions): Promise<JobResult> {
    if (this.#rest === undefined) {
      const result = await countShort(sources[0], options);
      if (result !== undefined) return result;
      const { LocalCounter } = await import("./local_counter.ts");
      this.#rest = await LocalCounter.start(this.settings, sources);
    }
    return await this.#rest.run(sources, options);
  }

  leavesOut(source: Source): boolean {
    return this.#rest?.leavesOut(source) ?? false;
  }

  async close(): Promise<void> {
    await this.#rest?.close();
  }

  abandon(): void {
    this.#rest?.abandon();
  }
}

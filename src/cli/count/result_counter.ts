import { completeCountOptions, type CountOptions, type Format } from "../../contract/options.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { askFor, askForTotals } from "../../output/direct_rows.ts";
import { totalsBlocks } from "../../output/json.ts";
import type { CommandError } from "../terminal/explain.ts";
import type { Work } from "../terminal/progress.ts";
import {
  type Answer,
  type CountDocument,
  type Counter,
  type Records,
  requireUniq,
} from "./counter.ts";
import type { Source } from "./list_files.ts";
import { answerOf, documentOf, seenOf } from "./local_answer.ts";
import type { OpenedKernel } from "./open_kernel.ts";
import type { CountSettings } from "./settings.ts";

/** Makes answers of what is counted in this process. */
export abstract class ResultCounter implements Counter {
  protected readonly settings: CountSettings;

  constructor(settings: CountSettings, kernel?: OpenedKernel) {
    this.settings = settings;
    this.kernel = kernel;
  }

  abstract readonly work: Work;
  abstract readonly failures: readonly CommandError[];
  abstract readonly noTexts: number;

  /** The kernel that makes the keys, where it is not the engine's own. */
  readonly kernel: OpenedKernel | undefined;

  abstract run(sources: readonly Source[], options: CountOptions): Promise<JobResult>;

  /** Whether an input was left out. */
  abstract leavesOut(source: Source): boolean;

  abstract close(): Promise<void>;
  abstract abandon(): void;

  async answer(sources: readonly Source[], format: Format): Promise<Answer> {
    const result = await this.run(sources, askFor(this.settings.count));
    return await answerOf(result, this.settings, format, this.kernel?.choice);
  }

  async document(sources: readonly Source[]): Promise<CountDocument> {
    if (!this.settings.isTotal) return await documentOf(await this.answer(sources, "json"));
    const mayBeOfValues = this.kernel !== undefined;
    const result = await this.run(sources, askForTotals(this.settings.count, mayBeOfValues));
    result.segment.close();
    return await documentOf({ blocks: totalsBlocks(result) });
  }

  async documentOf(source: Source): Promise<CountDocument | undefined> {
    try {
      return await this.document([source]);
    } catch (error) {
      if (this.leavesOut(source)) return undefined;
      throw error;
    }
  }

  async records(sources: readonly Source[]): Promise<Records> {
    const all = completeCountOptions({ ...this.settings.count, top: 0 });
    const result = await this.run(sources, all);
    const { segment } = result;
    const close = () => segment.close();
    try {
      requireUniq(result);
      return { cursor: segment.records(), seen: await seenOf(result, all), close };
    } catch (error) {
      close();
      throw error;
    }
  }
}

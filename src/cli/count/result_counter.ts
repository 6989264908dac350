import type { Format } from "../../contract/options.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { totalsBlocks } from "../../output/json.ts";
import type { CommandError } from "../terminal/explain.ts";
import type { Work } from "../terminal/progress.ts";
import type { Answer, CountDocument, Counter, Records } from "./counter.ts";
import type { Source } from "./list_files.ts";
import { answerOf, documentOf, seenOf } from "./local_answer.ts";
import type { CountSettings } from "./settings.ts";

/** Makes answers of what is counted in this process. */
export abstract class ResultCounter implements Counter {
  protected readonly settings: CountSettings;

  constructor(settings: CountSettings) {
    this.settings = settings;
  }

  abstract readonly work: Work;
  abstract readonly failures: readonly CommandError[];
  abstract readonly noTexts: number;

  /** @param top Most keys of the result; 0 for all. @default {what the settings say} */
  abstract run(sources: readonly Source[], top?: number): Promise<JobResult>;

  /** Whether an input is left out, for all that it fails with. */
  abstract leavesOut(source: Source, error: unknown): boolean;

  abstract close(): Promise<void>;
  abstract abandon(): void;

  async answer(sources: readonly Source[], format: Format): Promise<Answer> {
    return await answerOf(await this.run(sources), this.settings, format);
  }

  async document(sources: readonly Source[]): Promise<CountDocument> {
    if (!this.settings.isTotal) return await documentOf(await this.answer(sources, "json"));
    const result = await this.run(sources, 1);
    result.segment.close();
    return await documentOf({ blocks: totalsBlocks(result) });
  }

  async documentOf(source: Source): Promise<CountDocument | undefined> {
    try {
      return await this.document([source]);
    } catch (error) {
      if (this.leavesOut(source, error)) return undefined;
      throw error;
    }
  }

  async records(sources: readonly Source[]): Promise<Records> {
    const result = await this.run(sources, 0);
    const { segment } = result;
    return { cursor: segment.records(), seen: seenOf(result), close: () => segment.close() };
  }
}

import type { CountOptions } from "../contract/options.ts";
import type { JobHandle } from "../engine/job_contract.ts";
import type { Chunk } from "../input/splitter.ts";
import type { Text } from "../input/text.ts";
import type { ListText } from "./list_text.ts";
import { mergeTerms } from "./mergeable.ts";
import type { RecordEngine } from "./merger.ts";
import { addExactly } from "./overflow.ts";

/** Lists that are put together as one. */
export interface Lists {
  /** Opens a list, whose counts are those of the list times its weight. */
  open(index: number): Promise<ListText>;
  /** How often each counts. */
  readonly weights: readonly number[];
  /** About how many bytes all are as records; 0 where nobody knows. */
  readonly recordBytes: number;
}

/**
 * The records of several lists, one list after the other: each is opened when those before it are read.
 * So they are put together as the results of these lists would be, and no key is combined twice.
 */
export class MergedLists implements Text {
  readonly isKeys = false;
  readonly charset = "utf-8";
  readonly bomSkipped = false;
  readonly skippedBytes = 0;
  readonly rewinds = false;
  readonly isMade = true;
  /** The list that could not be read, if one could not. */
  failed: number | undefined;
  readonly #lists: Lists;
  readonly #read: ListText[] = [];
  #reason: unknown;

  constructor(lists: Lists) {
    this.#lists = lists;
  }

  get bytes(): number {
    return this.#read.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get replacements(): number {
    return this.#read.reduce((sum, { replacements }) => sum + replacements, 0);
  }

  /** @throws {JobError} `value_overflow` at the end, and what lists throw. */
  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    for (const index of this.#lists.weights.keys()) {
      try {
        const list = await this.#lists.open(index);
        this.#read.push(list);
        if (this.#reason !== undefined) list.cancel(this.#reason);
        for await (const chunk of list.chunks(chunkBytes)) yield { ...chunk, last: false };
      } catch (error) {
        this.failed = index;
        throw error;
      }
    }
    this.totals();
  }

  cancel(reason: unknown): void {
    this.#reason = reason;
    this.#read.at(-1)?.cancel(reason);
  }

  /** An offset among records tells a client nothing. */
  place(): Record<string, unknown> {
    return { offset: undefined };
  }

  /** What a result of all lists says of them. @throws {JobError} `value_overflow`. */
  totals() {
    const sumOf = (what: string, numbers: number[]) =>
      addExactly(`the sum of '${what}'`, numbers, this.#lists.weights);
    const counts = this.#read.map(({ counted }) => counted);
    return {
      bytes: sumOf("bytes", this.#read.map(({ bytes }) => bytes)),
      tokens: sumOf("tokens", counts),
      replacements: sumOf("replacements", this.#read.map(({ replacements }) => replacements)),
      counted: sumOf("counted", counts),
    };
  }

  /** Begins a job that puts the lists together. @param options As submitList's. */
  submit(engine: RecordEngine, options: CountOptions): JobHandle {
    const input = {
      records: mergeTerms(undefined),
      recordBytes: this.#lists.recordBytes,
      text: this,
      totals: () => this.totals(),
    };
    return engine.submit(input, options, {});
  }
}

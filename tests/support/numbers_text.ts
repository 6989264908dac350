import type { StatsValues } from "../../src/contract/documents.ts";
import type { Stats } from "../../src/contract/stats.ts";
import type { RecordInput } from "../../src/engine/record_input.ts";
import { RecordText } from "../../src/engine/stages/record_text.ts";
import type { Chunk } from "../../src/input/splitter.ts";
import type { NumberRecord } from "./numbers.ts";
import { encodeValues } from "./values.ts";

/** Numbers on their way to an engine, in chunks of so many records. */
class NumbersText extends RecordText {
  readonly isKeys = false;

  constructor(readonly records: readonly NumberRecord[], readonly atOnce: number) {
    super();
  }

  async *chunks(): AsyncGenerator<Chunk, void, void> {
    for (let from = 0; from < this.records.length; from += this.atOnce) {
      await Promise.resolve();
      const text = encodeValues(this.records.slice(from, from + this.atOnce));
      yield { text, offset: 0, last: from + this.atOnce >= this.records.length };
    }
  }
}

/** Numbers as what a job is about. */
export function inputOf(
  records: readonly NumberRecord[],
  stats: Stats,
  atOnce: number,
): RecordInput & { values: StatsValues } {
  return {
    records: { output: "values", stats },
    values: { op: "stats", ...stats },
    text: new NumbersText(records, atOnce),
    totals: () => ({ bytes: 0, tokens: records.length, replacements: 0 }),
  };
}

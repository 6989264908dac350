import { recordRule } from "../../../src/input/record_rules.ts";
import type { RecordPlan } from "../../../src/records/record_plan.ts";
import { recordGuest } from "../../../tests/support/modules/record_runs.ts";
import { cutChunks } from "./text_mapper.ts";

/** Reads a text by one instance of the kernel of records, with the copy of each chunk. */
export class RecordReader {
  readonly #guest: ReturnType<typeof recordGuest>;
  readonly #text: Uint8Array;
  readonly #ends: readonly number[];

  constructor(plan: RecordPlan, text: Uint8Array) {
    this.#guest = recordGuest(plan);
    this.#text = text;
    this.#ends = cutChunks(text, recordRule(plan.records));
  }

  run(): void {
    let start = 0;
    for (const end of this.#ends) {
      const chunk = { text: this.#text, start, bytes: end - start };
      this.#guest.take(chunk);
      this.#guest.map({ start: 0x1000, bytes: chunk.bytes });
      start = end;
    }
  }
}

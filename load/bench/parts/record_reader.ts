import { recordRule } from "../../../src/input/record_rules.ts";
import type { RecordPlan } from "../../../src/records/record_plan.ts";
import { recordGuest } from "../../../tests/support/modules/record_runs.ts";

const CHUNK_BYTES = 256 * 1024;

/** Reads a text by one instance of the kernel of records, with the copy of each chunk. */
export class RecordReader {
  readonly #guest: ReturnType<typeof recordGuest>;
  readonly #text: Uint8Array;
  readonly #ends: number[] = [];

  constructor(plan: RecordPlan, text: Uint8Array) {
    this.#guest = recordGuest(plan);
    this.#text = text;
    const rule = recordRule(plan.records);
    for (let at = 0; at < text.length;) {
      const rest = text.subarray(at, at + CHUNK_BYTES);
      at += at + rest.length === text.length ? rest.length : rule(rest, rest.length);
      this.#ends.push(at);
    }
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

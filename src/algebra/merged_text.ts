import type { ResultValues } from "../contract/documents.ts";
import { areWide } from "../contract/result_values.ts";
import { RecordText } from "../engine/stages/record_text.ts";
import { ValuePacker } from "../engine/stages/value_packer.ts";
import type { Chunk } from "../input/splitter.ts";
import { openResultRecords } from "../output/result_records.ts";
import type { Segment } from "../reduce/segment.ts";
import { cutRecords } from "./cut_records.ts";
import { toInteger, type Weigh, weighCounts, weighIntegers, weighStats } from "./weigh_records.ts";

/** A list of keys and numbers, and how often it counts. */
export interface Weighed {
  readonly segment: Segment;
  /** 1 or more. */
  readonly weight: number;
}

/** The records of several results, one result after the other, each number times its weight. */
export class MergedText extends RecordText {
  readonly isKeys = false;
  readonly #parts: readonly Weighed[];
  readonly #values: ResultValues | undefined;

  /** @param values What all of them hold; undefined for counts. */
  constructor(parts: readonly Weighed[], values?: ResultValues) {
    super();
    this.#parts = parts;
    this.#values = values;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    for (const part of this.#parts) {
      const isRepacked = areWide(this.#values) && this.#values?.op !== "stats";
      yield* isRepacked ? this.#repack(part, chunkBytes) : this.#pass(part, chunkBytes);
    }
  }

  async *#pass({ segment, weight }: Weighed, chunkBytes: number): AsyncGenerator<Chunk> {
    const weigh = weigherOf(this.#values, weight);
    for (const text of cutRecords(segment, chunkBytes)) {
      const rest = this.rest({ keyStart: 0, keyEnd: text.length });
      if (rest) await rest;
      if (weight !== 1) weigh(text);
      yield { text, offset: 0, last: false };
    }
  }

  /** Sums of decimals have 128 bits, and what is added has 64. @throws {JobError} `value_overflow`. */
  async *#repack({ segment, weight }: Weighed, chunkBytes: number): AsyncGenerator<Chunk> {
    const packer = new ValuePacker(chunkBytes);
    const record = openResultRecords(segment, this.#values);
    while (record.next()) {
      const rest = this.rest(record);
      if (rest) await rest;
      const { bytes, keyStart, keyEnd, integer } = record;
      const chunk = packer.add(
        bytes.subarray(keyStart, keyEnd),
        toInteger(integer * BigInt(weight)),
      );
      if (chunk) yield chunk;
    }
    for (const chunk of packer.end()) yield { ...chunk, last: false }; // other results may follow
  }
}

function weigherOf(values: ResultValues | undefined, weight: number): Weigh {
  if (values === undefined) return weighCounts(weight);
  return values.op === "stats" ? weighStats(weight) : weighIntegers(weight);
}

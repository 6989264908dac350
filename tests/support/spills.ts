import { assertEquals } from "@std/assert";
import {
  BATCH_HEADER_BYTES,
  INPUT_BYTES,
  INPUT_END,
  INPUT_MORE,
  INPUT_NEXT,
  INPUT_USED_UP,
  JOB_PAGE_LIMIT,
  MERGE_LAST,
  MERGE_SUMS,
  OK,
  ORDER_KEY,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  PARTITION_CAPACITY,
  SCRATCH_INPUTS,
  SCRATCH_MERGE_INPUT,
  SCRATCH_MERGE_NEEDED,
  SCRATCH_MERGED_BYTES,
  SCRATCH_MERGED_KEYS,
} from "../../assembly/layout.ts";
import { Segment } from "../../src/reduce/segment.ts";
import type { KernelHarness } from "./kernel_harness.ts";
import type { Random } from "./random.ts";
import { concat } from "./streams.ts";
import { type Chunks, map } from "./value_runs.ts";
import { encodeValues } from "./values.ts";

/** Bytes of the harness's text region that are used otherwise. */
const REGION = 4 << 20;

/** A sorted run: the bytes of its sections. */
type Run = Uint8Array[];

/**
 * Drains the batch in hand.
 *
 * @param out Where pieces of `piece` bytes are put.
 * @returns The bytes of its sections.
 */
export function drainSections(
  { kernel, words, bytes }: KernelHarness,
  region: number,
  out: number,
  piece: number,
): Uint8Array[] {
  const first = region >> 2;
  const sizes = [...words.subarray(first, first + PARTITION_CAPACITY)];
  const parts: Uint8Array[] = [];
  for (let size; (size = kernel.drainBatch(out, piece)) > 0;) {
    parts.push(bytes.slice(out, out + size));
  }
  const all = concat(...parts);
  let end = 0;
  const sections = sizes.map((size) => all.subarray(end, end += size));
  assertEquals(end, all.length, "the sections tell the bytes");
  return sections;
}

/** Takes the tables of a job through batches, runs and merges, as workers/spill does. */
export class Spills {
  readonly harness: KernelHarness;
  readonly random: Random;
  readonly #region: number;
  runs: Run[] = [];

  constructor(harness: KernelHarness, random: Random) {
    this.harness = harness;
    this.random = random;
    this.#region = (harness.text + REGION + 15) & ~15;
  }

  #drain(): Run {
    const piece = 64 << this.random.below(8);
    return drainSections(this.harness, this.#region, this.harness.text + 64, piece);
  }

  /** Counts chunks one by one, and takes what comes of each through regions of `bytes`. */
  chunks(chunks: Chunks, bytes: number): void {
    chunks.forEach((chunk, i) => {
      this.harness.map(encodeValues(chunk), 0, 5 * i);
      assertEquals(this.table(0, bytes), OK);
    });
    assertEquals(this.harness.ownedPages(), 0);
  }

  /**
   * Takes the tables of three workers, of which two were divided, and one of their partitions was
   * reduced as far as there were pages.
   */
  unfinished(chunks: Chunks): void {
    const { harness } = this;
    const { kernel, job } = harness;
    map(harness, chunks, chunks.length);
    for (const worker of [0, 1]) assertEquals(kernel.partitionTable(job, worker), OK);
    // Combines records of one partition, marks some, and has no room for the ordered run.
    harness.set(JOB_PAGE_LIMIT, harness.ownedPages());
    assertEquals(kernel.reducePartition(job, 1), OUT_OF_PAGES);
    harness.set(JOB_PAGE_LIMIT, 0);
    for (const worker of chunks.keys()) assertEquals(this.table(worker, 100_000), OK);
  }

  /** Takes the tables of two workers, and the ordered runs of two of their four partitions. */
  reduced(chunks: Chunks): void {
    const { kernel, job } = this.harness;
    map(this.harness, chunks, chunks.length);
    for (const worker of chunks.keys()) assertEquals(kernel.partitionTable(job, worker), OK);
    for (const partition of [0, 2]) assertEquals(kernel.reducePartition(job, partition), OK);
    for (const worker of chunks.keys()) assertEquals(this.table(worker, 100_000), OK);
    assertEquals(this.ordered(60_000), OK);
  }

  /** Takes a worker's table through regions of `bytes`; returns the last status. */
  table(worker: number, bytes: number): number {
    const { kernel, job } = this.harness;
    return this.#all(() => kernel.spillTable(job, worker, this.#region, bytes));
  }

  /** Takes the ordered runs of a reduce. */
  ordered(bytes: number): number {
    const { kernel, job } = this.harness;
    return this.#all(() => kernel.spillRuns(job, this.#region, bytes));
  }

  #all(step: () => number): number {
    for (;;) {
      const status = step();
      if (status !== OK && status !== OUTPUT_FULL) return status;
      this.runs.push(this.#drain());
      if (status === OK) return OK;
    }
  }

  /** Merges inputs; gives the output, or the status that ended it. */
  merge(
    inputs: Uint8Array[],
    order: number,
    rule: number,
    top = 0,
    least = 0n,
  ): Uint8Array | number {
    const { kernel, bytes, words, scratch, text, job } = this.harness;
    const windowBytes = Math.floor(REGION / 2 / Math.max(inputs.length, 1)) & ~7;
    const read = inputs.map(() => 0);
    const fill = (index: number, needed: number) => {
      const input = (scratch + SCRATCH_INPUTS + index * INPUT_BYTES) >> 2;
      const address = text + REGION + index * windowBytes;
      const next = words[input + INPUT_NEXT / 4];
      const held = read[index] === 0 ? 0 : words[input + INPUT_END / 4] - next;
      bytes.copyWithin(address, next, next + held);
      const size = Math.min(windowBytes, Math.max(needed, 64 + 8 * this.random.below(400)));
      const part = inputs[index].subarray(read[index], read[index] + size - held);
      bytes.set(part, address + held);
      read[index] += part.length;
      words[input + INPUT_NEXT / 4] = address;
      words[input + INPUT_END / 4] = address + held + part.length;
      words[input + INPUT_MORE / 4] = read[index] < inputs[index].length ? 1 : 0;
    };
    inputs.forEach((_, i) => fill(i, 0));
    kernel.openMerge(job, inputs.length, order, rule, least, top);
    const out: Uint8Array[] = [];
    let room = 256;
    for (;;) {
      const status = kernel.mergeNext(text, room);
      const merged = words[(scratch + SCRATCH_MERGED_BYTES) >> 2];
      if (status === INPUT_USED_UP) {
        fill(
          words[(scratch + SCRATCH_MERGE_INPUT) >> 2],
          words[(scratch + SCRATCH_MERGE_NEEDED) >> 2],
        );
        continue;
      }
      if (status !== OK && status !== OUTPUT_FULL) return status;
      if (status === OUTPUT_FULL && merged === 0) {
        room = words[(scratch + SCRATCH_MERGE_NEEDED) >> 2];
      }
      out.push(bytes.slice(text, text + merged));
      if (status === OK) return concat(...out);
    }
  }

  /** Reduces what was spilled to a segment, in passes of `fan` runs at once. */
  collect(order: number, fan: number, top = 0): Segment | number {
    const merged: Uint8Array[] = [];
    for (let section = 0; section < PARTITION_CAPACITY; section++) {
      let inputs = this.runs.map((run) => run[section]).filter((run) => run.length > 0);
      while (inputs.length > fan) {
        const pass = this.merge(inputs.splice(0, fan), ORDER_KEY, MERGE_SUMS);
        if (typeof pass === "number") return pass;
        inputs = [...inputs, pass];
      }
      const part = this.merge(inputs, ORDER_KEY, MERGE_SUMS | MERGE_LAST);
      if (typeof part === "number") return part;
      if (part.length > 0) merged.push(this.#ordered(part));
    }
    const segment = this.merge(merged, order, MERGE_LAST, top);
    if (typeof segment === "number") return segment;
    return new Segment(
      segment,
      this.harness.words[(this.harness.scratch + SCRATCH_MERGED_KEYS) >> 2],
    );
  }

  /** The records of a merged partition in the job's order. */
  #ordered(records: Uint8Array): Uint8Array {
    const { harness } = this;
    harness.bytes.set(records, this.#region + BATCH_HEADER_BYTES);
    const room = BATCH_HEADER_BYTES + records.length * 2;
    const { kernel, job } = harness;
    assertEquals(kernel.orderRecords(job, this.#region, records.length, room), OK);
    return concat(...this.#drain());
  }
}

import { assert, assertEquals } from "@std/assert";
import { MOST_SLICE, NUMBER_SCALE_SHIFT, SLICE_BYTES } from "../../assembly/number_layout.ts";
import { JOB_DISTINCT, JOB_PAGE_LIMIT, OK, OUT_OF_PAGES } from "../../assembly/layout.ts";
import type { Stats } from "../../src/contract/stats.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { type NumberRecord, randomNumbers, readRows, tellNaive } from "../support/numbers.ts";
import { freshSeed, Random } from "../support/random.ts";

const JOB = { tokenizer: "drained", case: "preserve", order: "key" } as const;
/** Where the text is put: behind the slices of it. */
const TEXT_AT = 4 << 20;
const HEADER_BYTES = 8;

const QUESTIONS: Stats[] = [
  { aggs: ["sum", "avg", "count"] },
  { aggs: ["min", "max"] },
  { aggs: ["avg", "sum", "max"] },
];

/** Keys of all tiers, of one byte per character; some end with NUL, and one is as long as may be. */
function keysOf(distinct: number): string[] {
  const lengths = [1, 8, 12, 13, 28, 29, 60];
  const keys = Array.from({ length: distinct }, (_, i) => {
    const key = i.toString(36).padStart(lengths[i % lengths.length], "k");
    return i % 50 === 49 ? `${key}\0` : key;
  });
  return distinct > 1 ? [...keys, "l".repeat(MOST_SLICE)] : keys;
}

/** A text that holds the keys in an order of its own, some of them several times. */
function writeText(random: Random, records: readonly NumberRecord[]) {
  const starts: number[] = [];
  let text = "";
  for (const [key] of records) {
    const known = random.oneIn(20) ? text.indexOf(key) : -1;
    text += known < 0 ? random.pick(["", ",", ";;;"]) : "";
    starts.push(known < 0 ? text.length : known);
    if (known < 0) text += key;
  }
  return { text: Uint8Array.from(text, (char) => char.charCodeAt(0)), starts };
}

/** Slices behind their header, as the kernel of records drains them. */
function encodeSlices(harness: KernelHarness, random: Random, records: readonly NumberRecord[]) {
  const { text, starts } = writeText(random, records);
  const bytes = new Uint8Array(HEADER_BYTES + records.length * SLICE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, harness.put(text, TEXT_AT).start, true);
  view.setUint32(4, text.length, true);
  for (const [i, [key, units, scale]] of records.entries()) {
    const at = HEADER_BYTES + i * SLICE_BYTES;
    view.setBigInt64(at, units, true);
    view.setUint32(at + 8, (key.length | scale << NUMBER_SCALE_SHIFT) >>> 0, true);
    view.setUint32(at + 12, starts[i], true);
  }
  return bytes;
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} combines the numbers of slices as of records that hold their keys`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const stats of QUESTIONS) {
      for (const kind of ["one scale", "mixed"] as const) {
        for (const distinct of [1, 40, 30_000]) {
          const records = randomNumbers(random, kind, 6000, keysOf(distinct));
          const workers = random.between(1, 3);
          harness.open({ ...JOB, stats, workers, partitionBits: random.below(3) });
          for (let from = 0, i = 0; from < records.length; i++) {
            const chunk = records.slice(from, from += random.between(1, 4000));
            harness.map(encodeSlices(harness, random, chunk), i % workers);
          }
          const note = `seed ${random.seed}, ${stats.aggs}, ${kind}, ${distinct} keys`;
          assertEquals(readRows(harness.reduce(), stats), tellNaive(records, stats, "key"), note);
        }
      }
    }
  });

  Deno.test(`${build} combines each number of slices once where pages run out on the way`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    const [stats] = QUESTIONS;
    const records = randomNumbers(random, "mixed", 20_000, keysOf(20_000));
    harness.open({ ...JOB, stats, pageLimit: 1 });
    const { start, bytes } = harness.put(encodeSlices(harness, random, records));
    const map = () => harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
    let limit = 1;
    for (let status; (status = map()) !== OK;) {
      assertEquals(status, OUT_OF_PAGES, `seed ${random.seed}`);
      harness.set(JOB_PAGE_LIMIT, limit += 1);
    }
    assert(limit > 5, `${limit} pages`);
    harness.set(JOB_PAGE_LIMIT, 0);
    const found = readRows(harness.reduce(), stats);
    assertEquals(found, tellNaive(records, stats, "key"), `seed ${random.seed}`);
    assertEquals(harness.get(JOB_DISTINCT), found.length);
  });
}

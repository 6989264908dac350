import type { Aggregate, Stats } from "../../src/contract/stats.ts";
import { readStats, tellAggregate } from "../../src/output/key_stats.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import type { Segment } from "../../src/reduce/segment.ts";
import type { Random } from "./random.ts";
import { divideExactly } from "./values.ts";

// Records of keys and numbers of any scale, and what jobs should tell of them, in plain integers.

/** A key, of one byte per character, and so many units of 10^-scale; encodeValues() encodes it. */
export type NumberRecord = readonly [key: string, units: bigint, scale: number];

/** A key and what is told of its numbers, as answers write it. */
export type StatsRow = readonly [key: string, ...told: string[]];

/** The rows of a segment, in its order. */
export function readRows(segment: Segment, stats: Stats): StatsRow[] {
  const rows: StatsRow[] = [];
  const record = openResultRecords(segment, { op: "stats", ...stats });
  while (record.next()) {
    const key = String.fromCharCode(...record.bytes.subarray(record.keyStart, record.keyEnd));
    const words = readStats(record);
    rows.push([key, ...stats.aggs.map((each) => String(tellAggregate(words, each, stats.round)))]);
  }
  return rows;
}

/** What a job should answer, by the first aggregate, the largest first, or by key. */
export function tellNaive(
  records: readonly NumberRecord[],
  { aggs, round }: Stats,
  order: "value" | "key" = "key",
): StatsRow[] {
  const rows = [...Map.groupBy(records, ([key]) => key)].map(([key, group]) => {
    const numbers = group.map(([, units, scale]) => units * 10n ** BigInt(18 - scale));
    const scale = Math.max(...group.map(([, , each]) => each));
    const told = aggs.map((each) => write(numbers, each, scale, round));
    return { row: [key, ...told] as const, rank: rankOf(numbers, aggs[0]), key };
  });
  const byKey = (a: { key: string }, b: { key: string }) => a.key < b.key ? -1 : 1;
  if (order === "key") return rows.sort(byKey).map(({ row }) => row);
  return rows.sort((a, b) => a.rank > b.rank ? -1 : a.rank < b.rank ? 1 : byKey(a, b))
    .map(({ row }) => row);
}

const sumOf = (numbers: bigint[]) => numbers.reduce((sum, each) => sum + each, 0n);
const leastOf = (numbers: bigint[]) => numbers.reduce((a, b) => a < b ? a : b);
const mostOf = (numbers: bigint[]) => numbers.reduce((a, b) => a > b ? a : b);

function write(numbers: bigint[], aggregate: Aggregate, scale: number, round?: number): string {
  const length = BigInt(numbers.length);
  switch (aggregate) {
    case "count":
      return String(length);
    case "avg":
      if (round === undefined) {
        return String(divideExactly(sumOf(numbers), length * 10n ** 18n));
      }
      return writeRounded(sumOf(numbers), length, round);
    case "sum":
      return writeRounded(sumOf(numbers), 1n, round ?? scale);
    case "min":
      return writeRounded(leastOf(numbers), 1n, round ?? scale);
    case "max":
      return writeRounded(mostOf(numbers), 1n, round ?? scale);
  }
}

/** units × 10^-18 / divisor, half up: by steps of the last digit, from below. */
function writeRounded(units: bigint, divisor: bigint, digits: number): string {
  const step = divisor * 10n ** BigInt(18 - digits); // of the last digit, in units of units / divisor
  let steps = units / step;
  while (steps * step > units) steps--; // now the greatest multiple that is not above
  if (2n * (units - steps * step) >= step) steps++;
  const text = (steps < 0n ? -steps : steps).toString().padStart(digits + 1, "0");
  const point = text.length - digits;
  const written = digits === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
  return steps < 0n ? `-${written}` : written;
}

function rankOf(numbers: bigint[], aggregate: Aggregate): bigint {
  switch (aggregate) {
    case "count":
      return BigInt(numbers.length);
    case "sum":
      return sumOf(numbers);
    case "min":
      return leastOf(numbers);
    case "max":
      return mostOf(numbers);
    case "avg": {
      const [sum, length] = [sumOf(numbers), BigInt(numbers.length)];
      return sum / length - (sum % length < 0n ? 1n : 0n);
    }
  }
}

/** How large numbers are, and how many fraction digits they have. */
export type NumberKind = "one scale" | "mixed" | "extreme";

/** Random records, whose sums have at most 38 digits unless numbers are extreme. */
export function randomNumbers(
  random: Random,
  kind: NumberKind,
  records: number,
  keys: readonly string[],
): NumberRecord[] {
  return Array.from({ length: records }, (): NumberRecord => {
    const key = random.pick(keys);
    const sign = random.oneIn(2) ? -1n : 1n;
    if (kind === "one scale") return [key, sign * BigInt(random.below(1000)), 1];
    if (kind === "extreme" && random.oneIn(2)) {
      return [key, random.pick([2n ** 63n - 1n, -(2n ** 63n), 1n, 0n, -1n]), random.below(19)];
    }
    const scale = random.below(19);
    const units = BigInt(random.below(2 ** 31)) * BigInt(random.below(2 ** 31)) >>
      BigInt(random.below(62));
    return [key, sign * units, Math.max(scale, units > 10n ** 12n ? 9 : 0)];
  });
}

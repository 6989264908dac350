import type { KernelValues, ResultValues } from "../../src/contract/documents.ts";
import { isLargestFirst, type Order } from "../../src/contract/options.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { areWide } from "../../src/contract/result_values.ts";
import type { Random } from "./random.ts";
import { resultOf } from "./results.ts";
import type { Value, ValueRecord } from "./values.ts";

// Results of jobs with values, made by hand.

const RECORD_HEADER_BYTES = 12;

/** A segment of values in place of counts, in the order given; a key may be any text. */
export function segmentOfValues(rows: readonly ValueRecord[], values?: ResultValues): Segment {
  if (areWide(values)) return segmentOfSums(rows as readonly [string, bigint][]);
  const segment = Segment.from(rows.map(([key]) => [key, 0] as const));
  const view = new DataView(segment.bytes.buffer);
  const cursor = segment.records();
  for (const [, value] of rows) {
    cursor.next();
    const at = cursor.keyStart - RECORD_HEADER_BYTES;
    if (typeof value === "bigint") view.setBigInt64(at, value, true);
    else view.setFloat64(at, value, true);
  }
  return segment;
}

/** Sums of 128 bits: the high word stands behind the key, whose bytes it is counted with. */
function segmentOfSums(rows: readonly (readonly [string, bigint])[]): Segment {
  const parts = rows.map(([key, value]) => {
    const text = encoder.encode(key);
    const keyBytes = text.length + 8;
    const record = new Uint8Array(Math.ceil((RECORD_HEADER_BYTES + keyBytes) / 8) * 8);
    const view = new DataView(record.buffer);
    const low = BigInt.asIntN(64, value);
    view.setBigInt64(0, low, true);
    view.setUint32(8, keyBytes, true);
    record.set(text, RECORD_HEADER_BYTES);
    view.setBigInt64(RECORD_HEADER_BYTES + text.length, (value - low) >> 64n, true);
    return record;
  });
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Segment(bytes, rows.length);
}

/** A result of values; its totals hold no sum of counts, as those of an engine. */
export function resultOfValues(rows: readonly ValueRecord[], values: ResultValues): JobResult {
  const { totals: { counted: _, ...totals }, ...rest } = resultOf(rows.map(([key]) => [key, 0]));
  return { ...rest, totals, values, segment: segmentOfValues(rows, values) };
}

const encoder = new TextEncoder();

/** Rows in an order, by a way of their own: whole numbers and doubles compare as they are. */
export function orderRows(rows: readonly ValueRecord[], order: Order): ValueRecord[] {
  const texts = new Map(rows.map(([key]) => [key, encoder.encode(key).toHex()]));
  const byKey = ([a]: ValueRecord, [b]: ValueRecord) => texts.get(a)! < texts.get(b)! ? -1 : 1;
  if (!isLargestFirst(order)) return rows.toSorted(byKey);
  return rows.toSorted((a, b) => a[1] > b[1] ? -1 : a[1] < b[1] ? 1 : byKey(a, b));
}

/** Values at the ends of their type, and where doubles lose integers. */
export const EDGES: Readonly<Record<"i64" | "f64", readonly Value[]>> = {
  i64: [
    [-1n, 0n, 1n, 9n, 10n, -10n],
    [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), -(2n ** 53n) - 1n],
    [2n ** 63n - 1n, 2n ** 63n - 2n, -(2n ** 63n), -(2n ** 63n) + 1n],
  ].flat(),
  f64: [
    [0, 1, -1, 0.1, -0.1, 1 / 3, 2 ** 53, 2 ** 63, 1e21, 1e-7, 123456789012345680000],
    [Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, -Number.MAX_VALUE],
  ].flat(),
};

/** What sums of decimals reach beyond 64 bits. */
const WIDE_EDGES: readonly Value[] = [
  [2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 64n + 2n ** 53n, 2n ** 95n, 10n ** 38n - 1n],
  [-(2n ** 63n) - 1n, -(2n ** 64n) + 1n, -(2n ** 64n), -(2n ** 96n), 1n - 10n ** 38n],
].flat();

/** Those of values: decimals are integers, and their sums are wider. */
export function edgesOf(values: ResultValues): readonly Value[] {
  const edges = EDGES[values.type === "f64" ? "f64" : "i64"];
  return areWide(values) ? [...edges, ...WIDE_EDGES] : edges;
}

/** Values of all kinds that results may have, but for averages. */
export const KINDS: readonly KernelValues[] = [
  { op: "max", type: "i64" },
  { op: "max", type: "f64" },
  { op: "max", type: "decimal(0)" },
  { op: "min", type: "decimal(18)" },
  { op: "sum", type: "decimal(0)" },
  { op: "sum", type: "decimal(2)" },
  { op: "sum", type: "decimal(18)" },
];

/** As many rows, of keys that differ and values of all sizes, many of them equal. */
export function generateRows(values: ResultValues, keys: number, random: Random): ValueRecord[] {
  const edges = [...edgesOf(values)];
  const parts = ["a", "b,", '"', "é", "😀", "key-", "\\", " "];
  return Array.from({ length: keys }, (_, i) => {
    const key = random.pick(parts) + i + random.pick(parts);
    return [key, random.oneIn(4) ? random.pick(edges) : generateValue(values, random)];
  });
}

function generateValue(values: ResultValues, random: Random): Value {
  const size = random.between(1, 63);
  const sign = random.oneIn(2) ? -1 : 1;
  const high = BigInt(random.below(2 ** 31)) << 32n | BigInt(random.below(2 ** 32));
  const integer = BigInt(sign) * (high >> BigInt(63 - size));
  if (areWide(values) && random.oneIn(3)) return integer << BigInt(random.below(40));
  if (values.type !== "f64") return integer;
  return Number(integer) * 2 ** random.between(-1100, 900) + 0; // never -0
}

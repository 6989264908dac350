import { NUMBER_SCALE_SHIFT } from "../../assembly/number_layout.ts";
import { scaleOf } from "../../src/contract/decimals.ts";
import type { ValueType } from "../../src/contract/kernel_manifest.ts";
import type { ResultValues } from "../../src/contract/documents.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import type { Segment } from "../../src/reduce/segment.ts";

// Records of keys and values, as jobs with values take them, and what such jobs should answer.

export type ValueOp = "sum" | "min" | "max" | "avg";
export type { ValueType };
/** A signed integer of 64 bits, such as the units of a decimal; or a double. */
export type Value = bigint | number;

/** A key, of one byte per character, and a value. */
export type ValueRecord = readonly [key: string, value: Value];
/** One of these, or a number of a scale of its own. */
export type AnyRecord = readonly [key: string, value: Value, scale?: number];

/**
 * A chunk: 8 bytes of the value | u32 bytes, and a number's scale | key | zero padding to a multiple
 * of 8.
 */
export function encodeValues(records: readonly AnyRecord[]): Uint8Array<ArrayBuffer> {
  const sizes = records.map(([key]) => Math.ceil((12 + key.length) / 8) * 8);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  records.forEach(([key, value, scale = 0], i) => {
    if (typeof value === "bigint") view.setBigInt64(at, value, true);
    else view.setFloat64(at, value, true);
    view.setUint32(at + 8, key.length + scale * 2 ** NUMBER_SCALE_SHIFT, true);
    for (let j = 0; j < key.length; j++) bytes[at + 12 + j] = key.charCodeAt(j);
    at += sizes[i];
  });
  return bytes;
}

/**
 * Keys, of one byte per character, and values of a segment, in its order.
 *
 * @param values What they are, where they may be sums of decimals.
 */
export function readValues(
  segment: Segment,
  isDouble: boolean,
  values?: ResultValues,
): ValueRecord[] {
  const records: ValueRecord[] = [];
  const cursor = openResultRecords(segment, values);
  while (cursor.next()) {
    const key = cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd);
    const text = Array.from(key, (byte) => String.fromCharCode(byte)).join("");
    records.push([text, isDouble ? cursor.double : cursor.integer]);
  }
  return records;
}

/** Whether the answers of a job are doubles. */
export function answersDoubles(op: ValueOp, type: ValueType): boolean {
  return type === "f64" || op === "avg";
}

/** What a job answers, ordered by key; integers are summed as far as they go. */
export function combineNaive(
  records: readonly ValueRecord[],
  op: ValueOp,
  type: ValueType,
): ValueRecord[] {
  const groups = Map.groupBy(records, ([key]) => key);
  return [...groups].map(([key, group]): ValueRecord => {
    const values = group.map(([, value]) => value);
    return [
      key,
      type === "f64"
        ? combineDoubles(values as number[], op)
        : combineIntegers(values as bigint[], op, scaleOf(type)),
    ];
  }).sort(([a], [b]) => a < b ? -1 : 1);
}

function combineIntegers(values: bigint[], op: ValueOp, scale?: number): Value {
  const sum = values.reduce((all, value) => all + value, 0n);
  if (op === "sum") return sum;
  if (op === "avg") return divideExactly(sum, BigInt(values.length) * 10n ** BigInt(scale ?? 0));
  return values.reduce((a, b) => (op === "min" ? a < b : a > b) ? a : b);
}

/** The double that is nearest to a quotient. */
export function divideExactly(dividend: bigint, divisor: bigint): number {
  const shift = 200n;
  const magnitude = (dividend < 0n ? -dividend : dividend) << shift;
  const sticky = magnitude % divisor === 0n ? 0n : 1n;
  const quotient = Number(magnitude / divisor << 1n | sticky) / 2 ** Number(shift + 1n);
  return dividend < 0n ? -quotient : quotient;
}

function combineDoubles(values: number[], op: ValueOp): number {
  if (op === "sum") return sumBinned(values);
  if (op === "avg") return sumBinned(values) / values.length;
  return values.reduce((a, b) => (op === "min" ? a < b : a > b) ? a : b) + 0;
}

// ---- doubles as integers: multiples of 2^-1074 --------------------------------------------------

/** A double × 2^1074. */
export function unitsOf(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = word >> 52n & 0x7ffn;
  const fraction = word & 0xf_ffff_ffff_ffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 1n << 52n) << exponent - 1n;
  return word >> 63n === 1n ? -magnitude : magnitude;
}

/** The double that is nearest to so many units, of two the even one. */
export function roundUnits(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const shift = BigInt(Math.max(0, bitsOf(magnitude) - 64));
  const sticky = (magnitude & (1n << shift) - 1n) === 0n ? 0n : 1n;
  const exponent = Number(shift) - 1074;
  const half = Math.trunc(exponent / 2);
  const rounded = Number(magnitude >> shift | sticky) * 2 ** half * 2 ** (exponent - half);
  return units < 0n ? -rounded : rounded;
}

function bitsOf(units: bigint): number {
  return units === 0n ? 0 : units.toString(2).length;
}

/** The binned sum by its definition: nothing below 72 bits under the greatest place counts. */
export function sumBinned(values: readonly number[]): number {
  const units = values.map(unitsOf);
  const places = units.map((each) =>
    each === 0n ? 0 : Math.max(2, Math.floor((bitsOf(each < 0n ? -each : each) - 1) / 24))
  );
  const cut = BigInt(Math.max(0, 24 * (Math.max(0, ...places) - 3)));
  // Towards zero, as digits are dropped from the magnitude.
  return roundUnits(units.reduce((sum, each) => sum + each / (1n << cut) * (1n << cut), 0n));
}

/** The sum, rounded once. */
export function sumExactly(values: readonly number[]): number {
  return roundUnits(values.reduce((sum, value) => sum + unitsOf(value), 0n));
}

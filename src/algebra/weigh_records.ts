import {
  SCALE_SHIFT,
  STATS_BYTES,
  STATS_COUNTED,
  SUM_HIGH,
  SUM_LOW,
  SUM_TOP,
} from "../../assembly/number_layout.ts";
import { VALUE_RECORDS } from "../shared/record_form.ts";
import { StatsWords } from "../shared/stats_words.ts";
import { sumOverflow } from "./overflow.ts";
import { nextRecord } from "./cut_records.ts";

const HIGH_AT = 4;
const WORD = 2 ** 32;
const { headerBytes, lengthAt } = VALUE_RECORDS;

/** Multiplies the numbers of whole records. */
export type Weigh = (piece: Uint8Array) => void;

/** Multiplies counts; the sum of all counts times the weight is at most 2^53 - 1. */
export function weighCounts(weight: number): Weigh {
  return (piece) => {
    const view = viewOf(piece);
    for (let at = 0; at < piece.length; at = nextRecord(view, at)) {
      const count = view.getUint32(at + HIGH_AT, true) * WORD + view.getUint32(at, true);
      const product = count * weight;
      view.setUint32(at, product, true); // its last 32 bits
      view.setUint32(at + HIGH_AT, product / WORD, true);
    }
  };
}

/** Multiplies signed integers. What it gives throws a JobError `value_overflow` beyond 64 bits. */
export function weighIntegers(weight: number): Weigh {
  return (piece) => {
    const view = viewOf(piece);
    for (let at = 0; at < piece.length; at = nextRecord(view, at)) {
      view.setBigInt64(at, toInteger(view.getBigInt64(at, true) * BigInt(weight)), true);
    }
  };
}

/**
 * Multiplies sums of numbers, and how many there are, which are at most 2^53 - 1 then; least and
 * greatest stay what they are.
 */
export function weighStats(weight: number): Weigh {
  return (piece) => {
    const view = viewOf(piece);
    for (let at = 0; at < piece.length; at = nextRecord(view, at)) {
      const tail = at + headerBytes + view.getUint32(at + lengthAt, true) - STATS_BYTES;
      const wordAt = (offset: number) => view.getBigInt64(tail + offset, true);
      const { sum } = new StatsWords(wordAt);
      const counted = BigInt.asUintN(64, wordAt(STATS_COUNTED));
      const count = BigInt.asUintN(SCALE_SHIFT, counted);
      view.setBigUint64(tail + STATS_COUNTED, counted + count * BigInt(weight - 1), true);
      const product = sum * BigInt(weight);
      const low = BigInt.asIntN(64, product);
      const rest = product - low >> 64n;
      view.setBigInt64(tail + SUM_LOW, low, true);
      view.setBigInt64(tail + SUM_HIGH, rest, true); // its last 64 bits
      view.setBigInt64(tail + SUM_TOP, rest >> 64n, true);
    }
  };
}

/** An integer that 64 bits hold. @throws {JobError} `value_overflow`. */
export function toInteger(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw sumOverflow("a value times its weight", "9223372036854775807");
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

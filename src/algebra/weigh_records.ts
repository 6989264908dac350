import { sumOverflow } from "./overflow.ts";
import { nextRecord } from "./cut_records.ts";

const HIGH_AT = 4;
const WORD = 2 ** 32;

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

/** An integer that 64 bits hold. @throws {JobError} `value_overflow`. */
export function toInteger(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw sumOverflow("a value times its weight", "9223372036854775807");
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

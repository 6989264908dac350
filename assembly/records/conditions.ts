import { number, powerOf10, readNumber, scale } from "./numbers";
import { conditionAt, conditionCount, plan } from "./plan";
import {
  OP_AT_LEAST, OP_AT_MOST, OP_BEGINS, OP_CONTAINS, OP_EQUAL, OP_LESS, OP_MATCHES, OP_UNEQUAL,
} from "./plan_layout";
import { testRegex } from "./regex";
import { endOf, startOf } from "./slots";

// Conditions of a plan: u32 slot | u32 operator | u32 place | u32 bytes of what the slot's text is
// compared with.

/** Whether all conditions hold of the record in hand. */
export function conditionsHold(): bool {
  for (let i: u32 = 0; i < conditionCount; i++) {
    if (!holds(conditionAt(i))) return false;
  }
  return true;
}

function holds(condition: usize): bool {
  const slot = load<u32>(condition), op = load<u32>(condition, 4);
  const other = plan + load<u32>(condition, 8), otherBytes = load<u32>(condition, 12);
  const start = startOf(slot), end = endOf(slot);
  const bytes = <u32>(end - start);
  if (op == OP_EQUAL) return bytes == otherBytes && memory.compare(start, other, bytes) == 0;
  if (op == OP_UNEQUAL) return bytes != otherBytes || memory.compare(start, other, bytes) != 0;
  if (op == OP_BEGINS) return bytes >= otherBytes && memory.compare(start, other, otherBytes) == 0;
  if (op == OP_CONTAINS) return contains(start, end, other, otherBytes);
  if (op == OP_MATCHES) return testRegex(other, start, end);
  let order: i32;
  if (readNumber(other, other + otherBytes)) {
    const otherNumber = number, otherScale = scale;
    if (!readNumber(start, end)) return false;
    order = compareNumbers(number, scale, otherNumber, otherScale);
  } else {
    order = memory.compare(start, other, min(bytes, otherBytes));
    if (order == 0) order = <i32>(bytes > otherBytes) - <i32>(bytes < otherBytes);
  }
  if (op == OP_LESS) return order < 0;
  if (op == OP_AT_MOST) return order <= 0;
  return op == OP_AT_LEAST ? order >= 0 : order > 0;
}

/** Looks for the first byte, 16 at a time. */
function contains(at: usize, end: usize, other: usize, bytes: u32): bool {
  if (bytes == 0) return true;
  if (end - at < bytes) return false;
  const last = end - bytes; // the last place where it may begin
  const first = i8x16.splat(<i8>load<u8>(other));
  for (; at <= last; at += 16) {
    let bits = i8x16.bitmask(i8x16.eq(v128.load(at), first));
    for (; bits != 0; bits &= bits - 1) {
      const place = at + ctz(bits);
      if (place > last) return false;
      if (memory.compare(place, other, bytes) == 0) return true;
    }
  }
  return false;
}

/** The sign of a difference of decimals. */
function compareNumbers(a: i64, aScale: u32, b: i64, bScale: u32): i32 {
  if (aScale != bScale) {
    const aPower = <i64>powerOf10(aScale), bPower = <i64>powerOf10(bScale);
    const aWhole = a / aPower, bWhole = b / bPower;
    if (aWhole != bWhole) return aWhole < bWhole ? -1 : 1;
    a = (a % aPower) * <i64>powerOf10(18 - aScale);
    b = (b % bPower) * <i64>powerOf10(18 - bScale);
  }
  return a < b ? -1 : <i32>(a > b);
}

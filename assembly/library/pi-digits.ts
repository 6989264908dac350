// Computes hexadecimal digits of pi: a line is `start count`, and digit 0 is the first behind the
// point. The keys are the position, in 8 digits so that keys in order give the digits in order, and
// the digit: `00000000 2`. By the formula of Bailey, Borwein and Plouffe, digits far out need none
// before them:
//
//   16^n pi = sum over k of 16^(n-k) (4/(8k+1) - 2/(8k+4) - 1/(8k+5) - 1/(8k+6))
//
// Fractions are integers, multiples of 2^-64. Each term is cut there, so the sum is off by less than
// 8 units for each k; digits that this may change are computed again from a later position.
import { emit, fail } from "millrace";

/** Positions must be below; remainders then have 27 bits, so that their products fit. */
const MOST: i64 = 10_000_000;
/** Digits that are taken from one sum at most. */
const AT_ONCE = 4;
/** Terms behind the n-th, whose weights are 1/16 and so on: all that 64 bits can hold. */
const TAIL = 16;

const DIGITS = "0123456789abcdef";

/** 16^exponent mod modulus. */
function powerOf16(exponent: i32, modulus: u64): u64 {
  let power: u64 = 1 % modulus;
  let square: u64 = 16 % modulus;
  for (; exponent > 0; exponent >>>= 1) {
    if (exponent & 1) power = power * square % modulus;
    square = square * square % modulus;
  }
  return power;
}

/** part / whole in multiples of 2^-64, cut; part < whole < 2^32. */
function fraction(part: u64, whole: u64): u64 {
  const high = part << 32;
  return high / whole << 32 | (high % whole << 32) / whole;
}

/** The fraction of 16^n × the sum of 16^-k / (8k + j). */
function series(n: i32, j: i32): u64 {
  let sum: u64 = 0;
  for (let k = 0; k <= n; k++) {
    const whole = <u64>(8 * k + j);
    sum += fraction(powerOf16(n - k, whole), whole);
  }
  for (let i = 1; i < TAIL; i++) sum += fraction(1, <u64>(8 * (n + i) + j)) >>> (4 * i);
  return sum;
}

/** The fraction of 16^n pi. */
function fractionAt(n: i32): u64 {
  return 4 * series(n, 1) - 2 * series(n, 4) - series(n, 5) - series(n, 6);
}

/** How many digits at the front of a sum are right for sure, AT_ONCE at most. */
function sureDigits(sum: u64, n: i32): i32 {
  const error = <u64>(n + TAIL) * 8;
  for (let digits = AT_ONCE; digits > 0; digits--) {
    const rest = sum << (4 * digits);
    const bound = error << (4 * digits);
    if (rest >= bound && rest <= u64.MAX_VALUE - bound) return digits;
  }
  return 0;
}

function readNumber(text: string, line: string): i64 {
  const number = I64.parseInt(text);
  if (text != number.toString() || number < 0 || number > MOST) {
    fail("Cannot compute digits: '" + line + "' is not two integers of 0 to 10000000");
  }
  return number;
}

export function map(line: string): void {
  const text = line.trim();
  if (text.length == 0) return;
  const words = text.split(" ");
  if (words.length != 2) fail("Cannot compute digits: '" + line + "' is not a start and a count");
  const start = readNumber(words[0], line);
  const end = <i32>(start + readNumber(words[1], line));
  if (<i64>end > MOST) fail("Cannot compute digits: '" + line + "' ends behind digit 9999999");
  for (let at = <i32>start; at < end;) {
    let sum = fractionAt(at);
    const digits = min(sureDigits(sum, at), end - at);
    if (digits == 0) fail("Cannot compute digits: no digit is sure at " + at.toString());
    for (let i = 0; i < digits; i++, at++, sum <<= 4) {
      emit(at.toString().padStart(8, "0") + " " + DIGITS.charAt(<i32>(sum >>> 60)));
    }
  }
}

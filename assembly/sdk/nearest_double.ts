// The double that is nearest to a decimal, or the even one of two. Most decimals need one of the
// first two ways; each takes over where the one before cannot be sure.
//
// 1. Where doubles hold the digits and the power of ten, their product or quotient rounds once.
// 2. 64 bits of the product, and a bound of their error, decide unless they are about half-way
//    between two doubles.
// 3. Natural numbers compare all digits with what is half-way.
//
// W. D. Clinger: How to read floating point numbers accurately. PLDI 1990.

import { Natural, NATURAL_BYTES } from "./natural";

/** Digits that 64 bits always hold. */
export const MOST_DIGITS = 19;
/** Of a decimal 0.ddd · 10^scale: beyond these every one is infinite, or 0. */
const MOST_SCALE = 309;
const LEAST_SCALE = -323;
/** No number half-way between two doubles has more digits; others may follow as one that is not 0. */
const DECISIVE_DIGITS = 800;

/** Integers up to it, and powers of ten up to 10^22, are exact in doubles. */
const MOST_EXACT: u64 = 1 << 53;
const MOST_POWER = 22;
// @ts-ignore: decorator
@lazy
const POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]);

/** 10^(23 · (i - 15)), rounded to 64 bits of which the first is 1. */
// @ts-ignore: decorator
@lazy
const DISTANT_POWERS = memory.data<u64>([
  0xf4b0769e47eb5a79, 0xa1ebfb4219491a1f, 0xd64d3d9db981787d, 0x8dd01fad907ffc3c, 0xbbb01b9283253ca3,
  0xf867241c8cc6d4c1, 0xa46116538d0deb78, 0xd98ddaee19068c76, 0x8ff71a0fe2c2e6dc, 0xbe89523386091466,
  0xfc2c3f3841f17c68, 0xa6dfbd9fb8e5b88f, 0xdcdb1b2798182245, 0x9226712162ab070e, 0xc16d9a0095928a27,
  0x8000000000000000, 0xa968163f0a57b400, 0xe0352f62a19e306f, 0x945e455f24fb1cf9, 0xc45d1df942711d9a,
  0x81f14fae158c5f6e, 0xabfa45da0edbde69, 0xe39c49765fdf9d95, 0x969eb7c47859e744, 0xc75809c42c684dd1,
  0x83ea2b892091e44e, 0xae9672aba3d0c321, 0xe7109bfba19c0c9d, 0x98e7e9cccfbd7dbe,
]);
const DISTANCE = MOST_POWER + 1;
const DISTANCES_BELOW_1 = 15;

/** Units of 64 bits that a product of two powers is off, at most; with digits cut off, a bit more. */
const ERROR: u64 = 4;
const ERROR_OF_CUT: u64 = 24;

const FIRST_BIT: u64 = 1 << 63;
/** Bits of 64 that a double does not hold, and exponents of the least double and of infinity. */
const SPARE_BITS = 11;
const LEAST_EXPONENT = -1074;
const INFINITE: u64 = 0x7ff0000000000000;

// @ts-ignore: decorator
@lazy
const VALUE = changetype<Natural>(memory.data(NATURAL_BYTES, 4));
// @ts-ignore: decorator
@lazy
const HALF = changetype<Natural>(memory.data(NATURAL_BYTES, 4));

/** What `multiply` works at: bits, of which the first is 1, times 2^exponent. */
let bits: u64 = 0;
let exponent = 0;

/**
 * The double nearest to a decimal that is not 0.
 *
 * @param digits Up to 19 of its digits, from the first that is not 0.
 * @param count How many it has from there, and
 * @param scale where: it is 0.ddd · 10^scale.
 * @param isCut Whether one that is not in `digits` is not 0.
 * @param from, to All digits, of a byte or two each, and maybe a point among them.
 */
export function nearestDouble<U>(
  digits: u64, count: i32, scale: i32, isCut: bool, from: usize, to: usize,
): f64 {
  if (scale > MOST_SCALE) return Infinity;
  if (scale < LEAST_SCALE) return 0;
  const power = scale - min(count, MOST_DIGITS);
  if (!isCut && digits <= MOST_EXACT && abs(power) <= MOST_POWER) {
    const factor = load<f64>(POWERS + (<usize>abs(power) << 3));
    return power < 0 ? <f64>digits / factor : <f64>digits * factor;
  }
  approach(digits, power);
  const spare = max(SPARE_BITS, LEAST_EXPONENT - exponent);
  if (spare > 65) return 0;
  let double: u64 = 0;
  let order = 0;
  if (spare < 64) {
    double = bits >>> spare;
    const beyondHalf = <i64>(bits & ((<u64>1 << spare) - 1)) - (<i64>1 << (spare - 1));
    if (<u64>abs(beyondHalf) > (isCut ? ERROR_OF_CUT : ERROR)) order = beyondHalf < 0 ? -1 : 1;
  }
  if (order == 0) order = compareToHalf<U>(from, to, scale, 2 * double + 1, exponent + spare - 1);
  if (order > 0 || (order == 0 && (double & 1) == 1)) double++;
  // The first bit, or one that was carried there, adds 1 to the exponent.
  const whole = (<u64>(exponent + spare - LEAST_EXPONENT) << 52) + double;
  return reinterpret<f64>(min(whole, INFINITE));
}

/** Sets `bits` and `exponent` to about digits · 10^power. */
function approach(digits: u64, power: i32): void {
  const zeros = <i32>clz(digits);
  bits = digits << zeros;
  exponent = -zeros;
  const places = power + DISTANCE * DISTANCES_BELOW_1;
  const distance = places / DISTANCE;
  const near = load<u64>(POWERS + (<usize>(places % DISTANCE) << 3));
  multiply(near << SPARE_BITS | FIRST_BIT, <i32>(near >>> 52) - 1023);
  const far = DISTANCE * (distance - DISTANCES_BELOW_1);
  multiply(load<u64>(DISTANT_POWERS + (<usize>distance << 3)), (far * 217706) >> 16); // log2(10) · 2^16
}

/** Multiplies by a number of 64 bits, whose first one stands for 2^most; cuts the product. */
function multiply(factor: u64, most: i32): void {
  const a = bits >>> 32, b = bits & u32.MAX_VALUE, c = factor >>> 32, d = factor & u32.MAX_VALUE;
  const low = b * d;
  const middle = a * d + (low >>> 32); // below 2^64, as is the next
  const other = b * c + (middle & u32.MAX_VALUE);
  bits = a * c + (middle >>> 32) + (other >>> 32);
  exponent += most + 1;
  if (bits >= FIRST_BIT) return;
  bits = bits << 1 | (other >>> 31 & 1);
  exponent--;
}

/** Compares a decimal with odd · 2^exponent: less than 0, 0 or more. */
function compareToHalf<U>(from: usize, to: usize, scale: i32, odd: u64, exponent: i32): i32 {
  const power = scale - readDigits<U>(from, to);
  HALF.set(odd);
  if (power < 0) HALF.scaleByPowerOf5(-power);
  else VALUE.scaleByPowerOf5(power);
  if (power < exponent) HALF.scaleByPowerOf2(exponent - power);
  else VALUE.scaleByPowerOf2(power - exponent);
  return VALUE.compare(HALF);
}

/** Sets VALUE to digits, from the first that is not 0. @returns How many these are. */
function readDigits<U>(from: usize, to: usize): i32 {
  let count = 0;
  VALUE.set(0);
  for (let at = from; at < to; at += sizeof<U>()) {
    const digit = <u32>load<U>(at) - 0x30;
    if (digit > 9 || (digit == 0 && (count == 0 || count == DECISIVE_DIGITS))) continue;
    if (count == DECISIVE_DIGITS) {
      VALUE.scale(10, 1);
      return count + 1;
    }
    VALUE.scale(10, digit);
    count++;
  }
  return count;
}

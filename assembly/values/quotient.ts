// Quotients of wide sums that round once: long division, bit by bit, of 128-bit numbers.

/** A product of two numbers without a sign: its high word, of which the low one is a × b. */
export function highProduct(a: u64, b: u64): u64 {
  const lowA = a & 0xffff_ffff, highA = a >>> 32;
  const lowB = b & 0xffff_ffff, highB = b >>> 32;
  const first = lowA * lowB;
  const second = highA * lowB + (first >>> 32);
  const third = lowA * highB + (second & 0xffff_ffff);
  return highA * highB + (second >>> 32) + (third >>> 32);
}

/** 10^exponent, up to 10^19. */
export function powerOfTen(exponent: u32): u64 {
  let power: u64 = 1;
  for (; exponent > 0; exponent--) power *= 10;
  return power;
}

/** The bits of a number in front of its first 1. */
// @ts-ignore: decorator
@inline
function zerosOf(high: u64, low: u64): u64 {
  return high != 0 ? clz<u64>(high) : 64 + clz<u64>(low);
}

/** The high word of high | low, moved up by less than 128 bits. */
// @ts-ignore: decorator
@inline
function movedUp(high: u64, low: u64, bits: u64): u64 {
  if (bits >= 64) return low << (bits - 64);
  return bits == 0 ? high : (high << bits) | (low >>> (64 - bits));
}

/**
 * high × 2^64 + low, divided by divisor × 10^scale: the nearest double, of two the even one. All are
 * without a sign; the divisor is not 0.
 */
export function quotientOf(high: u64, low: u64, divisor: u64, scale: u32): f64 {
  if ((high | low) == 0) return 0;
  const power = powerOfTen(scale);
  let highD = highProduct(divisor, power), lowD = divisor * power;
  // Both begin with their first 1, so that the quotient does so at once, or one bit later.
  const up = zerosOf(high, low), upD = zerosOf(highD, lowD);
  high = movedUp(high, low, up);
  low = up >= 64 ? 0 : low << up;
  highD = movedUp(highD, lowD, upD);
  lowD = upD >= 64 ? 0 : lowD << upD;
  let exponent = <i32>upD - <i32>up; // of the quotient's first bit
  let carry = false; // a bit in front of high
  if (high < highD || high == highD && low < lowD) {
    carry = true;
    high = (high << 1) | (low >>> 63);
    low <<= 1;
    exponent--;
  }
  let quotient: u64 = 0;
  for (let i = 0; i < 64; i++) {
    quotient <<= 1;
    if (carry || high > highD || high == highD && low >= lowD) {
      quotient |= 1;
      high -= highD + <u64>(low < lowD);
      low -= lowD;
    }
    carry = <i64>high < 0;
    high = (high << 1) | (low >>> 63);
    low <<= 1;
  }
  // The last bit of 64 says whether any bit follows: a double has 53.
  if (carry || (high | low) != 0) quotient |= 1;
  return <f64>quotient * reinterpret<f64>(<u64>(exponent - 63 + 1023) << 52);
}

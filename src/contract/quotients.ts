// Exact quotients of integers, rounded once.

/** More bits than a double has, whatever is divided here: a quotient is at least 2^-SHIFT_BITS. */
const SHIFT_BITS = 200n;

/** The nearest integer; of two the greater one, so that -0.5 becomes 0. The divisor is above 0. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const doubled = 2n * dividend + divisor;
  const quotient = doubled / (2n * divisor);
  return doubled < 0n && quotient * 2n * divisor !== doubled ? quotient - 1n : quotient;
}

/** The nearest double, of two the even one. The divisor is above 0. */
export function divideToDouble(dividend: bigint, divisor: bigint): number {
  const [a, b] = [Number(dividend), Number(divisor)];
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a / b;
  const magnitude = (dividend < 0n ? -dividend : dividend) << SHIFT_BITS;
  const quotient = magnitude / divisor;
  // The last bit says whether any bit follows; the conversion rounds.
  const sticky = quotient * divisor === magnitude ? 0n : 1n;
  const rounded = Number(quotient << 1n | sticky) / 2 ** Number(SHIFT_BITS + 1n);
  return dividend < 0n ? -rounded : rounded;
}

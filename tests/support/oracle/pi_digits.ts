const SPARE_BITS = 64n;
const SPARE_DIGITS = 10;

/** The first hexadecimal digits of pi behind the point. */
export function hexDigitsOfPi(digits: number): string {
  const pi = piByMachin(1n << (BigInt(4 * digits) + SPARE_BITS));
  return (pi >> SPARE_BITS).toString(16).slice(1);
}

/** The first decimal digits of pi, the leading 3 among them. */
export function decimalDigitsOfPi(digits: number): string {
  return String(piByMachin(10n ** BigInt(digits + SPARE_DIGITS))).slice(0, digits);
}

/** Pi in units of `one`, by Machin: 16 atan(1/5) - 4 atan(1/239). */
function piByMachin(one: bigint): bigint {
  return 16n * arctan(5n, one) - 4n * arctan(239n, one);
}

/** atan(1 / inverse), in units of `one`. */
function arctan(inverse: bigint, one: bigint): bigint {
  let power = one / inverse;
  let sum = power;
  for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
    power /= inverse * inverse;
    sum += sign * (power / k);
  }
  return sum;
}

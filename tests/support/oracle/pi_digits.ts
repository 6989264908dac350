const SPARE_BITS = 64n;

/** The first hexadecimal digits of pi behind the point, by Machin: 16 atan(1/5) - 4 atan(1/239). */
export function hexDigitsOfPi(digits: number): string {
  const one = 1n << (BigInt(4 * digits) + SPARE_BITS);
  const pi = 16n * arctan(5n, one) - 4n * arctan(239n, one);
  return (pi >> SPARE_BITS).toString(16).slice(1);
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

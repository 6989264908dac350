import type { Random } from "./random.ts";

/** The double that some bits are. */
export function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Some digits, of which the last is not always the last that matters. */
export function randomDigits(random: Random, most: number): string {
  const length = random.between(1, most);
  return Array.from({ length }, () => random.below(10)).join("");
}

/** The bits of a double that is finite and not negative: any exponent is as likely as another. */
export function randomDoubleBits(random: Random): bigint {
  const high = random.below(0x7ff0_0000);
  return BigInt(random.oneIn(8) ? high % 0x20_0000 : high) << 32n | BigInt(random.below(2 ** 32));
}

/** A decimal, as a rule a long one, of any form that JavaScript reads. */
export function randomDecimal(random: Random): string {
  const digits = randomDigits(random, random.pick([5, 17, 20, 25, 60]));
  const point = random.below(digits.length + 1);
  const exponent = random.oneIn(3) ? "" : `e${random.between(-345, 312)}`;
  const zeros = random.oneIn(9) ? "0".repeat(random.below(30)) : "";
  const sign = random.pick(["", "", "-", "+"]);
  return `${sign}${zeros}${digits.slice(0, point)}.${zeros}${digits.slice(point)}${exponent}`;
}

/** A number half-way between two doubles, exactly; or one that is a last digit off, or cut. */
export function randomHalfway(random: Random): string {
  const bits = randomDoubleBits(random);
  const exponent = Math.max(Number(bits >> 52n), 1) - 1075;
  const leading = bits >> 52n === 0n ? 0n : 1n << 52n;
  const odd = 2n * ((bits & (2n ** 52n - 1n)) + leading) + 1n; // times 2^(exponent - 1)
  const twos = BigInt(exponent - 1);
  const digits = twos < 0n ? odd * 5n ** -twos : odd << twos;
  const power = twos < 0n ? `e${twos}` : "";
  switch (random.below(5)) {
    case 0:
      return `${digits}${power}`;
    case 1:
      return `${digits}.${"0".repeat(random.below(900))}1${power}`;
    case 2:
      return `${digits - 1n}.${"9".repeat(random.below(900))}${power}`;
    case 3:
      return `${digits}.${"0".repeat(random.below(900))}${power}`;
    default: { // as many digits as programs print
      const text = String(digits);
      const kept = random.between(15, 22);
      return `${text.slice(0, kept)}e${
        Math.max(text.length - kept, 0) + Number(twos < 0n ? twos : 0n)
      }`;
    }
  }
}

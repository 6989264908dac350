import { JobError } from "../contract/problems.ts";
import type { CombineBreach } from "../shared/trial.ts";

// With which values a kernel's `combine` is tried, and what is said of one that fails.

/** How values are held; decimals are a number of units. */
type HeldType = "i64" | "f64";

/** Triples of small integers, of small numbers, and of all values. */
const TRIPLES = [60, 60, 120];

const SMALL = [1, 2, 3, 0, -1, 5, 7, -4, 10, 100];
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const FRACTIONS = [0.1, 0.2, 0.3, 0.5, -0.25, 1 / 3, 2.5, -7.75];
const EXTREME = [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 1e15 + 0.5, 1e-300];
/** How many random values there are. */
const RANDOM = 12;

/** The same values for each kernel, so that one that was refused is refused again. */
const SEED = 0x9e3779b9;

/**
 * Values to try a kernel with, as bits, three by three: the simplest first, so that what is wrong with
 * a function is told by these.
 */
export function triplesOf(type: HeldType): BigInt64Array<ArrayBuffer> {
  const next = createRandom(SEED);
  const small = bitsOfAll(SMALL, type);
  const simple = type === "f64" ? [...small, ...bitsOfAll(FRACTIONS, type)] : small;
  const all = [...simple, ...(type === "f64" ? doubles(next) : integers(next))];
  const chosen = [small, simple, all].flatMap((values, i) =>
    Array.from({ length: 3 * TRIPLES[i] }, () => values[next() % values.length])
  );
  return BigInt64Array.from([...small.slice(0, 3), ...chosen]); // 1, 2 and 3 first
}

function integers(next: () => number): bigint[] {
  const random = () => BigInt.asIntN(64, BigInt(next()) << 32n | BigInt(next()));
  // Of all lengths, since most random integers have about as many bits as there are.
  const values = Array.from({ length: RANDOM }, () => random() >> BigInt(next() % 60));
  return [LEAST, MOST, LEAST + 1n, ...values];
}

function doubles(next: () => number): bigint[] {
  const random = () => (next() - 2 ** 31) / 2 ** (next() % 40);
  return bitsOfAll([...EXTREME, ...Array.from({ length: RANDOM }, random)], "f64");
}

function bitsOfAll(values: readonly number[], type: HeldType): bigint[] {
  if (type === "i64") return values.map(BigInt);
  return [...new BigInt64Array(Float64Array.from(values).buffer)];
}

/** Integers of 32 bits, by xorshift. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** What is wrong, with the values and what comes of them. */
export function explainBreach({ law, values, results }: CombineBreach, type: HeldType): string {
  const write = (bits: bigint) => writeValue(bits, type);
  const [a, b, c] = values.map(write);
  const [one, other] = results.map(write);
  switch (law) {
    case "commutative":
      return `combine must be commutative, but combine(${a}, ${b}) is ${one}, ` +
        `and combine(${b}, ${a}) is ${other}`;
    case "associative":
      return `combine must be associative, but combine(combine(${a}, ${b}), ${c}) is ${one}, ` +
        `and combine(${a}, combine(${b}, ${c})) is ${other}`;
    case "grouped":
      return `mr_combine makes ${one} of ${a}, ${b} and ${c}, ` +
        `but ${other} of what it makes of ${a} and ${b}, and ${c}`;
    case "counted":
      return `mr_combine makes ${one} of ${a}, ${a} and ${b}, ` +
        `but ${other} where ${a} comes once with a count of 2`;
    case "single":
      return `mr_combine must give one value for each key, and does not for ${a}, ${b} and ${c}`;
  }
}

/** A value of a breach, as a source would have it. */
function writeValue(bits: bigint, type: HeldType): string {
  if (type === "i64") return `${bits}`;
  const [double] = new Float64Array(BigInt64Array.of(bits).buffer);
  return Object.is(double, -0) ? "-0" : `${double}`;
}

/** @throws {JobError} `kernel_refused`, always. */
export function refuseCombine(reason: string, cause?: unknown): never {
  throw new JobError("kernel_refused", `Cannot admit kernel: ${reason}`, {
    details: { reason },
    cause,
  });
}

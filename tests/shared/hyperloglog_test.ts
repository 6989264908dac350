import { assert, assertEquals } from "@std/assert";
import {
  estimate,
  MOST_RANK,
  murmur3,
  placeOf,
  REGISTERS,
  STANDARD_ERROR,
} from "../../src/shared/hyperloglog.ts";
import { freshSeed } from "../support/random.ts";

const encoder = new TextEncoder();

function hash(text: string, seed: number): number {
  const bytes = encoder.encode(`..${text}.`); // what stands around it does not matter
  return murmur3(bytes, 2, bytes.length - 1, seed);
}

// Known values of MurmurHash3_x86_32, from the tests of several implementations.
Deno.test("murmur3() is MurmurHash3_x86_32", () => {
  const known: [text: string, seed: number, hash: number][] = [
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0, 0xc0363e43],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
    ["a", 0x9747b28c, 0x7fa09ea6],
    ["aa", 0x9747b28c, 0x5d211726],
    ["aaa", 0x9747b28c, 0x283e0130],
  ];
  for (const [text, seed, expected] of known) assertEquals(hash(text, seed), expected, text);
});

/** What a sketch says of so many different texts. */
function estimateOf(count: number, prefix: string): number {
  const registers = new Uint8Array(REGISTERS);
  for (let i = 0; i < count; i++) {
    const text = encoder.encode(`${prefix} ${i}`);
    const { register, rank } = placeOf(text, 0, text.length);
    assert(rank >= 1 && rank <= MOST_RANK && register < REGISTERS);
    registers[register] = Math.max(registers[register], rank);
  }
  const ranks = new Uint16Array(MOST_RANK + 1);
  for (const rank of registers) ranks[rank]++;
  return estimate(ranks);
}

Deno.test("estimate() errs by less than five standard errors, for few texts and for many", () => {
  const seed = freshSeed();
  for (const count of [0, 1, 2, 10, 100, 1000, 5000, 10_000, 20_000, 100_000]) {
    const error = estimateOf(count, String(seed)) - count;
    // Of ten texts two share a register once in 90 times: then one of them is not seen.
    assert(
      Math.abs(error) <= Math.max(3, 5 * STANDARD_ERROR * count),
      `MILLRACE_SEED=${seed} ${count}: ${error}`,
    );
  }
});

Deno.test("estimate() has the standard error that it states, and no bias", () => {
  for (const count of [300, 3000, 12_000]) {
    const errors = Array.from(
      { length: 60 },
      (_, i) => estimateOf(count, `fixed ${i}`) / count - 1,
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    assert(rms < 1.4 * STANDARD_ERROR, `${count}: ${rms}`);
    assert(Math.abs(mean) < STANDARD_ERROR / 2, `${count}: ${mean}`);
  }
});

Deno.test("estimate() of full registers is large, and a number", () => {
  const ranks = new Uint16Array(MOST_RANK + 1);
  ranks[MOST_RANK] = REGISTERS;
  assert(estimate(ranks) > 2 ** 50);
});

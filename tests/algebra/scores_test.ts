import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logDice, pmi, tScore } from "../../src/algebra/scores.ts";

// C. D. Manning and H. Schütze, "Foundations of Statistical Natural Language Processing", 1999,
// chapter 5: 14,307,668 words of the New York Times.
const ALL = 14_307_668;

Deno.test("tScore() gives what Manning and Schütze compute for 'new companies'", () => {
  assertAlmostEquals(tScore({ pair: 8, first: 15_828, second: 4675, all: ALL }), 0.999932, 1e-6);
});

Deno.test("tScore() gives what Manning and Schütze list of pairs that occur 20 times", () => {
  const rows: [first: number, second: number, t: number][] = [
    [42, 20, 4.4721],
    [41, 27, 4.4721],
    [30, 117, 4.4720],
    [77, 59, 4.4720],
    [24, 320, 4.4720],
    [14_907, 9017, 2.3714],
    [13_484, 10_570, 2.2446],
    [14_734, 13_478, 1.3685],
    [14_093, 14_776, 1.2176],
    [15_019, 15_629, 0.8036],
  ];
  for (const [first, second, t] of rows) {
    const beyond = tScore({ pair: 20, first, second, all: ALL }) - t;
    assert(beyond >= 0 && beyond < 1e-4, `${first}: ${beyond}`); // they cut digits off
  }
});

Deno.test("pmi() gives what Manning and Schütze list of pairs that occur 20 times", () => {
  const rows: [first: number, second: number, bits: number][] = [
    [42, 20, 18.38],
    [41, 27, 17.98],
    [30, 117, 16.31],
    [77, 59, 15.94],
    [24, 320, 15.19],
    [14_907, 9017, 1.09],
    [13_484, 10_570, 1.01],
    [14_734, 13_478, 0.53],
    [14_093, 14_776, 0.46],
    [15_019, 15_629, 0.29],
  ];
  for (const [first, second, bits] of rows) {
    assertAlmostEquals(pmi({ pair: 20, first, second, all: ALL }), bits, 0.0051, `${first}`);
  }
});

Deno.test("logDice() has the bounds and steps that Rychlý names, in a corpus of any size", () => {
  const of = (pair: number, first: number, second: number, all = ALL) =>
    logDice({ pair, first, second, all });
  assertEquals(of(7, 7, 7), 14); // all of both occur together
  assertEquals(of(1, 16_000, 16_768), 0); // once in 16,384 of both
  assertEquals(of(64, 1000, 3000) - of(32, 1000, 3000), 1); // twice as often
  assertAlmostEquals(of(128, 1000, 3000) - of(1, 1000, 3000), 7, 1e-12); // 100 times, roughly
  assertEquals(of(5, 50, 500, 1e4), of(5, 50, 500, 1e9));
});

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { chi2, diff, g2, logRatio } from "../../src/algebra/measures.ts";
import { freshSeed, Random } from "../support/random.ts";

/** Published examples are rounded. */
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));

Deno.test("g2() gives what Rayson's log-likelihood wizard shows", () => {
  // Values of ucrel.lancs.ac.uk/llwizard.html, as the tests of CLiC (clic.keyword) have noted them.
  const rows = [
    [540, 116_000, 7525, 5_451_382, 534.64],
    [227, 116_000, 3635, 5_451_382, 183.53],
    [29, 116_000, 504, 5_451_382, 20.5],
    [431, 116_000, 5892, 5_451_382, 437.88],
    [16, 116_000, 650, 5_451_382, 0.32],
    [540, 116_000, 0, 5_451_382, 4180.78],
    [7, 10_000, 0, 100_000, 33.57],
    [10, 150, 10, 150, 0],
    // The example of Lancaster's course on corpora, for corpus.lancs.ac.uk/sigtest.
    [52, 50_000, 57, 75_000, 2.65],
  ];
  for (const [a, sizeA, b, sizeB, expected] of rows) {
    assertEquals(rounded(g2(a, b, { a: sizeA, b: sizeB })), expected, `${a} and ${b}`);
  }
});

Deno.test("diff() gives the %DIFF of its authors' example", () => {
  // Gabrielatos and Marchi (2012), pages 21 and 22.
  assertEquals(rounded(diff(20, 1, { a: 29_954, b: 23_691 })), 1481.83);
  assertEquals(diff(10, 20, { a: 100, b: 100 }), -50);
  assertEquals(diff(1, 0, { a: 100, b: 100 }), 100); // 1 beside 0.5
});

Deno.test("chi2() gives Pearson's statistic of published tables", () => {
  // Dunning (1993), page 73: 3, 0, 0 and 31774.
  assertEquals(rounded(chi2(3, 0, { a: 3, b: 31_774 }), 0), 31_777);
  // Pedersen (1996), page 10: 1, 3, 3 and 1; 0.5 with Yates's correction, and 2 without.
  assertEquals(rounded(chi2(1, 3, { a: 4, b: 4 })), 2);
  assertEquals(chi2(5, 7, { a: 5, b: 7 }), 0);
});

Deno.test("logRatio() tells doublings, with half an occurrence for none", () => {
  assertEquals(logRatio(20, 10, { a: 1000, b: 1000 }), 1);
  assertEquals(logRatio(10, 40, { a: 500, b: 1000 }), -1);
  assertEquals(logRatio(8, 0, { a: 1000, b: 1000 }), 4);
  assertEquals(logRatio(0, 8, { a: 1000, b: 1000 }), -4);
  assert(Object.is(logRatio(3, 6, { a: 100, b: 200 }), 0));
});

Deno.test("the measures agree with plain forms of their tables, and are finite for any counts", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 2000; i++) {
    const most = random.pick([10, 1e4, 1e9, 2 ** 32]);
    const [a, b] = [random.below(most) + 1, random.below(most)];
    const sizes = { a: a + random.below(most), b: b + random.below(most) + 1 };
    const table = [[a, sizes.a - a], [b, sizes.b - b]];
    const all = sizes.a + sizes.b;
    const expected = (row: number, column: number) =>
      (row === 0 ? sizes.a : sizes.b) / all * (table[0][column] + table[1][column]);
    let pearson = 0, likelihood = 0;
    for (const row of [0, 1]) {
      for (const column of [0, 1]) {
        const e = expected(row, column);
        if (e > 0) pearson += (table[row][column] - e) ** 2 / e;
      }
      if (table[row][0] > 0) {
        likelihood += 2 * table[row][0] * Math.log(table[row][0] / expected(row, 0));
      }
    }
    const what = `${a}, ${b}, ${sizes.a}, ${sizes.b}, seed ${seed}`;
    const tolerance = 1e-6 * (1 + most);
    assertAlmostEquals(chi2(a, b, sizes), pearson, Math.max(1e-9, pearson * 1e-9), what);
    assertAlmostEquals(g2(a, b, sizes), likelihood, tolerance * 1e-6, what);
  }
  const most = Number.MAX_SAFE_INTEGER;
  for (const [a, b] of [[most, 0], [0, most], [1, most], [most, most], [1, 1]]) {
    for (const measure of [g2, logRatio, chi2, diff]) {
      assert(Number.isFinite(measure(a, b, { a: most, b: most })), `${measure.name} of ${a}, ${b}`);
    }
  }
});

import { assertEquals } from "@std/assert";
import { countNaive, KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { asciiSoup } from "../support/oracle/generate_text.ts";
import { tokenize } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";

const ROWS: { name: string; text: string; words: string[] }[] = [
  { name: "nothing", text: "", words: [] },
  { name: "separators only", text: " .,;\n\t-_", words: [] },
  { name: "one letter", text: "a", words: ["a"] },
  { name: "digits are letters", text: "x86 007", words: ["x86", "007"] },
  { name: "capitals fold", text: "Call CALL call", words: ["call", "call", "call"] },
  { name: "neighbours of letters in ASCII", text: "a@b`c[d{e/f:g", words: [..."abcdefg"] },
  { name: "an inner apostrophe", text: "don't rock'n'roll", words: ["don't", "rock'n'roll"] },
  { name: "outer apostrophes", text: "'tis the dogs' 'a'", words: ["tis", "the", "dogs", "a"] },
  { name: "two apostrophes", text: "a''b ''c'' d'''", words: ["a", "b", "c", "d"] },
  { name: "apostrophes alone", text: "' '' '''", words: [] },
  {
    name: "bytes beyond ASCII separate",
    text: "naïve caf\u00e9 it’s",
    words: ["na", "ve", "caf", "it", "s"],
  },
  { name: "NUL separates", text: "a\0b\0\0c", words: ["a", "b", "c"] },
  {
    name: "lengths around the tiers",
    text: [1, 7, 8, 9, 11, 12, 13, 15, 16, 17, 24, 27, 28, 29, 40, 63, 64, 65, 200].map((n) =>
      "y".repeat(n)
    ).join(" "),
    words: [1, 7, 8, 9, 11, 12, 13, 15, 16, 17, 24, 27, 28, 29, 40, 63, 64, 65, 200].map((n) =>
      "y".repeat(n)
    ),
  },
];

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} counts ascii words exactly`, async (t) => {
    const harness = await KernelHarness.create(build);
    for (const { name, text, words } of ROWS) {
      await t.step(name, () => {
        for (let pad = 0; pad <= 64; pad++) {
          const padded = " ".repeat(pad) + text + "-".repeat(pad % 7);
          const answer = harness.run([padded], { tokenizer: "ascii" });
          assertEquals(answer.counts, countNaive(words), `padding ${pad}`);
          assertEquals(answer.tokens, words.length);
          assertEquals(answer.distinct, new Set(words).size);
        }
      });
    }
  });

  Deno.test(`${build} preserves the case of ascii words when asked`, async () => {
    const harness = await KernelHarness.create(build);
    const counts = harness.count("Aa aA AA aa AA", { case: "preserve" });
    assertEquals(counts, new Map([["AA", 2], ["Aa", 1], ["aA", 1], ["aa", 1]]));
  });

  Deno.test(`${build} keeps ascii words whole at the end of a sub-block`, async () => {
    const harness = await KernelHarness.create(build);
    for (const word of ["a", "don't", "abcdefghijkl", "a'b'c'd'e'f'g'h", "z".repeat(70)]) {
      for (let at = 8192 - word.length - 2; at <= 8194; at++) {
        const text = "-".repeat(at) + word + " tail";
        assertEquals(
          harness.count(text),
          new Map([[word, 1], ["tail", 1]].sort() as [string, number][]),
          `${word} at ${at}`,
        );
      }
    }
  });

  Deno.test(`${build} counts ascii words longer than a sub-block`, async () => {
    const harness = await KernelHarness.create(build);
    for (const length of [8190, 8191, 8192, 8193, 16383, 16384, 16385, 100_000]) {
      const word = "Q".repeat(length - 3) + "'qQ";
      for (const before of ["", "x ", ".".repeat(100)]) {
        const counts = harness.count(`${before}${word} ${word}'`);
        assertEquals(counts.get(word.toLowerCase()), 2, `${length} behind ${before.length}`);
        assertEquals(counts.size, before === "x " ? 2 : 1);
      }
    }
  });

  Deno.test(`${build} counts ascii words as the oracle does`, async () => {
    const harness = await KernelHarness.create(build);
    const seed = freshSeed();
    const random = new Random(seed);
    for (let round = 0; round < 300; round++) {
      const text = asciiSoup(random, random.pick([10, 100, 1000, 20_000]));
      const expected = countNaive(tokenize(text, "ascii").map((word) => word.toLowerCase()));
      assertEquals(harness.run([text]).counts, expected, `seed ${seed} round ${round}`);
    }
  });
}

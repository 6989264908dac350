import { assert } from "@std/assert";
import { assertSame } from "./assert_same.ts";
import { GENERATORS, type TextGenerator } from "./oracle/generate_text.ts";
import { type OracleTokenizer, tokenize } from "./oracle/oracle.ts";
import { BUILDS } from "./probe.ts";
import { freshSeed, Random } from "./random.ts";
import { compileScanners, type Scanner, scanText } from "./scan.ts";

const encoder = new TextEncoder();

/** ASCII letters lower-cased, nothing else: what a scanner does when it folds. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The tests that every scanner passes in both builds; `soup` is text that is hard for it. */
export function testScanner(scanner: Scanner, tokenizer: OracleTokenizer, soup: TextGenerator) {
  for (const build of BUILDS) {
    const compiling = compileScanners(build);

    Deno.test(`scan${scanner}() lists what the oracle does at every alignment (${build})`, async () => {
      const probe = await compiling;
      const seed = freshSeed();
      const random = new Random(seed);
      for (let i = 0; i < 65 * 40; i++) {
        const generate = random.oneIn(2) ? soup : random.pick(Object.values(GENERATORS));
        const text = generate(random, random.pick([2, 10, 70, 200, 400]));
        const fold = random.oneIn(2);
        const options = { alignment: i % 65, fold };
        const { words, hasNul } = scanText(probe, scanner, encoder.encode(text), options);
        const expected = tokenize(fold ? lowerAscii(text) : text, tokenizer);
        const note = () => `MILLRACE_SEED=${seed}, case ${i}: ${JSON.stringify(text)}`;
        assertSame(words, expected, note);
        if (!hasNul) assert(!expected.some((word) => word.includes("\0")), note());
      }
    });

    Deno.test(`scan${scanner}() keeps words whole across sub-blocks (${build})`, async () => {
      const probe = await compiling;
      const seed = freshSeed();
      const random = new Random(seed);
      for (let i = 0; i < 60; i++) {
        let text = "";
        while (text.length < 40_000) {
          const filler = random.pick(["x", "é", "中", " ", "\u3000", "\n", "a\r"]);
          // Runs end around the border of a sub-block, or fill some altogether.
          if (random.oneIn(3)) text += filler.repeat(random.below(9000));
          else text += soup(random, 2000);
        }
        const { words } = scanText(probe, scanner, encoder.encode(text), { alignment: i });
        assertSame(words, tokenize(text, tokenizer), () => `MILLRACE_SEED=${seed}, case ${i}`);
      }
    });
  }
}

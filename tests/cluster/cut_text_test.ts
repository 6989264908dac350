import { assert, assertEquals } from "@std/assert";
import { cutText } from "../../src/cluster/cut_text.ts";
import { completeCountOptions } from "../../src/contract/options.ts";
import { type BorderRule, borderRule, findBorder } from "../../src/input/split_borders.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { Random } from "../support/random.ts";

type Options = Parameters<typeof completeCountOptions>[0];

function ruleOf(options: Options): BorderRule {
  const rule = borderRule(completeCountOptions(options));
  return rule;
}

/** Where parts of a text begin that comes in blocks of some sizes. */
async function bordersOf(
  text: Uint8Array,
  options: Options,
  partBytes: number,
  random: Random,
): Promise<number[]> {
  async function* blocks() {
    for (let at = 0; at < text.length;) {
      const length = await Promise.resolve(1 + random.below(1 + random.below(5000)));
      yield text.subarray(at, at += length);
    }
  }
  const rule = ruleOf(options);
  const borders: number[] = [];
  const given: number[] = [];
  for await (const { bytes, ends } of cutText(blocks(), rule, { markBytes: 0, partBytes })) {
    given.push(...bytes);
    if (ends) borders.push(given.length);
  }
  assertEquals(Uint8Array.from(given), text);
  return borders;
}

Deno.test("cutText() cuts where a split of the whole text may end, whatever the blocks are", async () => {
  const random = new Random(11);
  const questions = [
    {},
    { tokenizer: "lines" },
    { n: 2, lineBound: true },
    { key: ["field(1)"] },
    { tokenizer: "unicode", n: 3 },
  ] as const;
  for (let i = 0; i < 60; i++) {
    const options = random.pick(questions);
    const text = generateLines(i, 1 + random.below(30_000));
    const partBytes = 100 + random.below(8000);
    const rule = ruleOf(options);
    const source = {
      bytes: text.length,
      read: (from: number, to: number) => Promise.resolve(text.subarray(from, to)),
    };
    const expected: number[] = [];
    for (let border = 0;;) {
      border = await findBorder(source, border + Math.max(partBytes, border / 500), rule);
      if (border >= text.length - 8) break; // what follows is too short to tell
      expected.push(border);
    }
    const borders = await bordersOf(text, options, partBytes, random);
    const known = borders.filter((border) => border < text.length - 8);
    assertEquals(known, expected, JSON.stringify({ i, options, partBytes }));
  }
});

Deno.test("cutText() makes few parts of a text whose end nobody knows", async () => {
  const text = generateLines(3, 400_000);
  const borders = await bordersOf(text, {}, 100, new Random(1));
  assert(borders.length > 700 && borders.length < 1500, `${borders.length}`);
});

Deno.test("cutText() holds back no text that has no border", async () => {
  const text = new Uint8Array(50_000).fill(0x61);
  assertEquals(await bordersOf(text, {}, 1000, new Random(2)), []);
});

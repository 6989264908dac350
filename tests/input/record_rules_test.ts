import { assert, assertEquals, assertThrows } from "@std/assert";
import { recordRule } from "../../src/input/record_rules.ts";
import { splitBytes } from "../../src/input/splitter.ts";
import { RECORDS } from "../support/records_of.ts";
import { freshSeed, Random } from "../support/random.ts";

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

for (const [records, recordsOf] of Object.entries(RECORDS)) {
  Deno.test(`recordRule() cuts no record of ${records}`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const rule = recordRule(records);
    const letters = records === "fixed:3" ? [..."ab\n,"] : [...'ab \n\n\n",\t好é😀'];
    if (records === "paragraph") letters.push("\r\n", "\n\n");
    let splits = 0;
    for (let i = 0; i < CASES; i++) {
      const text = Array.from({ length: random.below(60) }, () => random.pick(letters)).join("");
      const bytes = encoder.encode(text);
      const chunks = [...splitBytes(bytes, random.between(1, 30), rule)];
      splits += Math.max(0, chunks.length - 1);
      const what = `MILLRACE_SEED=${seed} ${JSON.stringify(text)}`;
      assertEquals(chunks.reduce((sum, { text }) => sum + text.length, 0), bytes.length, what);
      const found = chunks.flatMap(({ text }) => recordsOf(decoder.decode(text)));
      assertEquals(found, recordsOf(text), what);
    }
    assert(splits > CASES / 10, `${splits} splits`);
  });
}

Deno.test("recordRule() cuts text that is not UTF-8 somewhere", () => {
  const rule = recordRule("chunk");
  for (const byte of [0x80, 0xff, 0xe2]) {
    const text = new Uint8Array(100).fill(byte);
    const chunks = [...splitBytes(text, 10, rule)];
    assertEquals(chunks.reduce((sum, { text }) => sum + text.length, 0), 100);
  }
});

Deno.test("recordRule() refuses records that it does not know", () => {
  for (const records of ["", "page", "fixed", "fixed:0", "fixed:-1", "fixed:1.5", "toString"]) {
    assertThrows(() => recordRule(records), RangeError);
  }
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCountOptions } from "../../src/contract/options.ts";
import { borderRule, findBorder } from "../../src/input/split_borders.ts";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { brokenUtf8, GENERATORS } from "../support/oracle/generate_text.ts";
import { type OracleTokenizer, tokenize } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { RECORDS } from "../support/records_of.ts";
import { BytesSource, findSplits } from "../support/splits.ts";

const CASES = Math.min(Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 40, 5000);
const TOKENIZERS: OracleTokenizer[] = ["unicode", "whitespace", "ascii", "lines"];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const ruleOf = (given: Parameters<typeof createCountOptions>[0], records?: string) => {
  const kernel = records === undefined ? undefined : { records };
  return borderRule(createCountOptions(given), kernel);
};

function randomText(random: Random): Uint8Array {
  const size = random.pick([5, 20, 80, 300]);
  if (random.oneIn(4)) return brokenUtf8(random, size);
  const text = random.pick(Object.values(GENERATORS))(random, size);
  return encoder.encode(random.oneIn(3) ? text.replaceAll(" ", "") : text);
}

const randomBorders = (random: Random, bytes: number) => [
  0,
  ...Array.from({ length: random.below(6) }, () => random.below(bytes + 1)).sort((a, b) => a - b),
  bytes,
];

for (const tokenizer of TOKENIZERS) {
  Deno.test(`findSplits() cuts no token of ${tokenizer}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const rule = ruleOf({ tokenizer });
    let cuts = 0;
    for (let i = 0; i < CASES; i++) {
      const text = randomText(random);
      const borders = randomBorders(random, text.length);
      const splits = await findSplits(text, borders, rule);
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${text.toHex()} at ${borders}`;
      const parts = splits.map(({ from, to }) => text.subarray(from, to));
      assertEquals(parts.reduce((sum, part) => sum + part.length, 0), text.length, note);
      const tokens = parts.flatMap((part) => tokenize(part, tokenizer));
      assertEquals(tokens, tokenize(text, tokenizer), note);
      cuts += new Set(splits.map(({ to }) => to)).size - 1;
    }
    assert(cuts > CASES / 4, `only ${cuts} cuts`);
  });
}

Deno.test("findBorder() finds the same border in windows of any size, and the smallest", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES; i++) {
    const text = randomText(random);
    const nominal = random.below(text.length + 1);
    for (const tokenizer of ["unicode", "whitespace", "ascii", "lines", "icu"] as const) {
      const rule = ruleOf({ tokenizer });
      const find = (windowBytes?: number) =>
        findBorder(new BytesSource(text), nominal, rule, { windowBytes });
      const border = await find();
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${text.toHex()} at ${nominal}, ${tokenizer}`;
      for (const windowBytes of [1, 2, 3, 7, 64]) {
        assertEquals(await find(windowBytes), border, note);
      }
      assert(border === 0 ? nominal <= 3 : border >= nominal, note);
      // Where the host cuts chunks, a border may be, and so none is passed over.
      for (let at = Math.max(nominal, 4); at < border; at++) {
        const known = text.subarray(0, Math.min(at + 3, text.length));
        assert(lastSafeSplit(known, at, tokenizer) !== at, `${note}: ${at} was passed over`);
      }
    }
  }
});

for (const [records, recordsOf] of Object.entries(RECORDS)) {
  Deno.test(`findSplits() cuts no record of ${records}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const rule = ruleOf({}, records);
    const letters = records === "fixed:3"
      ? [..."ab\n,"]
      : [...'ab \n\n\n",\t好é😀', "\r\n", "\n\n"];
    for (let i = 0; i < CASES; i++) {
      const body = Array.from({ length: random.below(60) }, () => random.pick(letters)).join("");
      const hasMark = random.oneIn(3);
      const text = encoder.encode(hasMark ? `\ufeff${body}` : body);
      const markBytes = hasMark ? 3 : 0;
      const borders = randomBorders(random, text.length);
      const splits = await findSplits(text, borders, rule, { markBytes });
      const found = splits.flatMap(({ from, to }) =>
        recordsOf(decoder.decode(text.subarray(from === 0 ? markBytes : from, to)))
      );
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${JSON.stringify(body)} at ${borders}`;
      assertEquals(found, recordsOf(body), note);
    }
  });
}

Deno.test("findBorder() goes through a long token at flat memory, and to the end of one without", async () => {
  const text = encoder.encode(`${"x".repeat(3_000_000)} y`);
  const source = new BytesSource(text);
  const rule = ruleOf({ tokenizer: "unicode" });
  assertEquals(await findBorder(source, 10, rule), 3_000_000);
  assert(source.asked < 3_010_000, `${source.asked} bytes`);
  assertEquals(await findBorder(source, 3_000_001, rule), text.length);
  const short = new BytesSource(encoder.encode("to be or not to be"));
  assertEquals(await findBorder(short, 4, rule), 5);
  assertEquals(await findBorder(short, 3, rule), 0);
  assertEquals(await findBorder(short, 99, rule), 18);
});

Deno.test("borderRule() says what borders of records depend on", () => {
  const csv = { quotes: true, header: false, recordBytes: undefined };
  const plain = { quotes: undefined, header: false, recordBytes: undefined };
  const rows: [Parameters<typeof ruleOf>[0], string | undefined, Record<string, unknown>][] = [
    [{ tokenizer: "icu", n: 3 }, undefined, { ...plain, header: undefined }],
    [{ key: ["field(1)"] }, undefined, plain],
    [{ key: ["field(1)"], records: "fixed:10" }, undefined, {
      ...plain,
      header: undefined,
      recordBytes: 10,
    }],
    [{ key: ["column(1)"] }, undefined, csv],
    [{ key: ["column(name)"] }, undefined, { ...csv, header: true }],
    [{ key: ["column(1)"], header: true }, undefined, { ...csv, header: true }],
    [{}, "csv", { ...csv, header: undefined }],
  ];
  for (const [given, records, expected] of rows) {
    const { quotes, header, recordBytes } = ruleOf(given, records);
    assertEquals({ quotes, header, recordBytes }, expected, JSON.stringify(given));
  }
  assertThrows(() => ruleOf({}, "verse"), RangeError, "no records of kind verse");
});

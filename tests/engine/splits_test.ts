import { assert, assertEquals } from "@std/assert";
import { type CountOptions, createCountOptions } from "../../src/contract/options.ts";
import type { KernelManifest, RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { HEAD_BYTES } from "../../src/input/beginnings.ts";
import { judgeText } from "../../src/input/judge_text.ts";
import { borderRule } from "../../src/input/split_borders.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { Engine } from "../../src/mod.ts";
import { assertBounded, countTokens, zipf } from "../support/approx.ts";
import { combiningKernel } from "../support/modules/combining.ts";
import { startSmall } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { TempFiles } from "../support/temp_files.ts";
import { brokenUtf8, GENERATORS } from "../support/oracle/generate_text.ts";
import { encodePairs } from "../support/pairs.ts";
import { freshSeed, Random } from "../support/random.ts";
import { encodeValues, type ValueRecord } from "../support/values.ts";
import {
  type Answer,
  countSplits,
  countTogether,
  countWhole,
  findSplits,
  type SplitFaults,
} from "../support/splits.ts";

/** Each case counts a text some five times. */
const CASES = Math.min(Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 200, 400);

const encoder = new TextEncoder();
const MARK = [0xef, 0xbb, 0xbf];

/** What borders get wrong: marks, spaces of all widths, flags, quotes, numbers, line ends. */
const PIECES = [
  ..."aab  \n\t-'\".,:3中ア\u0301\u200d\u3000\u2003\u205f\u00a0\u{1f1e9}\u{1f1ea}é",
  "\r\n",
  "to ",
  "be ",
  "\ufeff",
  "  ",
];

function randomText(random: Random): Uint8Array {
  const size = random.pick([6, 30, 120, 600]);
  const soup = Array.from({ length: size }, () => random.pick(PIECES)).join("");
  const text = random.pick([
    () => encoder.encode(soup),
    () => encoder.encode(soup),
    () => brokenUtf8(random, size),
    () => encoder.encode(random.pick(Object.values(GENERATORS))(random, size)),
  ])();
  return random.oneIn(4) ? new Uint8Array([...MARK, ...text]) : text;
}

function randomOptions(random: Random, tokenizer: CountOptions["tokenizer"]): CountOptions {
  const some = <T>(value: T, other: T) => random.oneIn(4) ? value : other;
  const hasStops = random.oneIn(4);
  const n = random.oneIn(2) ? 1 : random.between(2, 5);
  return createCountOptions({
    tokenizer,
    n,
    lineBound: n > 1 && tokenizer !== "lines" && random.oneIn(4),
    case: random.pick(["auto", "fold", "preserve"]),
    normalization: random.pick(["none", "nfc"]),
    invalid: some("reject", "replace"),
    bom: some("keep", "skip"),
    keepCR: tokenizer === "lines" && random.oneIn(4),
    prefix: some(random.pick(["a", "to", "b"]), ""),
    minLength: some(2, 1),
    maxLength: some(4, 0),
    ...(hasStops &&
      { stopWords: ["to", "a"], stopMode: n > 1 ? random.pick(["any", "all"]) : "any" }),
    min: some(2, 1),
    max: some(3, 0),
    top: some(3, 0),
    order: random.pick(["count", "key"]),
  });
}

const randomBorders = (random: Random, bytes: number) => [
  0,
  ...Array.from({ length: random.between(1, 5) }, () => random.below(bytes + 1))
    .sort((a, b) => a - b),
  bytes,
];

/** What a test does wrong on purpose, and what makes the keys. */
interface Terms extends SplitFaults {
  kernel?: RunnableKernel;
  /** Takes the nominal borders for real ones. */
  isRaw?: boolean;
  /** Lets the rule see one byte before a border. */
  seesLittle?: boolean;
}

/**
 * The answer of a text as a whole, and that of its splits put together; undefined for a text that
 * cannot be split.
 */
async function countBoth(
  engine: Engine,
  text: Uint8Array,
  nominal: readonly number[],
  options: CountOptions,
  { isRaw, seesLittle, ...terms }: Terms = {},
): Promise<[whole: Answer, together: Answer] | undefined> {
  const rule = borderRule(options, terms.kernel?.manifest);
  const markBytes = judge(text, options);
  if (markBytes === undefined) return undefined;
  const splits = isRaw
    ? nominal.slice(1).map((to, i) => ({ from: nominal[i], to }))
    : await findSplits(
      text,
      nominal,
      seesLittle ? { isBorder: (bytes, at) => rule.isBorder(bytes.subarray(at - 1), 1) } : rule,
      { markBytes },
    );
  return [
    await countWhole(engine, text, options, terms.kernel),
    await countSplits(engine, text, { splits, markBytes }, options, terms),
  ];
}

/** Undefined as well where the text is refused, as it is as a whole. */
function judge(text: Uint8Array, options: CountOptions): number | undefined {
  try {
    return judgeText(text.subarray(0, HEAD_BYTES), options);
  } catch (error) {
    if (error instanceof JobError) return undefined;
    throw error;
  }
}

for (const tokenizer of ["unicode", "whitespace", "ascii", "lines", "icu"] as const) {
  Deno.test(`splits of a text, counted apart and put together, are its count (${tokenizer})`, async () => {
    await using engine = await Engine.start({ workers: 2, spillDirectory: false });
    const seed = freshSeed();
    const random = new Random(seed);
    let split = 0;
    for (let i = 0; i < CASES; i++) {
      const text = randomText(random);
      if (text.length === 0) continue;
      const options = randomOptions(random, tokenizer);
      const borders = randomBorders(random, text.length);
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${text.toHex()} at ${borders}, ` +
        JSON.stringify(options);
      const both = await countBoth(engine, text, borders, options);
      if (both === undefined) continue;
      split++;
      assertEquals(both[1], both[0], note);
    }
    assert(split > CASES / 2, `only ${split} texts were split`);
  });
}

Deno.test("splits of a text give a user kernel the lines of the whole", async () => {
  await using engine = await startSmall();
  const kernels = [
    await kernelOf(MODULES.lines()),
    await kernelOf(MODULES.windows(), { output: "windows" }),
  ];
  const seed = freshSeed();
  const random = new Random(seed);
  const options = createCountOptions({ case: "preserve", top: 0 });
  for (let i = 0; i < CASES / 4; i++) {
    const size = random.between(1, 300);
    const text = Array.from({ length: size }, () => random.pick("ab \n\n\r")).join("");
    const borders = randomBorders(random, size);
    const kernel = random.pick(kernels);
    const both = await countBoth(engine, encoder.encode(text), borders, options, { kernel });
    const note = `MILLRACE_SEED=${seed}, case ${i}: ${JSON.stringify(text)} at ${borders}`;
    assertEquals(both![1], both![0], note);
  }
});

/** Kernels that drain their text as it is, which is records of one size, and such a text. */
const DRAINED: readonly [Partial<KernelManifest>, (random: Random) => Uint8Array][] = [
  [{ output: "values", op: "sum", value: "i64", records: "fixed:16" }, randomValues],
  [{ output: "values", op: "sum", value: "decimal(2)", records: "fixed:16" }, randomValues],
  [{ output: "values", op: "min", value: "i64", records: "fixed:16" }, randomValues],
  [{ output: "values", op: "max", value: "f64", records: "fixed:16" }, randomDoubles],
  [{ output: "values", op: "count", value: "i64", records: "fixed:16" }, randomValues],
  [{ output: "pairs", op: "distinct", records: "fixed:12" }, randomPairs],
  [{ output: "pairs", op: "approxDistinct", records: "fixed:12" }, randomPairs],
];

function randomValues(random: Random): Uint8Array {
  return randomRecords(random, (value) => BigInt(value));
}

function randomDoubles(random: Random): Uint8Array {
  return randomRecords(random, (value) => value / 8);
}

function randomRecords(random: Random, valueOf: (value: number) => bigint | number): Uint8Array {
  const record = (): ValueRecord => [random.pick("abc"), valueOf(random.below(99) - 50)];
  return encodeValues(Array.from({ length: random.between(1, 60) }, record));
}

function randomPairs(random: Random): Uint8Array {
  const pair = (): [string, string] => [random.pick("ab"), random.below(999).toString(36)];
  const pairs = Array.from({ length: random.between(1, 60) }, pair);
  return encodePairs(pairs.map(([key, text]) => [key.padEnd(2), text.padStart(2)]));
}

Deno.test("splits of a text give the values and pairs of a user kernel that the whole gives", async () => {
  await using engine = await startSmall();
  const seed = freshSeed();
  const random = new Random(seed);
  const combining = await combiningKernel();
  for (let i = 0; i < CASES / 10; i++) {
    for (const [terms, randomText] of [...DRAINED, [undefined, randomValues] as const]) {
      const kernel = terms ? await kernelOf(MODULES.passes(), terms) : combining;
      const text = randomText(random);
      const options = createCountOptions({
        charset: "utf-8",
        bom: "keep",
        top: random.below(3),
        order: random.pick(["value", "key"]),
        ...(terms?.op === "distinct" && { min: random.between(1, 5) }),
      });
      const borders = randomBorders(random, text.length);
      const both = await countBoth(engine, text, borders, options, { kernel });
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${JSON.stringify(terms)}, ${text.toHex()}`;
      assertEquals(both?.[1], both?.[0], `${note} at ${borders}`);
    }
  }
});

Deno.test("splits of a text that are counted approximately bound the error of the whole", async () => {
  await using engine = await Engine.start({
    workers: 1,
    memoryBytes: 64 * 2 ** 20,
    spillDirectory: false,
  });
  const seed = freshSeed();
  const random = new Random(seed);
  const memory = 4 * 2 ** 20;
  const options = createCountOptions({ tokenizer: "whitespace", mode: "approx", memory, top: 0 });
  const tokens = zipf(random, 300_000, 300_000, (i) => i % 3 ? `k${i}` : `a-longer-key-${i}`);
  for (const [length, isPurged] of [[tokens.length, true], [900, false]] as const) {
    const text = encoder.encode(tokens.slice(0, length).join(" "));
    const nominal = [0, 1, 2, 3, 20].map((part) => Math.floor(text.length * part / 20));
    const rule = borderRule(options);
    const splits = await findSplits(text, nominal, rule);
    const { segment, totals, approx } = await countTogether(
      engine,
      text,
      { splits, markBytes: 0 },
      options,
    );
    const { bound, keysError } = approx!;
    const told = { counts: segment.toArray(), bound, keys: totals.keys, isExact: keysError === 0 };
    assertEquals([bound > 0, keysError > 0], [isPurged, isPurged]);
    assertBounded(told, countTokens(tokens.slice(0, length)), `MILLRACE_SEED=${seed}`);
    assertEquals([totals.tokens, totals.counted], [length, length]);
  }
});

const QUESTIONS: readonly Partial<CountOptions>[] = [
  { key: ["field(1)"] },
  { key: ["field(1)"], value: "field(2)", agg: ["sum", "max", "count", "avg"] },
  { key: ["json($.a)"], value: "json($.b)", agg: ["min"], onError: "skip" },
  { key: ["regex((\\w+)$)"] },
  { key: ["record"], records: "fixed:7", onError: "skip" },
  { tokenizer: "template" },
  { tokenizer: "pattern", patterns: ["a", "ab", "1 a"], overlap: "all" },
  { key: ["field(1)"], value: "field(2)", agg: ["distinct"], min: 2 },
  { key: ["word"], value: "field(1)", agg: ["distinct"], stop: ["en"], prefix: "a", order: "key" },
  { by: ["field(1)"], key: ["word"], value: "field(2)", agg: ["distinct"], minLength: 2 },
  { key: ["json($.a)"], value: "json($.b)", agg: ["approxDistinct"], onError: "skip" },
  { key: ["field(1)"], value: "record", agg: ["approxDistinct"], order: "key" },
  { group: "stem(en)", min: 2, prefix: "A" },
  { group: "stem(en)", key: ["word"], records: "line", where: 'field(1) != "b"', max: 9 },
  { key: ["word"], records: "paragraph", value: "field(1)", agg: ["distinct"] },
];

Deno.test("splits of a text answer a question of records as the whole does", async () => {
  await using engine = await startSmall();
  const seed = freshSeed();
  const random = new Random(seed);
  const line = () =>
    random.pick([
      () => `${random.pick("abc")} ${random.below(99)}`,
      () => `{"a":"${random.pick("xyz")}","b":${random.below(99)}}`,
      () => random.pick(["", "a", "ab 1 ab", '"a\\"b" 2', "é 10.5 2026-01-02"]),
      () => random.pick(["walk Walking walks", "a walked 7", "ABS abs ab"]),
    ])();
  for (let i = 0; i < CASES / 10; i++) {
    const mark = random.pick(["", "\ufeff"]);
    const lines = Array.from({ length: random.between(1, 30) }, line);
    const text = encoder.encode(mark + lines.join(random.pick(["\n", "\r\n"])));
    for (const question of QUESTIONS) {
      const borders = randomBorders(random, text.length);
      const options = createCountOptions({ ...question, top: 0 });
      const both = await countBoth(engine, text, borders, options);
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${JSON.stringify([question, lines])}`;
      assertEquals(both![1], both![0], `${note} at ${borders}`);
    }
  }
});

/** What must go wrong, with texts and options in which it can. */
const CONTROLS: Record<string, [Terms, pieces: readonly string[], Partial<CountOptions>]> = {
  "takes nominal borders for real ones": [{ isRaw: true }, [..."ab "], {}],
  "stitches no n-grams": [{ stitchesNothing: true }, [..."ab "], { n: 2 }],
  "reads a mark at the beginning of each split": [
    { readsMarks: true },
    ["\ufeff", "\n", "a"],
    { tokenizer: "lines" },
  ],
  "guesses what each split is": [{ guesses: true }, ["%PDF-1.4\n", "a\n"], { tokenizer: "lines" }],
  "adds up the answers of splits": [
    { addsAnswers: true },
    ["a 1\n", "a 2\n", "b 1\n"],
    { key: ["field(1)"], value: "field(2)", agg: ["distinct"] },
  ],
  "sees one byte before a border": [{ seesLittle: true }, [..." \u2003\u{16f82}a"], {}],
};

for (const [what, [terms, pieces, given]] of Object.entries(CONTROLS)) {
  Deno.test(`a count by splits that ${what} is wrong now and then`, async () => {
    await using engine = await Engine.start({ workers: 2, spillDirectory: false });
    const random = new Random(1);
    const options = createCountOptions({ ...given, top: 0 });
    let wrong = 0;
    for (let i = 0; i < 60; i++) {
      const soup = Array.from({ length: 30 }, () => random.pick(pieces)).join("");
      const text = encoder.encode(`first\n${soup}`);
      const borders = randomBorders(random, text.length);
      const right = await countBoth(engine, text, borders, options);
      assertEquals(right![1], right![0]);
      const [whole, together] = (await countBoth(engine, text, borders, options, terms))!;
      if (JSON.stringify(whole) !== JSON.stringify(together)) wrong++;
    }
    assert(wrong > 0, `none of 60 counts is wrong`);
  });
}

Deno.test("splits of a text are counted by ranges of a file as by its bytes", async () => {
  using files = new TempFiles();
  await using engine = await startSmall();
  const text = "%PDF-1.4\nto be or not to be, \ufeffthat is\n".repeat(8000);
  const path = files.write("text", `the first line\n${text}`);
  const size = Deno.statSync(path).size;
  const bytes = Deno.readFileSync(path);
  const options = createCountOptions({ n: 2, top: 0 });
  const rule = borderRule(options);
  const nominal = [0, 15, size / 3, size / 2, size].map(Math.floor);
  for (const { from, to } of await findSplits(bytes, nominal, rule)) {
    const submit = async (input: JobInput) => {
      const { segment, edges, totals } = await engine.submit(input, options, {
        part: { markBytes: 0 },
      }).done;
      return { rows: segment.toArray(), edges, totals };
    };
    const inFile = await submit({ path, offset: from, length: to - from });
    assertEquals(inFile, await submit(bytes.slice(from, to)));
    assertEquals(inFile, await submit(new Blob([bytes.slice(from, to)]).stream()));
  }
});

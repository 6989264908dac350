import { assert, assertEquals } from "@std/assert";
import { INVALID_UTF8, OK, OUT_OF_PAGES } from "../../../assembly/layout.ts";
import { type CountOptions, createCountOptions } from "../../../src/contract/options.ts";
import { settleOptions } from "../../../src/contract/settle_options.ts";
import { encodeFilters, type JobFilters } from "../../../src/engine/filters.ts";
import {
  INLINE_BYTES,
  INLINE_PAGES,
  InlineCounter,
} from "../../../src/engine/inline/inline_counter.ts";
import { encodeInlineJob } from "../../../src/engine/inline/inline_job.ts";
import { KeyKernel } from "../../../src/kernels/key_kernel.ts";
import { compileKernel, readKernel } from "../../../src/kernels/registry.ts";
import { anySoup, GENERATORS } from "../../support/oracle/generate_text.ts";
import { countNaive, formatTsv, type OracleTokenizer } from "../../support/oracle/oracle.ts";
import { freshSeed, Random } from "../../support/random.ts";

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 40;

const binary = readKernel("words");
const module = await compileKernel(binary, INLINE_PAGES);
const keys = new KeyKernel(binary);
const encoder = new TextEncoder();

const encode = (options: Partial<CountOptions>) => {
  const settled = settleOptions(createCountOptions({ top: 0, ...options }), false);
  const filters = encodeFilters(settled, false, () => keys) as JobFilters;
  return { settled, job: encodeInlineJob(settled, filters) };
};

function countTsv(counter: InlineCounter, text: Uint8Array, options: Partial<CountOptions>) {
  const segment = counter.count(text, encode(options).job);
  return segment?.toArray().map(({ key, count }) => `${key}\t${count}\n`).join("");
}

/** At most INLINE_BYTES of a text, cut between characters. */
function clip(text: string): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= INLINE_BYTES) return text;
  return new TextDecoder().decode(bytes.subarray(0, INLINE_BYTES - 4)).replace(/\ufffd+$/, "");
}

function drawOptions(random: Random): Partial<CountOptions> {
  const n = random.pick([1, 1, 1, 2, 3, 5]);
  return {
    tokenizer: random.pick(["unicode", "unicode", "whitespace", "ascii", "lines"] as const),
    case: random.pick(["fold", "preserve"] as const),
    normalization: random.pick(["none", "nfc"] as const),
    n,
    lineBound: n > 1 && random.pick([true, false]),
    minLength: random.pick([0, 0, 2]),
    maxLength: random.pick([0, 0, 9]),
    prefix: random.pick(["", "", "a"]),
  };
}

Deno.test("InlineCounter counts one text after the other as the oracle does, whatever its options", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const counter = new InlineCounter(module);
  for (let i = 0; i < CASES; i++) {
    const generate = random.pick(Object.values(GENERATORS));
    const text = clip(generate(random, random.pick([1, 30, 300, 2000, 9000])));
    const options = drawOptions(random);
    const { settled } = encode(options);
    const expected = countNaive(text, settled.tokenizer as OracleTokenizer, {
      case: settled.case as "fold" | "preserve",
      nfc: settled.normalization === "nfc",
      ngram: settled.n,
      lineBound: settled.lineBound,
      minChars: settled.minLength,
      maxChars: settled.maxLength,
      prefix: settled.prefix,
    });
    const about = `seed ${seed}, case ${i}: ${JSON.stringify({ options, text })}`;
    assertEquals(countTsv(counter, encoder.encode(text), options), formatTsv(expected), about);
    const { status, distinct, counted } = counter.outcome;
    assertEquals(status, OK, about);
    assertEquals(distinct, expected.size, about);
    assertEquals(counted, [...expected.values()].reduce((sum, each) => sum + each, 0), about);
  }
});

Deno.test("InlineCounter has room for any text of INLINE_BYTES", () => {
  const counter = new InlineCounter(module);
  const distinct = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(0x4e00 + i)).join("");
  const texts = ["a".repeat(INLINE_BYTES), "a ".repeat(INLINE_BYTES / 2), clip(distinct)];
  texts.push(Array.from({ length: 2700 }, (_, i) => i.toString(36)).join(" "));
  texts.push("\n".repeat(INLINE_BYTES));
  for (const text of texts.map(clip)) {
    for (const n of [1, 5]) {
      for (const tokenizer of ["unicode", "whitespace", "ascii", "lines"] as const) {
        const expected = formatTsv(countNaive(text, tokenizer, { case: "preserve", ngram: n }));
        const options = { tokenizer, n, case: "preserve" } as const;
        const about = `${tokenizer}, n=${n}, ${text.slice(0, 20)}`;
        assert(countTsv(counter, encoder.encode(text), options) === expected, about);
      }
    }
  }
});

Deno.test("InlineCounter says where a text is not UTF-8, and counts the next one", () => {
  const counter = new InlineCounter(module);
  const broken = new Uint8Array([0x61, 0x20, 0xff, 0x20, 0x62]);
  assertEquals(countTsv(counter, broken, { invalid: "reject" }), undefined);
  assertEquals(counter.outcome.status, INVALID_UTF8);
  assertEquals(counter.outcome.offset, 2);
  assertEquals(countTsv(counter, broken, { tokenizer: "whitespace" }), "a\t1\nb\t1\n\ufffd\t1\n");
  assertEquals(counter.outcome.replaced, 1);
  assertEquals(counter.outcome.tokens, 3);
});

Deno.test("InlineCounter leaves a job to others whose stop words have no room, and goes on", () => {
  const counter = new InlineCounter(module);
  const stopWords = Array.from({ length: 4 }, (_, i) => String(i).repeat(2 ** 20));
  const settled = settleOptions(createCountOptions({}), false);
  const packed = new Uint8Array(5 * 2 ** 20);
  const filters = { prefix: new Uint8Array(0), stopWords: packed, words: stopWords };
  assertEquals(counter.count(encoder.encode("a b"), encodeInlineJob(settled, filters)), undefined);
  assertEquals(counter.outcome.status, OUT_OF_PAGES);
  const stopped = { stopWords: ["the", "b"] };
  assertEquals(countTsv(counter, encoder.encode("the a B a"), stopped), "a\t2\n");
  const pairs = { stopWords: ["the"], n: 2 };
  assertEquals(countTsv(counter, encoder.encode("a b the a b"), pairs), "a b\t2\n");
});

Deno.test("InlineCounter shows nothing of the job before in the next", () => {
  const counter = new InlineCounter(module);
  const random = new Random(7);
  const text = encoder.encode(clip(anySoup(random, 4000)));
  const first = countTsv(counter, text, { n: 3 });
  for (let i = 0; i < 100; i++) {
    assertEquals(countTsv(counter, encoder.encode("a"), {}), "a\t1\n");
    assert(countTsv(counter, text, { n: 3 }) === first);
  }
});

import { assertEquals } from "@std/assert";
import { JOB_DISTINCT } from "../../assembly/layout.ts";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { brokenUtf8, GENERATORS } from "../support/oracle/generate_text.ts";
import {
  compareCounts,
  type JobOptions,
  KERNEL_BUILDS,
  KernelHarness,
} from "../support/kernel_harness.ts";
import {
  countNaive,
  decodeUtf8,
  type OracleTokenizer,
  tokenize,
} from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";

// Whole jobs with random options against the oracle: from bytes to ordered counts.

const JOBS = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 10;
const TOKENIZERS: OracleTokenizer[] = ["unicode", "whitespace", "ascii", "lines"];
const encoder = new TextEncoder();

function generateText(random: Random): Uint8Array {
  const size = random.pick([0, 5, 50, 400, 400, 3000]);
  if (random.oneIn(4)) return brokenUtf8(random, size);
  const generate = random.pick(Object.values(GENERATORS));
  return encoder.encode(generate(random, size));
}

/** Options as the oracle and the harness both understand them. */
function generateOptions(random: Random) {
  const rare = <T>(value: T): T | undefined => random.oneIn(5) ? value : undefined;
  return {
    tokenizer: random.pick(TOKENIZERS),
    case: random.pick(["fold", "preserve"] as const),
    nfc: random.oneIn(4),
    ngram: rare(random.between(2, 5)),
    lineBound: random.oneIn(4),
    minChars: rare(random.between(1, 4)),
    maxChars: rare(random.between(2, 9)),
    prefix: rare(random.pick(["a", "é", "ab", "\u0301"])),
    stopWords: random.oneIn(3)
      ? ["a", "b", "", "the", "é", "É", "中", "\u{1f468}", " ", "a b"]
      : undefined,
    stopAll: random.oneIn(3),
    keepCR: random.oneIn(4),
  };
}

/** Chunks that end where the text may be split; n-grams across chunks are not the kernel's. */
function split(random: Random, text: Uint8Array, options: JobOptions): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let rest = text;
  for (let i = random.below(5); i > 0 && !options.ngram; i--) {
    const tokenizer = options.tokenizer as OracleTokenizer;
    const at = lastSafeSplit(rest, random.below(rest.length + 1), tokenizer);
    if (at === 0) continue;
    chunks.push(rest.slice(0, at));
    rest = rest.subarray(at);
  }
  return [...chunks, rest.slice()];
}

/** As KernelHarness.run, but n-grams leave edge words in pages that only the host frees. */
function runJob(harness: KernelHarness, chunks: Uint8Array[], options: JobOptions) {
  if (!options.ngram) return harness.run(chunks, options);
  harness.open(options);
  for (const [i, chunk] of chunks.entries()) harness.map(chunk, i % options.workers!, i % 65);
  const counts = harness.reduce().toArray();
  return { counts, distinct: harness.get(JOB_DISTINCT), tokens: 0 };
}

function attempt<T>(note: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(note, { cause });
  }
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build}: ${JOBS} random jobs answer what the oracle does`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const harness = await KernelHarness.create(build, { textBytes: 1 << 20, seed });
    for (let i = 0; i < JOBS; i++) {
      const text = generateText(random);
      const options = generateOptions(random);
      const { tokenizer } = options;
      const chunks = split(random, text, options);
      const workers = random.between(1, 3);
      const partitionBits = random.below(3);
      const note = `MILLRACE_SEED=${seed}, job ${i}, ${JSON.stringify(options)}, ` +
        `${chunks.length} chunks, ${workers} workers: ${JSON.stringify(decodeUtf8(text))}`;

      const expected = [...countNaive(text, tokenizer, options)]
        .map(([key, count]) => ({ key, count }))
        .sort(compareCounts);
      const given = { ...options, workers, partitionBits };
      const answer = attempt(note, () => runJob(harness, chunks, given));
      assertEquals(answer.counts, expected, note);
      assertEquals(answer.distinct, expected.length, note);
      if (!options.ngram) {
        assertEquals(answer.tokens, tokenize(text, tokenizer, options).length, note);
      }
    }
  });
}

Deno.test("kernels count tokens whole that are longer than a sub-block", async () => {
  const harnesses = await Promise.all(
    KERNEL_BUILDS.map((build) => KernelHarness.create(build, { textBytes: 4 << 20 })),
  );
  for (const filler of ["x", "é", "中", "\u0301", " ", "\r", "a_1"]) {
    for (const bytes of [8191, 8192, 8193, 200_000]) {
      const giant = filler.repeat(bytes / encoder.encode(filler).length);
      const text = `one\n${giant}\r\n\n${giant} b\n${giant}`;
      for (const tokenizer of TOKENIZERS) {
        if (tokenizer === "unicode" && bytes > 10_000) continue; // the oracle takes too long
        const expected = countNaive(text, tokenizer);
        for (const harness of harnesses) {
          const note = `${tokenizer}, ${bytes} bytes of ${JSON.stringify(filler)}`;
          assertEquals(harness.count(text, { tokenizer }), expected, note);
        }
      }
    }
  }
});

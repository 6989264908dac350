import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { anySoup, asciiSoup, breakSoup, commonSoup } from "../support/oracle/generate_text.ts";
import { lineSoup, prose, spaceSoup, type TextGenerator } from "../support/oracle/generate_text.ts";
import { type OracleTokenizer, tokenize } from "../support/oracle/oracle.ts";
import { BUILDS, type Probe } from "../support/probe.ts";
import { freshSeed, Random } from "../support/random.ts";
import { compileScanners, type ScanExports, type Scanner, scanText } from "../support/scan.ts";

// Random texts against the oracle, in batches of cases that are joined by LF, which joins nothing:
// a batch is one call, and its words in their order prove every case. MILLRACE_FUZZ_CASES says
// how many cases there are in all, MILLRACE_SEED replays a run.

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000);
const BATCH = 500;

interface Target {
  scanner: Scanner;
  tokenizer: OracleTokenizer;
  /** How much of the cases it gets. */
  share: number;
  generators: TextGenerator[];
}

const TARGETS: Target[] = [
  {
    scanner: "Unicode",
    tokenizer: "unicode",
    share: 0.7,
    generators: [breakSoup, breakSoup, commonSoup, asciiSoup, anySoup, prose],
  },
  {
    scanner: "Whitespace",
    tokenizer: "whitespace",
    share: 0.1,
    generators: [spaceSoup, breakSoup, asciiSoup, prose],
  },
  {
    scanner: "Ascii",
    tokenizer: "ascii",
    share: 0.1,
    generators: [asciiSoup, commonSoup, prose],
  },
  { scanner: "Lines", tokenizer: "lines", share: 0.1, generators: [lineSoup, asciiSoup, prose] },
];

const encoder = new TextEncoder();

/** Up to 400 code points; most cases are short, for a short one fails as well as a long one. */
function generateCase(random: Random, generators: TextGenerator[]): string {
  return random.pick(generators)(random, random.pick([3, 6, 12, 25, 50, 50, 100, 400]));
}

function sameWords(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

/** Scans a text in chunks that end at the safe splits before some places. */
function scanChunks(
  probe: Probe<ScanExports>,
  { scanner, tokenizer }: Target,
  text: Uint8Array,
  ends: number[],
  alignment: number,
): string[] {
  const words: string[] = [];
  let from = 0;
  for (const end of [...ends, text.length]) {
    const rest = text.subarray(from, end);
    const split = end === text.length ? rest.length : lastSafeSplit(rest, rest.length, tokenizer);
    words.push(...scanText(probe, scanner, rest.subarray(0, split), { alignment }).words);
    from += split;
  }
  return words;
}

/** What to say of the first case of a batch that fails by itself, or of the batch if none does. */
function describe(
  probe: Probe<ScanExports>,
  { scanner, tokenizer }: Target,
  cases: string[],
  fold: boolean,
): string {
  const scanned = (text: string, alignment: number) =>
    scanText(probe, scanner, encoder.encode(text), { alignment, fold }).words;
  for (const text of cases) {
    for (let alignment = 0; alignment <= 64; alignment++) {
      const fails = (text: string) =>
        !sameWords(scanned(text, alignment), expectedWords(text, tokenizer, fold));
      if (!fails(text)) continue;
      const small = shrink(text, fails);
      const codePoints = [...small].map((char) => char.codePointAt(0)!.toString(16)).join(" ");
      return `code points ${codePoints} at alignment ${alignment}: ` +
        `${JSON.stringify(scanned(small, alignment))} ` +
        `is not ${JSON.stringify(expectedWords(small, tokenizer, fold))}`;
    }
  }
  return "only the whole batch fails";
}

/** Leaves out what a failure does not need. */
function shrink(text: string, fails: (text: string) => boolean): string {
  let chars = [...text];
  for (let part = chars.length >> 1; part >= 1; part >>= 1) {
    for (let at = 0; at < chars.length;) {
      const fewer = chars.toSpliced(at, part);
      if (fails(fewer.join(""))) chars = fewer;
      else at += part;
    }
  }
  return chars.join("");
}

function expectedWords(text: string, tokenizer: OracleTokenizer, fold: boolean): string[] {
  const lowered = fold ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
  return tokenize(lowered, tokenizer);
}

for (const target of TARGETS) {
  const cases = Math.ceil(CASES * target.share / BATCH) * BATCH;
  Deno.test(`scan${target.scanner}() agrees with the oracle in ${cases} random cases`, async () => {
    const probes = await Promise.all(BUILDS.map(compileScanners));
    const seed = freshSeed();
    const random = new Random(seed);
    for (let done = 0; done < cases; done += BATCH) {
      const texts = Array.from({ length: BATCH }, () => generateCase(random, target.generators));
      const joined = texts.join("\n");
      const bytes = encoder.encode(joined);
      const fold = random.oneIn(2);
      const alignment = random.below(65);
      const ends = Array.from({ length: 6 }, () => random.below(bytes.length)).sort((a, b) =>
        a - b
      );
      const expected = expectedWords(joined, target.tokenizer, fold);
      for (const [i, probe] of probes.entries()) {
        const note = `${BUILDS[i]}, MILLRACE_SEED=${seed}, batch at ${done}`;
        const { words } = scanText(probe, target.scanner, bytes, { alignment, fold });
        if (!sameWords(words, expected)) {
          throw new Error(`${note}: ${describe(probe, target, texts, fold)}`);
        }
        if (fold) continue;
        if (!sameWords(scanChunks(probe, target, bytes, ends, alignment), expected)) {
          throw new Error(`${note}: in chunks that end before ${ends}`);
        }
      }
    }
  });
}

import { assert, assertEquals } from "@std/assert";
import { compileRegex } from "../../../src/records/regex/compile_regex.ts";
import { BuildSteps } from "../../../src/records/regex/regex_limits.ts";
import { RegexError } from "../../../src/records/regex/regex_error.ts";
import type { Found, RegexTables } from "../../../src/records/regex/regex_tables.ts";
import { freshSeed, Random } from "../../support/random.ts";
import {
  randomFlatPattern,
  randomLongText,
  randomPattern,
  randomText,
} from "../../support/random_regex.ts";
import { RegexModule } from "../../support/regex_module.ts";

const PATTERNS = 600;
const TEXTS = 40;
const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text).length;

/**
 * What RegExp finds: its first group, or the whole match of a pattern without groups. It is asked at
 * each character in turn, since V8 finds empty matches between the two halves of one, too.
 */
function expected(pattern: RegExp, text: string): { isMatch: boolean; found: Found | null } {
  const sticky = new RegExp(pattern, `${pattern.flags}yd`);
  let at = 0;
  for (const character of [...text, ""]) {
    sticky.lastIndex = at;
    const match = sticky.exec(text);
    if (match) {
      const place = match.indices![match.length > 1 ? 1 : 0];
      const [start, end] = (place ?? []).map((index) => bytesOf(text.slice(0, index)));
      return { isMatch: true, found: place ? { start, end } : null };
    }
    at += character.length;
  }
  return { isMatch: false, found: null };
}

interface Case {
  readonly pattern: RegExp;
  readonly tables: RegexTables;
  readonly texts: readonly string[];
}

/** More than a request may take: so that few patterns are refused. */
const MOST_STEPS = 5_000_000;

/** Case is ignored by a flag there and by a modifier here: V8 fails some patterns with modifiers. */
function* cases(seed: number, patterns: number): Generator<Case> {
  const random = new Random(seed);
  let refused = 0;
  for (let i = 0; i < patterns; i++) {
    const isFlat = random.oneIn(3);
    const source = isFlat ? randomFlatPattern(random) : nestedPattern(random);
    const ignoresCase = random.oneIn(4);
    const texts = Array.from(
      { length: TEXTS },
      () => isFlat ? randomLongText(random) : randomText(random, random.below(14)),
    );
    try {
      const pattern = ignoresCase ? `(?i:${source})` : source;
      const tables = compileRegex(pattern, new BuildSteps(MOST_STEPS));
      yield { pattern: new RegExp(source, ignoresCase ? "iu" : "u"), tables, texts };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      refused++;
    }
  }
  assert(refused <= patterns / 20, `${refused} of ${patterns} patterns are too large`);
}

/** A name may stand in a pattern once. */
function nestedPattern(random: Random): string {
  let names = 0;
  return randomPattern(random).replaceAll("?<name>", () => `?<name${names++}>`);
}

Deno.test("compileRegex() finds what RegExp finds, on the host and in the kernel", async () => {
  const seed = freshSeed();
  const walkers = [
    await RegexModule.compile(["--enable", "simd"]),
    await RegexModule.compile([]),
  ];
  let matches = 0;
  for (const { pattern, tables, texts } of cases(seed, PATTERNS)) {
    for (const walker of walkers) walker.load(tables);
    for (const text of texts) {
      const { isMatch, found } = expected(pattern, text);
      const bytes = encoder.encode(text);
      const message = `seed ${seed}: ${pattern} on ${JSON.stringify(text)}`;
      for (const walker of [tables, ...walkers]) {
        assertEquals(walker.find(bytes), found, message);
        assertEquals(walker.test(bytes), isMatch, message);
      }
      if (found && found.end > found.start) matches++;
    }
  }
  assert(matches > PATTERNS, `only ${matches} cases match something`);
});

/** How many cases of a run differ from what RegExp says of the pattern's variant. */
function countDifferences(all: readonly Case[], variant: (pattern: RegExp) => RegExp): number {
  let differences = 0;
  for (const { pattern, tables, texts } of all) {
    const regex = variant(pattern);
    for (const text of texts) {
      const { found } = expected(regex, text);
      const ours = tables.find(encoder.encode(text));
      if (ours?.start !== found?.start || ours?.end !== found?.end) differences++;
    }
  }
  return differences;
}

Deno.test("the comparison with RegExp notices other rules", () => {
  const all = [...cases(1, 200)];
  const rewrite = (change: (source: string) => string) => ({ source, flags }: RegExp) =>
    new RegExp(change(source), flags);
  const variants: Record<string, (pattern: RegExp) => RegExp> = {
    "the other case": ({ source, flags }) => new RegExp(source, flags === "u" ? "iu" : "u"),
    "ends of lines": ({ source, flags }) => new RegExp(source, `${flags}m`),
    "line feeds": ({ source, flags }) => new RegExp(source, `${flags}s`),
    "the other laziness": rewrite((source) =>
      source.replace(/([*+]|\{\d,?\d?\})(\??)/g, (_, many, lazy) => many + (lazy ? "" : "?"))
    ),
    "the empty match": rewrite((source) => `(?:${source})?`),
    "the whole match": rewrite((source) => source.replace(/\((?!\?[:s])(\?<\w+>)?/g, "(?:")),
  };
  assertEquals(countDifferences(all, (pattern) => pattern), 0);
  for (const [name, variant] of Object.entries(variants)) {
    assert(countDifferences(all, variant) > 0, name);
  }
});

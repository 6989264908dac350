import { type Conflict, type ConflictRule, findFirst, findSaid } from "./conflict.ts";
import { defaultsOf, type Parameter, shorten } from "./parameters.ts";

/** Texts that are counted wherever they stand, in place of tokens. */
export interface PatternOptions {
  /** What `tokenizer=pattern` looks for, as it is. @default {[]} */
  patterns: readonly string[];
  /**
   * Which occurrences count: `all`, or those that overlap none further left, and of those that begin
   * at one place the longest. @default {"leftmostLongest"}
   */
  overlap: "all" | "leftmostLongest";
}

/** Every option of patterns, its default and its bounds: once. */
export const PATTERN_PARAMETERS = {
  patterns: {
    kind: "list",
    separator: "\n",
    maxItems: 10_000,
    maxChars: 1024,
    default: [],
    about: "Texts to look for, with `tokenizer=pattern`, a line each",
  },
  overlap: {
    kind: "choice",
    values: ["leftmostLongest", "all"],
    default: "leftmostLongest",
    about: "Which occurrences of `patterns` count where some overlap",
  },
} as const satisfies Record<keyof PatternOptions, Parameter>;

interface Options extends PatternOptions {
  tokenizer: string;
  case: string;
  normalization: string;
}

/** The automaton of more would not fit in the memory of threads. */
const MOST_BYTES = 2 ** 20;

const DEFAULTS = defaultsOf(PATTERN_PARAMETERS);

const RULES: readonly ConflictRule<[Options]>[] = [
  ({ patterns, tokenizer: value }) =>
    patterns.length === 0 && {
      parameter: "tokenizer",
      value,
      other: "patterns",
      reason: "there is nothing to look for; 'patterns' names it",
      allowed: "patterns=TEXT",
      lacks: "patterns",
    },
  ({ patterns }) =>
    refuse(patterns.find((each) => each.includes("\n")), {
      other: "tokenizer",
      reason: "it holds a line feed, and occurrences lie within a line",
      allowed: "texts without line feeds",
    }),
  ({ patterns, case: folding }) =>
    folding === "fold" && refuse(patterns.find(hasOtherCase), {
      other: "case",
      reason: "a letter of it that is not of ASCII has case; patterns fold those of ASCII alone",
      allowed: "case=preserve",
    }),
  ({ normalization: value }) =>
    value !== "none" && {
      parameter: "normalization",
      value,
      other: "tokenizer",
      reason: "tokenizer=pattern finds patterns in the text as it is",
      allowed: "none",
    },
  ({ patterns }) => {
    const encoder = new TextEncoder();
    const bytes = patterns.reduce((sum, each) => sum + encoder.encode(each).length, 0);
    return bytes > MOST_BYTES && {
      parameter: "patterns",
      value: bytes,
      other: "tokenizer",
      reason: `they have ${bytes} bytes, and the limit is ${MOST_BYTES}`,
      allowed: { most: MOST_BYTES },
    };
  },
];

/** An option that keeps patterns from being looked for, or is of no use without them. */
export function findPatternConflict(options: Options): Conflict | undefined {
  return options.tokenizer === "pattern" ? findFirst(RULES, options) : findWithoutPatterns(options);
}

function findWithoutPatterns(options: Options): Conflict | undefined {
  const parameter = findSaid(options, DEFAULTS);
  if (parameter === undefined) return undefined;
  const value = options[parameter];
  return {
    parameter,
    value: Array.isArray(value) ? value.slice(0, 1) : value,
    other: "tokenizer",
    reason: `tokenizer=${options.tokenizer} does not read it; only tokenizer=pattern does`,
    allowed: "tokenizer=pattern",
  };
}

function refuse(
  pattern: string | undefined,
  why: Pick<Conflict, "other" | "reason" | "allowed">,
): Conflict | undefined {
  return pattern === undefined
    ? undefined
    : { parameter: "patterns", value: shorten(pattern), ...why };
}

/** Whether a character beyond ASCII has an upper or a lower case. */
function hasOtherCase(pattern: string): boolean {
  const others = pattern.replace(/[\0-\x7f]+/g, "");
  return others.toLowerCase() !== others || others.toUpperCase() !== others;
}

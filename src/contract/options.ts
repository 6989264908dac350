import { APPROX_PARAMETERS, type ApproxOptions } from "./approx_options.ts";
import { GROUP_PARAMETERS, type GroupOptions } from "./group_options.ts";
import { findConflict } from "./option_conflicts.ts";
import { checkParameter, defaultsOf, type Parameter } from "./parameters.ts";
import { MOST_PARTS } from "./page_options.ts";
import { PATTERN_PARAMETERS, type PatternOptions } from "./pattern_options.ts";
import { RECORD_PARAMETERS, type RecordOptions } from "./record_options.ts";
import { STOP_CODES } from "./stop_languages.ts";
import { DEFAULT_LOCALE } from "./token_options.ts";

/** How a text is cut into tokens. */
export type Tokenizer =
  | "unicode"
  | "whitespace"
  | "ascii"
  | "lines"
  | "template"
  | "pattern"
  | "icu";

/** How rows stand: `count` and `value` are two names of one order, the largest first. */
export type Order = "count" | "value" | "key";

/** What a job counts, and in which order it answers. */
export interface CountOptions extends RecordOptions, PatternOptions, GroupOptions, ApproxOptions {
  /** What a token is. @default {"unicode"} */
  tokenizer: Tokenizer;
  /**
   * Whether keys that differ by case alone are one. `auto` preserves the case of lines, of words that
   * are tokens as they are and of what records hold, and folds every other. @default {"auto"}
   */
  case: "auto" | "fold" | "preserve";
  /** Whether keys are brought to a Unicode normal form. @default {"none"} */
  normalization: "none" | "nfc";
  /** Tokens per key, joined by one space. @default {1} */
  n: number;
  /** Whether keys of several tokens end at a line's end. @default {false} */
  lineBound: boolean;
  /** Whether a CR before the LF is part of a line, for the tokenizer `lines`. @default {false} */
  keepCR: boolean;
  /** How many keys to answer, the first in order; 0 for all. @default {100} */
  top: number;
  /** Least count of a key that is answered; values have none. @default {1} */
  min: number;
  /** Most count of a key that is answered, likewise; 0 for no bound. @default {0} */
  max: number;
  /**
   * `count` or `value`: the largest first, of the values where a kernel emits them and else of the
   * counts, and then by key. `key`: by key. Keys compare bytewise. @default {"count"}
   */
  order: Order;
  /**
   * How the keys of the result are divided, so that parts of several results can be joined alone.
   * `hash`: as the reduce does it, which no result shows. `range`: at the `borders`.
   * @default {"hash"}
   */
  partition: "hash" | "range";
  /**
   * The first key of every partition but the first one, for `partition=range`: in order, bytewise,
   * and as keys are, which nothing folds. @default {[]}
   */
  borders: readonly string[];
  /** Least code points in a key; 0 for no bound. @default {0} */
  minLength: number;
  /** Most code points in a key; 0 for no bound. @default {0} */
  maxLength: number;
  /** What every key must begin with, after folding. @default {""} */
  prefix: string;
  /** Languages whose stop words are left out. @default {[]} */
  stop: readonly string[];
  /** More stop words: tokens, or whole keys. They are compared folded. @default {[]} */
  stopWords: readonly string[];
  /** Whether n-grams that hold one are left out, or those of stop words alone. @default {"any"} */
  stopMode: "any" | "all";
  /** Words to take out of the lists that `stop` names. @default {[]} */
  keep: readonly string[];
  /** Whether invalid UTF-8 is read as U+FFFD or fails the job. @default {"replace"} */
  invalid: "replace" | "reject";
  /** Whether a leading byte order mark is skipped or is text. @default {"skip"} */
  bom: "skip" | "keep";
  /** Encoding of the input; `auto` is UTF-8 unless a byte order mark says UTF-16. @default {"auto"} */
  charset: string;
  /** Language of the `icu` tokenizer; no other reads it. @default {"en"} */
  locale: string;
}

/** How a request's body becomes text; counting never sees it. */
export interface BodyOptions {
  /** Whether an `application/x-www-form-urlencoded` body is a form. @default {"auto": if it looks like one} */
  form: "auto" | "true" | "false";
  /** Whether gzip, Zstandard and Brotli are undone where no Content-Encoding says so. @default {"none"} */
  decompress: "none" | "auto";
}

/** What a row may say beside its key and its count; of these, values have a rank alone. */
export type Column = "share" | "perMillion" | "rank";

/** What a response looks like; counting never sees it. */
export interface OutputOptions {
  /** What the answer is where the Accept header leaves it open. @default {"json"} */
  format: Format;
  /** Name of the file that a browser saves the answer as. @default {"": it shows the answer} */
  download: string;
  /** Whether rows are answered, or the totals of all keys and nothing else. @default {"all"} */
  only: "all" | "totals";
  /** What rows say beside key and count, in this order. @default {[]} */
  columns: readonly Column[];
  /** Whether CSV and TSV begin with a byte order mark, for spreadsheets. @default {false} */
  csvBom: boolean;
  /** Whether keys of CSV and TSV that spreadsheets would run are made text. @default {false} */
  csvSafe: boolean;
}

/** How an answer is written. */
export type Format = "json" | "ndjson" | "csv" | "tsv" | "arrow";

const U32_MAX = 2 ** 32 - 1;

/** Every counting option, its default and its bounds: once. */
export const COUNT_PARAMETERS = {
  tokenizer: {
    kind: "choice",
    values: ["unicode", "whitespace", "ascii", "lines", "template", "pattern", "icu"],
    default: "unicode",
    about: "What a token is",
  },
  case: {
    kind: "choice",
    values: ["auto", "fold", "preserve"],
    default: "auto",
    about: "`fold` counts keys that differ by case alone as one, by Unicode's full case folding",
  },
  normalization: {
    kind: "choice",
    values: ["none", "nfc"],
    default: "none",
    about: "`nfc` counts canonically equivalent keys as one",
  },
  n: {
    kind: "integer",
    least: 1,
    most: 5,
    default: 1,
    about: "Tokens per key (n-grams), joined by one space",
  },
  lineBound: {
    kind: "boolean",
    default: false,
    about: "Whether n-grams end at a line's end",
  },
  keepCR: {
    kind: "boolean",
    default: false,
    about: "Whether a CR before the LF is part of a line, with `tokenizer=lines`",
  },
  top: {
    kind: "integer",
    least: 0,
    most: U32_MAX,
    default: 100,
    about: "How many keys to answer, the first in order; `0` for all",
  },
  min: {
    kind: "integer",
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    default: 1,
    about: "Least count of a key that is answered; for counts alone",
  },
  max: {
    kind: "integer",
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    default: 0,
    about: "Most count of a key that is answered, likewise; `0` for no bound",
  },
  order: {
    kind: "choice",
    values: ["count", "value", "key"],
    default: "count",
    about: "`count` or `value`: the largest first, of the counts, or of the values that a kernel " +
      "emits, and then by key; `key`: by code point",
  },
  partition: {
    kind: "choice",
    values: ["hash", "range"],
    default: "hash",
    about: "How the result's keys are divided: at `borders`, or as the server likes",
  },
  borders: {
    kind: "list",
    maxItems: MOST_PARTS - 1,
    maxChars: 1024,
    default: [],
    about: "The first key of each partition but the first, in order, with `partition=range`",
  },
  minLength: {
    kind: "integer",
    least: 0,
    most: U32_MAX,
    default: 0,
    about: "Least code points in a key; `0` for no bound",
  },
  maxLength: {
    kind: "integer",
    least: 0,
    most: U32_MAX,
    default: 0,
    about: "Most code points in a key; `0` for no bound",
  },
  prefix: {
    kind: "text",
    maxChars: 1024,
    default: "",
    about: "What every key must begin with, folded and normalized as keys are",
  },
  stop: {
    kind: "list",
    values: STOP_CODES,
    maxItems: 8,
    default: [],
    about: "Leaves out the stop words of these languages",
  },
  stopWords: {
    kind: "list",
    maxItems: 10_000,
    default: [],
    about: "More stop words: tokens, or whole keys",
  },
  stopMode: {
    kind: "choice",
    values: ["any", "all"],
    default: "any",
    about: "Whether n-grams that hold a stop word are left out, or those of stop words alone",
  },
  keep: {
    kind: "list",
    maxItems: 10_000,
    default: [],
    about: "Takes these words out of the lists that `stop` names",
  },
  invalid: {
    kind: "choice",
    values: ["replace", "reject"],
    default: "replace",
    about: "Whether invalid UTF-8 is read as U+FFFD and its number reported, or refused with the " +
      "byte's offset",
  },
  bom: {
    kind: "choice",
    values: ["skip", "keep"],
    default: "skip",
    about: "Whether a leading byte order mark is skipped or is text",
  },
  charset: {
    kind: "charset",
    default: "auto",
    about: "Encoding of the body; `auto` is what its content type says, or else UTF-8",
  },
  locale: { kind: "locale", default: DEFAULT_LOCALE, about: "Language of the `icu` tokenizer" },
  ...RECORD_PARAMETERS,
  ...PATTERN_PARAMETERS,
  ...GROUP_PARAMETERS,
  ...APPROX_PARAMETERS,
} as const satisfies Record<keyof CountOptions, Parameter>;

/** Every option of bodies, likewise. */
export const BODY_PARAMETERS = {
  form: {
    kind: "choice",
    values: ["auto", "true", "false"],
    default: "auto",
    about: "Whether the body is a form, whose field `text` is the text",
  },
  decompress: {
    kind: "choice",
    values: ["none", "auto"],
    default: "none",
    about: "`auto` also decompresses bodies, parts and URLs that no header calls compressed",
  },
} as const satisfies Record<keyof BodyOptions, Parameter>;

/** Whether a request to count hands in many texts, likewise. */
export const EACH_PARAMETERS = {
  each: {
    kind: "boolean",
    default: false,
    about: "Whether the lines of the body are texts of their own, each of which gets an answer",
  },
} as const satisfies Record<string, Parameter>;

/** Every output option, likewise. */
export const OUTPUT_PARAMETERS = {
  format: {
    kind: "choice",
    values: ["json", "ndjson", "csv", "tsv", "arrow"],
    default: "json",
    about: "Form of the answer",
  },
  download: {
    kind: "text",
    maxChars: 255,
    default: "",
    about: "Name of the file that a browser saves the answer as",
  },
  only: {
    kind: "choice",
    values: ["all", "totals"],
    default: "all",
    about: "`totals` answers the number of distinct keys and the sums, and no key; as JSON",
  },
  columns: {
    kind: "list",
    values: ["share", "perMillion", "rank"],
    maxItems: 3,
    default: [],
    about: "What rows say beside key and count",
  },
  csvBom: {
    kind: "boolean",
    default: false,
    about: "Whether CSV and TSV begin with a byte order mark, for spreadsheets",
  },
  csvSafe: {
    kind: "boolean",
    default: false,
    about: "Whether keys of CSV and TSV that a spreadsheet would run are made text",
  },
} as const satisfies Record<keyof OutputOptions, Parameter>;

/** The counting options of a job that names none. */
export const DEFAULT_COUNT_OPTIONS: CountOptions = Object.freeze(
  defaultsOf(COUNT_PARAMETERS) as unknown as CountOptions,
);

/** Whether the largest count stands first, or the largest value where a kernel emits values. */
export function isLargestFirst(order: Order): boolean {
  return order !== "key";
}

/** How a body is read where nothing is said. */
export const DEFAULT_BODY_OPTIONS: BodyOptions = Object.freeze(
  defaultsOf(BODY_PARAMETERS) as unknown as BodyOptions,
);

/** What an answer looks like where nothing is said. */
export const DEFAULT_OUTPUT_OPTIONS: OutputOptions = Object.freeze(
  defaultsOf(OUTPUT_PARAMETERS) as unknown as OutputOptions,
);

/** Options that createCountOptions has made. */
const complete = new WeakSet<CountOptions>();

/**
 * Fills and checks what a program gives. What it has made it returns as it is, so that options
 * may be made once and used for many jobs.
 *
 * @example
 * ```ts
 * const options = createCountOptions({ tokenizer: "ascii", top: 10 });
 * ```
 * @throws {TypeError} If an option has no such name.
 * @throws {RangeError} If a value is not allowed.
 */
export function createCountOptions(given: Partial<CountOptions> = {}): CountOptions {
  if (complete.has(given as CountOptions)) return given as CountOptions;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(COUNT_PARAMETERS, name)) {
      throw new TypeError(`Cannot use option ${name}: there is no such option`);
    }
    checkParameter(name, COUNT_PARAMETERS[name as keyof CountOptions], value);
  }
  const options = completeCountOptions(given);
  const conflict = findConflict(options);
  if (!conflict) return options;
  throw new RangeError(`Cannot use option ${conflict.parameter}: ${conflict.reason}`);
}

/** Fills options that need no check: they were checked once, even if rules have changed since. */
export function completeCountOptions(given: Partial<CountOptions>): CountOptions {
  const options = Object.freeze({ ...DEFAULT_COUNT_OPTIONS, ...given });
  complete.add(options);
  return options;
}

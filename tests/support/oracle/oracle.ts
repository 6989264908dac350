import { compareCodePoints } from "./code_points.ts";
import { toNfc } from "./oracle_nfc.ts";
import { foldFull } from "./oracle_properties.ts";
import { unicodeWords } from "./oracle_unicode.ts";

// The naive oracle: every tokenizer, filter and order of the kernels again in plain TypeScript,
// slow and obviously right. Nothing here is shared with the code it judges.

export type OracleTokenizer = "unicode" | "whitespace" | "ascii" | "lines";

/** What the oracle counts. */
export interface OracleOptions {
  /** @default {"fold"} */
  case?: "fold" | "preserve";
  /** Normalize each token: NFC, then folding, then NFC again. @default {false} */
  nfc?: boolean;
  /** Tokens per key, joined by one space. @default {1} */
  ngram?: number;
  /** Whether a key never crosses a line feed. @default {false} */
  lineBound?: boolean;
  /** Least code points of a key; 0 for no bound. @default {0} */
  minChars?: number;
  /** Most code points of a key; 0 for no bound. @default {0} */
  maxChars?: number;
  /**
   * Stop words, as they look after folding; compared with what is folded, whatever the case of keys.
   * Keys that are one of them are left out, and n-grams that hold one. @default {[]}
   */
  stopWords?: Iterable<string>;
  /** Whether n-grams are left out only if each token is a stop word. @default {false} */
  stopAll?: boolean;
  /** Whether a CR before an LF is part of the line. @default {false} */
  keepCR?: boolean;
  /** What every key must begin with. @default {""} */
  prefix?: string;
}

/** Python's `str.isspace` set, at which `str.split()` splits; U+FEFF is not in it. */
// deno-fmt-ignore: in rows, as they belong together
export const WHITESPACE: readonly number[] = [
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680,
  0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];
const SPACES = new RegExp(`[${String.fromCodePoint(...WHITESPACE)}]+`);

/** Bytes as text, by the replacement rule of the Encoding standard; a BOM is text. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The tokens of a text in their order, as they stand in it. */
export function tokenize(
  text: string | Uint8Array,
  tokenizer: OracleTokenizer,
  { keepCR = false }: OracleOptions = {},
): string[] {
  const string = typeof text === "string" ? text.toWellFormed() : decodeUtf8(text);
  switch (tokenizer) {
    case "unicode":
      return unicodeWords(string);
    case "whitespace":
      return whitespaceWords(string);
    case "ascii":
      // An apostrophe is inside a word when it stands alone between letters or digits.
      return string.match(/[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*/g) ?? [];
    case "lines":
      return lines(string, keepCR);
  }
}

function whitespaceWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/**
 * The lines of a text: an LF ends a line, and a CR right before it belongs to the line's end. An
 * empty line is the empty key, as it is for `sort | uniq -c`; behind the last LF, only a line of
 * at least one byte counts.
 */
function lines(text: string, keepCR: boolean): string[] {
  const parts = text.split("\n");
  const last = parts.pop()!;
  const ended = keepCR
    ? parts
    : parts.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  return last === "" ? ended : [...ended, last];
}

/** The keys of a text, in order: tokens normalized and folded, joined to n-grams, filtered. */
export function keysOf(
  text: string | Uint8Array,
  tokenizer: OracleTokenizer,
  options: OracleOptions = {},
): string[] {
  const string = typeof text === "string" ? text : decodeUtf8(text);
  const spans = options.lineBound ? string.split("\n").map((line) => line + "\n") : [string];
  if (options.lineBound) spans.push(spans.pop()!.slice(0, -1));
  const finals = new Map<string, string>(); // most tokens come again
  const finalOf = (token: string) => {
    let final = finals.get(token);
    if (final === undefined) finals.set(token, final = finalToken(token, options));
    return final;
  };
  return spans
    .map((span) => tokenize(span, tokenizer, options).map(finalOf))
    .flatMap((tokens) => gramsOf(tokens, options.ngram ?? 1))
    .filter((gram) => !isStopped(gram, options))
    .map((gram) => gram.join(" "))
    .filter((key) => passes(key, options));
}

function gramsOf(tokens: string[], size: number): string[][] {
  const grams: string[][] = [];
  for (let at = 0; at + size <= tokens.length; at++) grams.push(tokens.slice(at, at + size));
  return grams;
}

/** Whether stop words leave an n-gram out: what they are compared with is folded. */
function isStopped(gram: string[], options: OracleOptions): boolean {
  const words = [...options.stopWords ?? []];
  if (words.length === 0) return false;
  const stops = (text: string) => words.includes(finalToken(text, { ...options, case: "fold" }));
  return stops(gram.join(" ")) || (options.stopAll ? gram.every(stops) : gram.some(stops));
}

function finalToken(token: string, options: OracleOptions): string {
  if (options.nfc) token = toNfc(token);
  if ((options.case ?? "fold") === "fold") token = foldFull(token);
  return options.nfc ? toNfc(token) : token;
}

function passes(key: string, { minChars, maxChars, prefix }: OracleOptions): boolean {
  if (minChars && [...key].length < minChars) return false;
  if (maxChars && [...key].length > maxChars) return false;
  return !prefix || key.startsWith(prefix);
}

/** How often each key occurs in a text. */
export function countNaive(
  text: string | Uint8Array,
  tokenizer: OracleTokenizer,
  options: OracleOptions = {},
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keysOf(text, tokenizer, options)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** `key TAB count` lines, by count descending and then by code point. */
export function formatTsv(counts: Map<string, number>): string {
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || compareCodePoints(a, b))
    .map(([key, count]) => `${key}\t${count}\n`).join("");
}

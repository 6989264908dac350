import { holdOddQuotes, QUOTE } from "./quotes.ts";
import type { SplitRule } from "./splitter.ts";
import { isSafeSplit, lastSafeSplit } from "./splitter_rules.ts";

// Where a text may be cut so that a user kernel finds the same records in the chunks as in the whole.
// Every chunk begins where a record begins, so a rule may read a chunk from its front.

const LF = 0x0a;
const CR = 0x0d;

const FIXED = /^fixed:([1-9][0-9]*)$/;

const RULES: Record<string, SplitRule> = {
  line: lastLineEnd,
  ndjson: lastLineEnd,
  word: (text, length) => lastSafeSplit(text, length, "whitespace"),
  chunk: (text, length) => lastLineEnd(text, length) || lastCharacterEnd(text, length),
  csv: lastRowEnd,
  paragraph: lastParagraphEnd,
};

/**
 * How a text of such records is cut.
 *
 * @param records As a kernel's manifest says.
 * @throws {RangeError} If there is no such kind of record.
 */
export function recordRule(records: string): SplitRule {
  const bytes = fixedBytes(records);
  if (bytes) return (_text, length) => length - length % bytes;
  if (Object.hasOwn(RULES, records)) return RULES[records];
  throw unknownRecords(records);
}

function unknownRecords(records: string): RangeError {
  return new RangeError(`Cannot use kernel: there are no records of kind ${records}`);
}

/** Whether a text may be cut somewhere, by the bytes around that place. */
type Finder = (text: Uint8Array, at: number) => boolean;

/** Where a record of a kind may begin. */
export interface RecordBorder {
  isBorder: Finder;
  /** Whether none begins between quotes: all quotes before a place tell whether it is there. */
  quotes?: boolean;
}

const behindLine: Finder = (text, at) => text[at - 1] === LF;

const BORDERS: Record<string, RecordBorder> = {
  line: { isBorder: behindLine },
  ndjson: { isBorder: behindLine },
  word: { isBorder: (text, at) => isSafeSplit(text, at, "whitespace") },
  chunk: { isBorder: behindLine },
  csv: { isBorder: behindLine, quotes: true },
  paragraph: { isBorder: beginsParagraph },
};

/**
 * What tells in the middle of a text where one of its records begins, from no more of the text than
 * SPLIT_CONTEXT says.
 *
 * @param records Of no fixed length, which says it else.
 * @throws {RangeError} If there is no such kind of record.
 */
export function recordBorder(records: string): RecordBorder {
  if (Object.hasOwn(BORDERS, records)) return BORDERS[records];
  throw unknownRecords(records);
}

/** How long each record is; undefined for a kind of any length. */
export function fixedBytes(records: string): number | undefined {
  const digits = FIXED.exec(records)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether records end at each line's end at the latest, so that short texts may share a chunk. */
export function endsWithLines(records: string): boolean {
  return records === "line" || records === "ndjson" || records === "word";
}

function lastLineEnd(text: Uint8Array, length: number): number {
  return length === 0 ? 0 : text.lastIndexOf(LF, length - 1) + 1;
}

/** Splits before the last character that begins within the length, unless it is the first. */
function lastCharacterEnd(text: Uint8Array, length: number): number {
  let split = length;
  // What follows may belong to the last character, so that one goes to the next chunk.
  do split--; while (split > 0 && (text[split] & 0xc0) === 0x80);
  return split;
}

/**
 * Splits behind the last line end that stands in no quotes (RFC 4180). Each quote opens or closes: a
 * doubled one does both. So a line end stands in quotes if the number of quotes before it is odd.
 */
function lastRowEnd(text: Uint8Array, length: number): number {
  let quoted = holdOddQuotes(text, length);
  let end = length;
  for (let split = lastLineEnd(text, end); split > 0; split = lastLineEnd(text, end)) {
    for (let at = split; at < end; at++) if (text[at] === QUOTE) quoted = !quoted;
    if (!quoted) return split;
    end = split - 1;
  }
  return 0;
}

/** Splits behind the blank lines of the last paragraph of which the next one's begin is seen. */
function lastParagraphEnd(text: Uint8Array, length: number): number {
  let split = length - 1;
  while (split > 0 && !beginsParagraph(text, split)) split--;
  return Math.max(split, 0);
}

function beginsParagraph(text: Uint8Array, at: number): boolean {
  const next = text[at];
  return text[at - 1] === LF && next !== LF && next !== CR && isBlank(text, at - 1);
}

/** Whether the line that ends with the line feed at `at` is empty. */
function isBlank(text: Uint8Array, at: number): boolean {
  const before = text[at - 1] === CR ? at - 2 : at - 1;
  return before >= 0 && text[before] === LF;
}

import type { KernelManifest } from "../contract/kernel_manifest.ts";
import type { CountOptions } from "../contract/options.ts";
import { readQuestion } from "../contract/record_question.ts";
import { QUOTE } from "./quotes.ts";
import { fixedBytes, recordBorder } from "./record_rules.ts";
import { isSafeSplit, SPLIT_CONTEXT } from "./splitter_rules.ts";

// The split rule. A text of which any range can be read is counted in splits, by whoever may be where:
// the nominal borders are any offsets, such as the multiples of a size. The real border of one is found
// from the bytes around it alone, so that those who count its two sides find the same one, and tell
// each other nothing. Each byte is counted once, and no token, record or line is cut.
//
// In CSV a border depends on whether its nominal one stands between quotes as well, which all quotes
// before it tell. Whoever looks for it is told, or takes it that it does not until that is known
// (Ge et al., Speculative Distributed CSV Data Parsing for Big Data Analytics, 2019).

/** A text of which any range can be read, and which does not change meanwhile. */
export interface RangedSource {
  readonly bytes: number;
  /** The bytes of [from, to), which are there. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** What tells where a text may be cut. */
export interface BorderRule {
  /**
   * Whether a border may be at `at`, by the bytes around it, of which there are as many as
   * SPLIT_CONTEXT says, but at the text's end.
   */
  isBorder(bytes: Uint8Array, at: number): boolean;
  /** The bytes of each record, where they tell all. */
  recordBytes?: number;
  /** Whether no border is between quotes. */
  quotes?: boolean;
  /** Whether the first record of the text names the columns of the others. */
  header?: boolean;
}

/**
 * The rule for a text in UTF-8.
 *
 * Compressed texts and those of other charsets cannot be split, which judgeText tells by the
 * beginning, once for all splits; nor can lists of words.
 *
 * @param kernel What makes the keys, where options do not say it.
 * @throws {RangeError} If there are no such records.
 */
export function borderRule(
  options: CountOptions,
  kernel?: Pick<KernelManifest, "records">,
): BorderRule {
  const { records, header } = kernel ? { records: kernel.records } : askedOf(options);
  if (records === undefined) {
    const { tokenizer, n, lineBound } = options;
    return { isBorder: (bytes, at) => isSafeSplit(bytes, at, tokenizer, n > 1 && lineBound) };
  }
  const recordBytes = fixedBytes(records);
  if (recordBytes !== undefined) return { isBorder: () => false, recordBytes };
  return { ...recordBorder(records), header };
}

function askedOf(options: CountOptions): { records?: string; header?: boolean } {
  return readQuestion(options) ?? {};
}

/** Bytes of a byte order mark: no border is among them. */
const MARK_BYTES = 3;
/** Bytes that are read at first; most borders are among them. */
const FIRST_WINDOW_BYTES = 4096;
const MOST_WINDOW_BYTES = 1024 * 1024;

/** How a border is looked for. */
export interface BorderSearch {
  /** Bytes of the mark before the text, as `judgeText` gives them. @default {0} */
  markBytes?: number;
  /** @default {4 KiB} */
  windowBytes?: number;
  /** Whether the nominal border stands between quotes, where the rule asks for that. */
  isQuoted?: boolean;
}

/**
 * The real border of a nominal one: the smallest at it or behind it, or the text's end if there is
 * none. The window in which it is looked for grows and moves on, at flat memory; how large it is
 * changes no border.
 */
export async function findBorder(
  source: RangedSource,
  nominal: number,
  { isBorder, recordBytes, quotes = false }: BorderRule,
  { markBytes = 0, windowBytes = FIRST_WINDOW_BYTES, isQuoted = false }: BorderSearch = {},
): Promise<number> {
  const { bytes: size } = source;
  if (nominal >= size) return size;
  if (nominal <= MARK_BYTES) return 0;
  if (recordBytes !== undefined) {
    const record = Math.ceil((nominal - markBytes) / recordBytes);
    return Math.min(markBytes + record * recordBytes, size);
  }
  const { before, behind } = SPLIT_CONTEXT;
  let quoted = quotes && isQuoted;
  for (let from = nominal, window = windowBytes; from < size;) {
    const end = Math.min(from + window + behind, size);
    const start = from - before;
    const bytes = await source.read(start, end);
    const known = end === size ? size : end - behind;
    for (; from < known; from++) {
      if (!quoted && isBorder(bytes, from - start)) return from;
      if (quotes && bytes[from - start] === QUOTE) quoted = !quoted;
    }
    window = Math.max(window, Math.min(window * 2, MOST_WINDOW_BYTES));
  }
  return size;
}

/** A part of a text that is counted by itself. */
export interface Split {
  from: number;
  /** The offset behind it. A split that ends where it begins has nothing to count. */
  to: number;
}

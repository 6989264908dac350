import type { Tokenizer } from "../contract/options.ts";

// A split at p is safe when the tokens of [0, p) and of [p, end) are those of the whole text,
// whatever follows. Every rule looks at the byte before p or at the byte behind it, and at none
// that could be inside a UTF-8 sequence: ASCII and lead bytes always begin a new one, also where
// the text is not well-formed.

const AFTER = 1; // a split is safe behind this byte
const BEFORE = 2; // a split is safe in front of this byte
const BEFORE_WIDE = 4; // a split is safe in front of this byte when it begins wide whitespace
const FIRST_SPACE = 8; // a split is safe in front of this space when no space stands before it

const LF = 0x0a;
const SPACE = 0x20;

type Rules = Uint8Array;

function createRules(...sets: [flag: number, bytes: Iterable<number>][]): Rules {
  const rules = new Uint8Array(256);
  for (const [flag, bytes] of sets) for (const byte of bytes) rules[byte] |= flag;
  return rules;
}

function* range(first: number, last: number): Generator<number> {
  for (let byte = first; byte <= last; byte++) yield byte;
}

const codes = (text: string) => [...text].map((char) => char.charCodeAt(0));
const NEWLINES = codes("\n\v\f\r");
const ASCII_SPACE = [...range(0x09, 0x0d), ...range(0x1c, 0x20)];

/**
 * ASCII that joins nothing on its left: controls, and punctuation of Word_Break=Other that is not
 * Extended_Pictographic (a pictograph joins a ZWJ). It holds no . , : ; ' " and no _.
 */
const UNICODE_SEPARATORS = [
  ...range(0x00, 0x1f),
  ...codes("!#$%&()*+-/<=>?@[\\]^`{|}~\x7f"),
];
/** Lead bytes of U+4000-9FFF, all of which are Other as well: ideographs and hexagrams. */
const IDEOGRAPH_LEADS = [...range(0xe4, 0xe9)];

const ASCII_SEPARATORS = [...range(0x00, 0x7f)].filter((byte) =>
  !/[A-Za-z0-9']/.test(String.fromCharCode(byte))
);
const LEADS = [...range(0xc2, 0xf4)];

const RULES: Record<Tokenizer, Rules> = {
  unicode: createRules(
    [AFTER, NEWLINES],
    [BEFORE, UNICODE_SEPARATORS],
    [BEFORE, IDEOGRAPH_LEADS],
    [FIRST_SPACE, [SPACE]],
  ),
  whitespace: createRules(
    [AFTER, ASCII_SPACE],
    [BEFORE, ASCII_SPACE],
    [BEFORE_WIDE, [0xc2, 0xe2, 0xe3]],
  ),
  ascii: createRules([AFTER, ASCII_SEPARATORS], [BEFORE, ASCII_SEPARATORS], [BEFORE, LEADS]),
  lines: createRules([AFTER, [LF]]),
  template: createRules([AFTER, [LF]]),
  pattern: createRules([AFTER, [LF]]),
  // Dictionaries see no further than a space, and segmenters may be tailored elsewhere.
  icu: createRules([AFTER, [LF]], [BEFORE, [LF]], [FIRST_SPACE, [SPACE]]),
};

/**
 * The largest safe split in (0, length], or 0 when there is none.
 *
 * It looks backwards from the end, so that it costs as many steps as the last token has bytes.
 *
 * @param lineBound Whether keys of several tokens end at a line's end: then splits must, too.
 *
 * @example
 * ```ts
 * const text = new TextEncoder().encode("one two thr");
 * lastSafeSplit(text, text.length, "unicode"); // 7: before " thr"
 * ```
 */
export function lastSafeSplit(
  bytes: Uint8Array,
  length: number,
  tokenizer: Tokenizer,
  lineBound = false,
): number {
  if (length === 0) return 0; // lastIndexOf would count -1 from the end
  if (lineBound || tokenizer === "lines") return bytes.lastIndexOf(LF, length - 1) + 1;
  const rules = RULES[tokenizer];
  for (let split = length; split > 0; split--) {
    if (isSafe(bytes, split, length, rules)) return split;
  }
  return 0;
}

/** How many bytes before and behind a split `isSafeSplit` looks at. */
export const SPLIT_CONTEXT = { before: 3, behind: 3 } as const;

/**
 * Whether a split at `at` is safe, in which `lastSafeSplit` may look for the last one.
 *
 * @param at Not at the beginning of the text, of which the bytes around it are there as far as
 * SPLIT_CONTEXT says.
 */
export function isSafeSplit(
  bytes: Uint8Array,
  at: number,
  tokenizer: Tokenizer,
  lineBound = false,
): boolean {
  if (lineBound || tokenizer === "lines") return bytes[at - 1] === LF;
  return isSafe(bytes, at, bytes.length, RULES[tokenizer]);
}

/** @param length Bytes that are known: nothing is, of the byte that stands there. */
function isSafe(bytes: Uint8Array, at: number, length: number, rules: Rules): boolean {
  if (rules[bytes[at - 1]] & AFTER) return true;
  const behind = at < length ? rules[bytes[at]] : 0;
  if (behind & BEFORE) return true;
  if (behind & BEFORE_WIDE && beginsWideSpace(bytes, at, length)) return true;
  return (behind & FIRST_SPACE) !== 0 && !endsWithSpace(bytes, at);
}

/** Whether U+0085, U+00A0, one of U+2000-200A, U+2028, U+2029 or U+3000 stands whole at `at`. */
function beginsWideSpace(bytes: Uint8Array, at: number, length: number): boolean {
  const second = bytes[at + 1];
  if (bytes[at] === 0xc2) return at + 1 < length && (second === 0x85 || second === 0xa0);
  if (at + 2 >= length || second !== 0x80) return false;
  const third = bytes[at + 2];
  if (bytes[at] === 0xe3) return third === 0x80;
  return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9;
}

/**
 * Whether the character before `at` is of Word_Break=WSegSpace, at least for all that this can
 * tell from two bytes. A row of such spaces is one segment, and is a word, odd as that is, when a
 * mark that is Alphabetic follows it.
 */
function endsWithSpace(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at - 1];
  if (last < 0x80) return last === SPACE;
  if (last > 0x8a && last !== 0x9f) return false; // U+1680, U+2000-200A, U+205F, U+3000
  return at >= 3 && bytes[at - 3] >= 0xe1 && bytes[at - 3] <= 0xe3;
}

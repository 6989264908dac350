import { isPictographic, isWordLike, type WordBreak, wordBreakOf } from "./oracle_properties.ts";

/**
 * Offsets (in code points, 0 and the end included) at which UAX #29 breaks a text into words.
 * It follows the rules WB1 to WB999 one by one, each decided alone from what stands around the
 * position, so that it reads like the standard.
 */
export function wordBoundaries(codePoints: readonly number[]): number[] {
  if (codePoints.length === 0) return []; // WB1, WB2: only a text that is not empty has them
  const breaks = codePoints.map(wordBreakOf);
  const boundaries = [0]; // WB1
  for (let at = 1; at < codePoints.length; at++) {
    if (breaksAt(at, breaks, codePoints)) boundaries.push(at);
  }
  boundaries.push(codePoints.length); // WB2
  return boundaries;
}

const isNewline = (c: WordBreak) => c === "Newline" || c === "CR" || c === "LF";
const isIgnored = (c: WordBreak) => c === "Extend" || c === "Format" || c === "ZWJ";
const isAHLetter = (c?: WordBreak) => c === "ALetter" || c === "Hebrew_Letter";
const isMidNumLetQ = (c?: WordBreak) => c === "MidNumLet" || c === "Single_Quote";

function breaksAt(at: number, breaks: WordBreak[], codePoints: readonly number[]): boolean {
  const before = breaks[at - 1];
  const after = breaks[at];
  if (before === "CR" && after === "LF") return false; // WB3
  if (isNewline(before)) return true; // WB3a
  if (isNewline(after)) return true; // WB3b
  if (before === "ZWJ" && isPictographic(codePoints[at])) return false; // WB3c
  if (before === "WSegSpace" && after === "WSegSpace") return false; // WB3d
  if (isIgnored(after)) return false; // WB4

  // From here on, WB4 makes every rule see through Extend, Format and ZWJ.
  const leftAt = skipLeft(at - 1, breaks);
  const left = breaks[leftAt];
  const left2 = breaks[skipLeft(leftAt - 1, breaks)];
  const right = after;
  const right2 = breaks[skipRight(at + 1, breaks)];

  if (isAHLetter(left) && isAHLetter(right)) return false; // WB5
  const midLetter = (c?: WordBreak) => c === "MidLetter" || isMidNumLetQ(c);
  if (isAHLetter(left) && midLetter(right) && isAHLetter(right2)) return false; // WB6
  if (isAHLetter(left2) && midLetter(left) && isAHLetter(right)) return false; // WB7
  if (left === "Hebrew_Letter" && right === "Single_Quote") return false; // WB7a
  if (left === "Hebrew_Letter" && right === "Double_Quote" && right2 === "Hebrew_Letter") {
    return false; // WB7b
  }
  if (left2 === "Hebrew_Letter" && left === "Double_Quote" && right === "Hebrew_Letter") {
    return false; // WB7c
  }
  if (left === "Numeric" && right === "Numeric") return false; // WB8
  if (isAHLetter(left) && right === "Numeric") return false; // WB9
  if (left === "Numeric" && isAHLetter(right)) return false; // WB10
  const midNum = (c?: WordBreak) => c === "MidNum" || isMidNumLetQ(c);
  if (left2 === "Numeric" && midNum(left) && right === "Numeric") return false; // WB11
  if (left === "Numeric" && midNum(right) && right2 === "Numeric") return false; // WB12
  if (left === "Katakana" && right === "Katakana") return false; // WB13
  const joinsLow = (c?: WordBreak) => isAHLetter(c) || c === "Numeric" || c === "Katakana";
  if ((joinsLow(left) || left === "ExtendNumLet") && right === "ExtendNumLet") return false; // WB13a
  if (left === "ExtendNumLet" && joinsLow(right)) return false; // WB13b
  if (left === "Regional_Indicator" && right === "Regional_Indicator") {
    return indicatorsUpTo(leftAt, breaks) % 2 === 0; // WB15, WB16
  }
  return true; // WB999
}

/** Index of the nearest character at or before `at` that WB4 does not ignore; -1 if none. */
function skipLeft(at: number, breaks: WordBreak[]): number {
  while (at >= 0 && isIgnored(breaks[at])) at--;
  return at;
}

/** Index of the nearest character at or after `at` that WB4 does not ignore. */
function skipRight(at: number, breaks: WordBreak[]): number {
  while (at < breaks.length && isIgnored(breaks[at])) at++;
  return at;
}

/** How many regional indicators stand in an unbroken row that ends at `at`. */
function indicatorsUpTo(at: number, breaks: WordBreak[]): number {
  let count = 0;
  while (at >= 0 && breaks[at] === "Regional_Indicator") {
    count++;
    at = skipLeft(at - 1, breaks);
  }
  return count;
}

/** The segments of a text that hold an Alphabetic or N* code point. */
export function unicodeWords(text: string): string[] {
  const codePoints = [...text].map((char) => char.codePointAt(0)!);
  const boundaries = wordBoundaries(codePoints);
  const words: string[] = [];
  for (let i = 1; i < boundaries.length; i++) {
    const segment = codePoints.slice(boundaries[i - 1], boundaries[i]);
    if (segment.some(isWordLike)) words.push(String.fromCodePoint(...segment));
  }
  return words;
}

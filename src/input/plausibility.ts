import { isCommon } from "./common_characters.ts";

/** Control characters that texts hold: BEL to CR, and SUB to US. */
const TEXT_CONTROLS = String.raw`\x07-\x0d\x1a-\x1f`;
/** What no text of the world holds: other controls, what is not assigned, and private use. */
const NO_TEXT = new RegExp(
  String.raw`(?![${TEXT_CONTROLS}\x85])[\p{Cc}\p{Cn}\p{Co}\u2061-\u2065\u206a-\u206f]`,
  "u",
);

/** Blocks (the code point's upper bits) that every script mixes with: ASCII, and punctuation. */
const ANY_SCRIPT = 0;
const BLOCK_BITS = 8;

/** How much bytes look like a text when they are read in some encoding; all numbers are 0 to 1. */
export interface Plausibility {
  /** Everyday characters beyond the blocks of alphabets and of symbols. */
  wide: number;
  /** Everyday characters, without those that stand beside one of another script. */
  score: number;
}

/** Whether every character is one that texts hold. */
export function isSense(text: string): boolean {
  return !NO_TEXT.test(text);
}

/** Weighs a text that is not empty. Bytes that are no text become rare letters of all scripts. */
export function weighText(text: string): Plausibility {
  let characters = 0;
  let common = 0;
  let wide = 0;
  let changes = 0;
  let last: string | number = ANY_SCRIPT;
  for (const character of text) {
    characters++;
    const script = scriptOf(character);
    if (script === undefined) continue;
    common++;
    if (character >= "\u3000") wide++;
    if (script === ANY_SCRIPT) continue;
    if (last !== ANY_SCRIPT && script !== last) changes++;
    last = script;
  }
  return { wide: wide / characters, score: (common - changes) / characters };
}

/** The script of a common character, roughly; undefined for a rare one. */
function scriptOf(character: string): string | number | undefined {
  const point = character.codePointAt(0)!;
  if (point < 0x80) return ANY_SCRIPT;
  if (point < 0x2000) return point >> BLOCK_BITS;
  if (point < 0x2c00 || (point >= 0x3000 && point < 0x3040)) return ANY_SCRIPT;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u.test(character)) return "cjk";
  if (/[\p{Script=Han}]/u.test(character)) return isCommon(character) ? "cjk" : undefined;
  if (/[\p{Script=Hangul}]/u.test(character)) return isCommon(character) ? "hangul" : undefined;
  if ((point >= 0xfe00 && point < 0xfe10) || (point >= 0xff00 && point < 0xfff0)) return ANY_SCRIPT;
  return point < 0x10000 ? undefined : "astral";
}

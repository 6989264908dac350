import { type CodePoints, complement, contains, union } from "./code_points.ts";

const PLANE = 0x10000;
const PLANES = 17;
/** Halves of characters: UTF-8 has none. */
const SURROGATES = [0xd800, 0xdfff] as const;

const DIGITS: CodePoints = [[0x30, 0x39]];
const WORD: CodePoints = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const LINE_ENDS: CodePoints = [[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]];

/** Sets by escape, at first those that the standard lists. */
const sets = new Map<string, CodePoints>([
  ["\\d", DIGITS],
  ["\\D", complement(DIGITS)],
  ["\\w", WORD],
  ["\\W", complement(WORD)],
  [".", complement(LINE_ENDS)],
]);
let orbits: readonly (readonly number[])[] | undefined;

/**
 * The code points that an escape such as `\p{Letter}` or `\s` stands for, as the engine that runs
 * this has them: its RegExp with flag `u` is asked once per escape, so that both agree in all
 * versions of Unicode.
 *
 * @param escape One that is known to be right: there are some thousand of them.
 */
export function escapeSet(escape: string): CodePoints {
  let set = sets.get(escape);
  if (!set) sets.set(escape, set = scan(escape));
  return set;
}

function scan(escape: string): CodePoints {
  const runs = new RegExp(`${escape}+`, "gu");
  const found: [number, number][] = [];
  for (let plane = 0; plane < PLANES; plane++) {
    for (const { start, text } of textsOf(plane)) {
      const unitsEach = start < PLANE ? 1 : 2;
      for (const { 0: run, index } of text.matchAll(runs)) {
        const first = start + index / unitsEach;
        found.push([first, first + run.length / unitsEach - 1]);
      }
    }
  }
  return union(found);
}

/** The code points of a plane in a row, but for surrogates. */
function textsOf(plane: number): { start: number; text: string }[] {
  const first = plane * PLANE;
  const last = first + PLANE - 1;
  if (plane > 0) return [{ start: first, text: textOf(first, last) }];
  return [
    { start: first, text: textOf(first, SURROGATES[0] - 1) },
    { start: SURROGATES[1] + 1, text: textOf(SURROGATES[1] + 1, last) },
  ];
}

function textOf(first: number, last: number): string {
  const parts: string[] = [];
  for (let at = first; at <= last; at += 0x1000) {
    const length = Math.min(0x1000, last - at + 1);
    parts.push(String.fromCodePoint(...Array.from({ length }, (_, i) => at + i)));
  }
  return parts.join("");
}

/** The set with every code point that RegExp with flags `iu` takes for one of it. */
export function ignoreCase(set: CodePoints): CodePoints {
  orbits ??= findOrbits();
  const more = orbits.filter((orbit) => orbit.some((codePoint) => contains(set, codePoint)));
  return union(set, more.flat().map((codePoint) => [codePoint, codePoint] as const));
}

/**
 * Code points that are one without regard to case. Those of an orbit have one form when they are made
 * large and small in turn, so that few pairs are left to ask RegExp about.
 */
function findOrbits(): number[][] {
  const byForm = new Map<string, number[]>();
  for (const [first, last] of escapeSet("[\\p{Changes_When_Casemapped}\\p{CWCF}]")) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      const form = String.fromCodePoint(codePoint).toLowerCase().toUpperCase().toLowerCase();
      const same = byForm.get(form);
      if (same) same.push(codePoint);
      else byForm.set(form, [codePoint]);
    }
  }
  return [...byForm.values()].flatMap(splitBySimpleFolding).filter(({ length }) => length > 1);
}

function splitBySimpleFolding(codePoints: readonly number[]): number[][] {
  const parts: number[][] = [];
  for (const codePoint of codePoints) {
    const pattern = new RegExp(`^\\u{${codePoint.toString(16)}}$`, "iu");
    const part = parts.find(([first]) => pattern.test(String.fromCodePoint(first)));
    if (part) part.push(codePoint);
    else parts.push([codePoint]);
  }
  return parts;
}

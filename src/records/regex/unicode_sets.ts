import {
  type CodePoints,
  complement,
  contains,
  membersOf,
  SURROGATES,
  union,
  WORD,
} from "./code_points.ts";
import type { BuildSteps } from "./regex_limits.ts";

const PLANE = 0x10000;
/** Planes of which some characters are assigned. */
const MIXED_PLANES = [0, 1, 2, 3, 14];
/** All others have characters of one kind, unassigned or private, and no characters in the last two places. */
const EVEN_PLANES = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16];
const NO_CHARACTERS = 0xfffe;

const DIGITS: CodePoints = [[0x30, 0x39]];
const LINE_ENDS: CodePoints = [[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]];
const SPACES: CodePoints = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** Sets by escape, at first those that the standard lists. */
const sets = new Map<string, CodePoints>([
  ["\\d", DIGITS],
  ["\\D", complement(DIGITS)],
  ["\\w", WORD],
  ["\\W", complement(WORD)],
  ["\\s", SPACES],
  ["\\S", complement(SPACES)],
  [".", complement(LINE_ENDS)],
]);
/** Those that are no matter of any Unicode. */
const LISTED: ReadonlySet<string> = new Set(sets.keys());
/** By code point: those that are one without regard to case. */
let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/**
 * The code points that an escape such as `\p{Letter}` stands for, as the engine that runs
 * this has them: its RegExp with flag `u` is asked once per escape, so that both agree in all
 * versions of Unicode.
 *
 * @param escape One that is known to be right: there are some thousand of them.
 * @throws {RegexError} If the steps do not suffice.
 */
export function escapeSet(escape: string, steps: BuildSteps): CodePoints {
  if (!LISTED.has(escape)) steps.takeScan(escape);
  let set = sets.get(escape);
  if (!set) sets.set(escape, set = scan(escape));
  return set;
}

function scan(escape: string): CodePoints {
  const runs = new RegExp(`${escape}+`, "gu");
  const found: [number, number][] = [];
  for (const plane of MIXED_PLANES) {
    for (const { start, text } of textsOf(plane)) {
      const unitsEach = start < PLANE ? 1 : 2;
      for (const { 0: run, index } of text.matchAll(runs)) {
        const first = start + index / unitsEach;
        found.push([first, first + run.length / unitsEach - 1]);
      }
    }
  }
  const one = new RegExp(`^${escape}$`, "u");
  for (const plane of EVEN_PLANES) {
    const first = plane * PLANE;
    const [end, last] = [first + NO_CHARACTERS, first + PLANE - 1];
    if (one.test(String.fromCodePoint(first))) found.push([first, end - 1]);
    if (one.test(String.fromCodePoint(end))) found.push([end, last]);
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

/**
 * The set with every code point that RegExp with flags `iu` takes for one of it.
 *
 * @throws {RegexError} If the steps do not suffice.
 */
export function ignoreCase(set: CodePoints, steps: BuildSteps): CodePoints {
  orbits ??= new Map(findOrbits().flatMap((orbit) => orbit.map((one) => [one, orbit])));
  const size = set.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  steps.takeCase(size);
  const found = size < orbits.size
    ? membersOf(set)
    : orbits.keys().filter((one) => contains(set, one));
  const more = [...found].flatMap((one) => orbits!.get(one) ?? []);
  return union(set, more.map((codePoint) => [codePoint, codePoint] as const));
}

/**
 * Code points that are one without regard to case. Those of an orbit have one form when they are made
 * large and small in turn, so that few pairs are left to ask RegExp about.
 */
function findOrbits(): number[][] {
  const byForm = new Map<string, number[]>();
  for (const codePoint of membersOf(scan("[\\p{Changes_When_Casemapped}\\p{CWCF}]"))) {
    const form = String.fromCodePoint(codePoint).toLowerCase().toUpperCase().toLowerCase();
    const same = byForm.get(form);
    if (same) same.push(codePoint);
    else byForm.set(form, [codePoint]);
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

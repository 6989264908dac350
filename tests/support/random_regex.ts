import type { Random } from "./random.ts";

const CHARACTERS = ["a", "b", "c", "A", "B", "1", "_", "-", " ", "é", "É", "日", "😀", "\n"];
const ATOMS = [
  ..."aaaabbbbccABBéé日日😀😀1__-- ",
  ".",
  ".",
  ".",
  "\\d",
  "\\w",
  "\\W",
  "\\s",
  "\\S",
  "[ab]",
  "[^a]",
  "[a-cé]",
  "[^\\w日]",
  "[À-ÿ]",
  "[\\s\\S]",
  "\\p{Lu}",
  "\\P{Zs}",
  "\\p{Script=Han}",
  "[^\\p{Nd}-]",
  "\\u{1F600}",
  "[一-龥😀-😎]",
];
const EDGES = ["^", "$", "\\b", "\\B"];
const QUANTIFIERS = ["*", "+", "?", "*", "+", "?", "{2}", "{0}", "{1,2}", "{0,2}", "{2,}", "{1,3}"];

/** A pattern whose text says all of JavaScript's with flag `u` that is no lookaround or reference. */
export function randomPattern(random: Random, depth = 2): string {
  const options = Array.from({ length: random.oneIn(3) ? random.between(2, 3) : 1 }, () => {
    const length = random.oneIn(8) ? 0 : random.between(1, 3);
    return Array.from({ length }, () => randomPart(random, depth)).join("");
  });
  return options.join("|");
}

function randomPart(random: Random, depth: number): string {
  if (random.oneIn(25)) return random.pick(EDGES);
  const atom = depth > 0 && random.oneIn(2)
    ? `(${random.pick(["", "", "?:", "?:", "?s:", "?<name>"])}${randomPattern(random, depth - 1)})`
    : random.pick(ATOMS);
  if (!random.oneIn(2)) return atom;
  return atom + random.pick(QUANTIFIERS) + (random.oneIn(3) ? "?" : "");
}

/** A text of the characters that such patterns are about. */
export function randomText(random: Random, length: number): string {
  // Few different ones match more.
  const used = Array.from({ length: random.between(1, 6) }, () => random.pick(CHARACTERS));
  return Array.from({ length }, () => random.pick(used)).join("");
}

/** A pattern with a group that does not repeat: RegExp takes no exponential time for long texts. */
export function randomFlatPattern(random: Random): string {
  const [before, within, behind] = [0, 0, 0].map(() => randomPattern(random, 0));
  return random.oneIn(4) ? within : `(?:${before})(${within})(?:${behind})`;
}

/** A text with long runs of one character. */
export function randomLongText(random: Random): string {
  const runs = Array.from(
    { length: random.between(1, 4) },
    () => random.pick(CHARACTERS).repeat(random.below(40)) + randomText(random, random.below(6)),
  );
  return runs.join("");
}

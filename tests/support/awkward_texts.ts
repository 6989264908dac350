import { Random } from "./random.ts";

const PIECES = [
  "a",
  "b",
  "x-y_z",
  " ",
  "  ",
  "\n",
  "\n\n",
  "\r\n",
  "\t",
  "\u00a0",
  "\u3000",
  "\u2003",
  "\u00e9",
  "\u{1f600}",
  "word",
  "error",
  "warning",
  "a rather long word-like-piece-of-text",
];

/** A text of some KB that is made of what scanners stumble over. */
export function generateText(seed: number): string {
  const random = new Random(seed);
  return Array.from({ length: 1500 }, () => random.pick(PIECES)).join("");
}

/** Texts that begin, end and are cut in ways that scanners get wrong. */
export const AWKWARD_TEXTS: readonly string[] = [
  "",
  "a",
  " ",
  "\n",
  "\r\n",
  "\n\n\n",
  "a\n",
  "a\r\n",
  "a\r",
  "\ra",
  "\na\n\nb",
  "a b  c\tb\n a ",
  "no end of line\nhere",
  "\u00e9t\u00e9 \u3000 na\u00efve\u2003\u{1f600} \u00a0x\u0085y",
  "\u{1f600}".repeat(70),
  "\u3000".repeat(70),
  `${"x".repeat(63)} ${"y".repeat(64)} ${"z".repeat(65)}`,
  `${"x".repeat(2047)} ${"y".repeat(2048)} ${"z".repeat(2049)} w`,
  `${"x".repeat(2046)}\u3000${"y".repeat(2045)}\u2003 z`,
  `a ${"long".repeat(5000)} b\n${"line ".repeat(5000)}\nend`,
  `${"w".repeat(65_533)} v`,
  `${"\u00e9".repeat(5000)} ${"\u00e9".repeat(5000)}`,
  "p1 l1\np1 l2\n\n \t\n\np2 l1\r\n\r\np3",
  "\n\n \nonly one\n \n",
  ...Array.from({ length: 130 }, (_, i) => `${"ab ".repeat(i)}c`),
  ...Array.from({ length: 40 }, (_, seed) => generateText(seed)),
];

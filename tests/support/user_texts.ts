import { Random } from "./random.ts";

const PIECES = [
  ..."abc xyz".split(""),
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

/// <reference path="./millrace.d.ts" />
// A kernel to begin with: it counts the words of each line that have enough letters.
import { emit } from "millrace";

export class Options {
  /** Least letters of a word. */
  least: i32 = 4;
}
export const options = new Options();

export function map(line: string): void {
  const words = line.toLowerCase().split(" ");
  for (let i = 0; i < words.length; i++) {
    if (words[i].length >= options.least) emit(words[i]);
  }
}

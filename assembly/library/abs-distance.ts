// Sums the absolute differences between neighbours in lines of numbers, which stand between
// whitespace. The key is `distance`. Numbers of different lines are no neighbours.
import { Chunk, emitValue, fail, runs, WORD } from "millrace";

export const value = "f64";

export function map(line: Chunk): void {
  let distance = 0.0;
  let before = NaN;
  for (const word = runs(line, WORD); word.next();) {
    const text = new Chunk(word.start, word.start + <usize>word.length);
    const number = text.toNumber();
    if (isNaN(number)) fail("Cannot take distance: '" + text.toString() + "' is no number");
    if (!isNaN(before)) distance += Math.abs(number - before);
    before = number;
  }
  if (!isNaN(before)) emitValue("distance", distance);
}

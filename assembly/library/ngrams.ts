// Counts n-grams: `n` words of one line that follow each other, joined by one space.
//   n  words of a key (2)
import { Chunk, fail, Key, runs, WORD } from "millrace";

export class Options {
  n: i32 = 2;
}
export const options = new Options();

export function map(line: Chunk): void {
  const n = options.n;
  if (n < 1 || n > 100) fail("Cannot count n-grams: n is " + n.toString() + ", must be 1 to 100");
  // The last n words, the oldest where the next will be put.
  const starts = new StaticArray<usize>(n);
  const lengths = new StaticArray<i32>(n);
  const key = new Key();
  let seen = 0;
  for (const word = runs(line, WORD); word.next();) {
    const place = seen++ % n;
    starts[place] = word.start;
    lengths[place] = word.length;
    if (seen < n) continue;
    key.clear();
    for (let i = 1; i <= n; i++) {
      if (i > 1) key.addByte(0x20);
      const part = (place + i) % n;
      key.add(starts[part], lengths[part]);
    }
    key.emit();
  }
}

/** The distance of every number from this one is taken. */
const MIDDLE = 50;

/**
 * The first decimal digits of π, by the unbounded spigot of Gibbons.
 *
 * @param digits How many, with the leading 3.
 */
export function digitsOfPi(digits: number): string {
  let text = "";
  let [q, r, t, k, n, l] = [1n, 0n, 1n, 1n, 3n, 3n];
  while (text.length < digits) {
    if (4n * q + r - t < n * t) {
      text += n;
      const rest = 10n * (r - n * t);
      n = (10n * (3n * q + r)) / t - 10n * n;
      q *= 10n;
      r = rest;
    } else {
      const numerator = (2n * q + r) * l;
      const next = (q * (7n * k) + 2n + r * l) / (t * l);
      q *= k;
      t *= l;
      l += 2n;
      k += 1n;
      n = next;
      r = numerator;
    }
  }
  return text;
}

/** Puts |x − 50| in the place of every x. */
export function distanceInPlace(numbers: Int32Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.abs(numbers[i] - MIDDLE);
}

/** The sum of the integers from `first` up to and with `last`, in 32 bits. */
export function sumOfRange(first: number, last: number): number {
  let sum = 0;
  for (let i = first; i <= last; i++) sum = (sum + i) | 0;
  return sum;
}

/** Counters of a table. */
export const TABLE_WORDS = 4096;

/** The counter of an integer: neighbours are far from each other (Fibonacci hashing). */
export function slotOf(value: number): number {
  return Math.imul(value, 0x9e3779b1) >>> 20;
}

/** Counts the integers of a range by slot, in a table of its own. */
export function countIntoTable(first: number, last: number): Int32Array<ArrayBuffer> {
  const table = new Int32Array(TABLE_WORDS);
  for (let i = first; i <= last; i++) table[slotOf(i)]++;
  return table;
}

/** Counts words between whitespace. @returns A line for each: word, tabulator, count. */
export function countIntoWords(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const counts = new Map<string, number>();
  // A decoder does not read shared memory in every runtime; a copy costs little beside the rest.
  for (const word of new TextDecoder().decode(text.slice()).split(/\s+/)) {
    if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  let lines = "";
  for (const [word, count] of counts) lines += `${word}\t${count}\n`;
  return new TextEncoder().encode(lines);
}

/** Adds what {@linkcode countIntoWords} found in a piece to the counts of all. */
export function addWords(counts: Map<string, number>, lines: Uint8Array): void {
  for (const line of new TextDecoder().decode(lines.slice()).split("\n")) {
    if (line === "") continue;
    const tab = line.indexOf("\t");
    const word = line.slice(0, tab);
    counts.set(word, (counts.get(word) ?? 0) + Number(line.slice(tab + 1)));
  }
}

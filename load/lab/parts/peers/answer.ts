/** What every peer must find in a text. */
export interface Answer {
  /** The most frequent words with their counts, by count, then by bytes. */
  top: [word: string, count: number][];
  distinct: number;
  total: number;
}

/** Words in the answer's `top`. */
export const TOP = 10;

/** The answer of some counts; for programs in JavaScript, which all end with it. */
export function createAnswer(counts: ReadonlyMap<string, number>): Answer {
  const encoder = new TextEncoder();
  let total = 0;
  let best: { word: string; count: number; bytes: Uint8Array }[] = [];
  for (const [word, count] of counts) {
    total += count;
    if (best.length === TOP && count < best[TOP - 1].count) continue;
    best.push({ word, count, bytes: encoder.encode(word) });
    best = best.sort((a, b) => b.count - a.count || compareBytes(a.bytes, b.bytes)).slice(0, TOP);
  }
  return { top: best.map(({ word, count }) => [word, count]), distinct: counts.size, total };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
}

/** Reads a result of Millrace in JSON, as its server and its command write it. */
export function readAnswer(text: string): Answer {
  const { counts, totals } = JSON.parse(text);
  const top = counts.map(({ key, count }: { key: string; count: number }) => [key, count]);
  return { top, distinct: totals.keys, total: totals.tokens };
}

/**
 * Reads the lines that a peer prints: `count TAB word` for each of the top, then the number of
 * distinct words, then that of all words.
 *
 * @throws {Error} If there are other lines.
 */
export function parseAnswer(text: string): Answer {
  const lines = text.trimEnd().split("\n");
  const total = readNumber(lines.pop());
  const distinct = readNumber(lines.pop());
  const top = lines.map((line): [string, number] => {
    const [count, word = ""] = line.split("\t");
    return [word, readNumber(count)];
  });
  return { top, distinct, total };
}

function readNumber(text = ""): number {
  if (!/^\d+$/.test(text)) throw new Error(`Cannot read "${text.slice(0, 80)}": it is no count`);
  return Number(text);
}

/** @throws {Error} If a peer has found anything else than is expected. */
export function checkAnswer(peer: string, found: Partial<Answer>, expected: Answer): void {
  for (const [name, value] of Object.entries(found)) {
    const [seen, wanted] = [value, expected[name as keyof Answer]].map((each) =>
      JSON.stringify(each)
    );
    if (seen !== wanted) throw new Error(`${peer} has found ${name} ${seen}, not ${wanted}`);
  }
}

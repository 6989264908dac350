// Groups of forms, made of maps: as the engine must make them of sorted records.

/** Keys and their counts. */
export type Counts = ReadonlyMap<string, number>;

/** A row of a table of lemmas, and how often it is there. */
export type LemmaRow = [form: string, lemma: string, count: number];

const encoder = new TextEncoder();

/** Whether a key stands before another one. */
function compare(a: string, b: string): number {
  const [x, y] = [encoder.encode(a), encoder.encode(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

/** The largest count first, and of equal ones the bytewise least key. */
function byCount([a, x]: [string, number], [b, y]: [string, number]): number {
  return y - x || compare(a, b);
}

/** The sum of each stem, under the form that counts most, the largest first. */
export function groupByStem(counts: Counts, stem: (key: string) => string): [string, number][] {
  const groups = Map.groupBy(counts, ([key]) => stem(key));
  return [...groups.values()].map((forms): [string, number] => {
    const [[shown]] = forms.toSorted(byCount);
    return [shown, forms.reduce((sum, [, count]) => sum + count, 0)];
  }).sort(byCount);
}

/** The sum of each lemma, the largest first. */
export function groupByLemma(counts: Counts, table: readonly LemmaRow[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const [key, count] of counts) {
    const rows = table.filter(([form]) => form === key)
      .map(([, lemma, times]): [string, number] => [lemma, times]);
    const lemma = rows.sort(byCount)[0]?.[0] ?? key;
    sums.set(lemma, (sums.get(lemma) ?? 0) + count);
  }
  return [...sums].sort(byCount);
}

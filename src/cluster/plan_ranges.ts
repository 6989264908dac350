import { compareBytes } from "../reduce/compare_bytes.ts";
import type { KeyRange } from "./key_range.ts";
import type { SplitOutput } from "./split_task.ts";

/** What a node puts together at once, and what is lost with it, at most. */
const MOST_RANGE_BYTES = 1024 * 1024 * 1024;

/** What is known of an output: its size, and some of its keys. */
export type SampledOutput = Pick<SplitOutput, "bytes" | "samples">;

/** Who reduces. */
export interface Reducers {
  /** How many nodes do. */
  readonly reducers: number;
  /** Bytes of keys that one puts together alone: half of that are worth another one. */
  readonly aloneBytes: number;
}

/**
 * Divides all keys into ranges of about as many bytes, one for each node that reduces, or several where
 * they would be too large: by the keys that each output tells of, which stand as many bytes apart
 * (TeraSort; O'Malley, 2008). An output can only be this unlike what its keys say: the bytes between two
 * of them.
 */
export function planRanges(
  outputs: readonly SampledOutput[],
  { reducers, aloneBytes }: Reducers,
): KeyRange[] {
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const wanted = Math.min(reducers, Math.ceil(2 * bytes / aloneBytes));
  const count = Math.max(1, wanted, Math.ceil(bytes / MOST_RANGE_BYTES));
  const borders = chooseBorders(outputs, count);
  return [undefined, ...borders].map((from, i) => ({ from, to: borders[i] }));
}

/** The keys at each `1 / count` of all bytes, about; fewer where there are not as many. */
function chooseBorders(outputs: readonly SampledOutput[], count: number): Uint8Array[] {
  const samples = outputs.flatMap(({ bytes, samples = [] }) =>
    samples.map((key) => ({
      key: Uint8Array.fromBase64(key),
      weight: bytes / samples.length,
    }))
  ).sort((a, b) => compareKeys(a.key, b.key));
  const all = samples.reduce((sum, { weight }) => sum + weight, 0);
  const borders: Uint8Array[] = [];
  let before = 0;
  for (const { key, weight } of samples) {
    const isNext = before >= all * (borders.length + 1) / count;
    const last = borders.at(-1);
    if (isNext && (last === undefined || compareKeys(last, key) < 0)) borders.push(key);
    before += weight;
  }
  return borders.slice(0, count - 1);
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, 0, a.length, b, 0, b.length);
}

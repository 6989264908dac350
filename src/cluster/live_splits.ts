import type { JobCounters, KeyCount, ResultShape, ResultValues } from "../contract/documents.ts";
import type { Segment } from "../reduce/segment.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutput } from "./split_task.ts";

/** Records of finished splits that one look reads: about five milliseconds. The others take turns. */
const MOST_READ = 1 << 18;

/** Keys that are remembered of a finished split. */
const REMEMBERED = 512;

type Top = SplitProgress["top"];

/** What is known of a split that is counted, or was. */
interface LiveSplit {
  counters: JobCounters;
  /** What its node told last. */
  top: Top;
  /** Its keys, until somebody has looked at them. */
  segment?: Segment;
}

/**
 * What is seen of a job while nodes count its splits: how far they are together, and the largest counts
 * so far. A split that runs is as its node told it last, a split that is done as its keys say.
 *
 * Counts are about right: nodes tell every half second, of the largest keys of each split alone, so that
 * a key that is large in few splits may be told too small. Of averages and of several numbers of a key
 * there is no sum of what nodes tell, so that there is nothing to see.
 */
export class LiveSplits {
  readonly #counters: JobCounters;
  readonly #values: ResultValues | undefined;
  #splits: LiveSplit[] = [];
  #all = 0;
  #bytes: number | undefined;
  #done = new Set<number>();

  /** @param counters Which it changes. */
  constructor(counters: JobCounters, { values }: ResultShape) {
    this.#counters = counters;
    this.#values = values;
  }

  /** @param bytes Of all texts, if it is known. */
  begin(splits: number, bytes: number | undefined): void {
    this.#all = splits;
    this.#bytes = bytes;
    this.#sum();
  }

  /** A node has told how far it is with a split. */
  tell(index: number, { top, ...counters }: SplitProgress): void {
    if (this.#done.has(index)) return; // this was told before
    // From its reduce on, a node does not see the largest counts any more.
    this.#splits[index] = { counters, top: top.length > 0 ? top : this.#splits[index]?.top ?? [] };
    this.#sum();
  }

  /** A split is done. */
  end(index: number, { report }: SplitOutput, segment: Segment | undefined): void {
    const { totals, chunks = 0 } = report ?? {};
    const counters = { bytes: totals?.bytes ?? 0, chunks, tokens: totals?.tokens ?? 0 };
    const top = this.#splits[index]?.top ?? [];
    const isRead = segment && this.#values === undefined && segment.keys <= MOST_READ;
    this.#splits[index] = { counters, top, ...(isRead && { segment }) };
    this.#done.add(index);
    this.#sum();
  }

  /** The largest counts so far, about. */
  peek(top: number): KeyCount[] {
    const combine = combiner(this.#values);
    if (!combine) return [];
    let left = MOST_READ;
    const sums = new Map<string, number>();
    for (const split of Object.values(this.#splits)) {
      if (split.segment && split.segment.keys <= left) {
        left -= split.segment.keys;
        split.top = readTop(split.segment);
        split.segment = undefined;
      }
      for (const [key, count] of split.top) {
        const before = sums.get(key);
        sums.set(key, before === undefined ? count : combine(before, count));
      }
    }
    return Array.from(sums, ([key, count]) => ({ key, count }))
      .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, top);
  }

  /** Nothing is to be seen any more: the keys go. */
  close(): void {
    this.#splits = [];
  }

  #sum(): void {
    const sum = (name: "bytes" | "chunks" | "tokens") =>
      Object.values(this.#splits).reduce((total, { counters }) => total + counters[name], 0);
    const bytes = this.#bytes;
    const splits = {
      done: this.#done.size,
      all: this.#all,
      ...(bytes !== undefined && { bytes }),
    };
    const [counted, chunks, tokens] = [sum("bytes"), sum("chunks"), sum("tokens")];
    Object.assign(this.#counters, { bytes: counted, chunks, tokens, splits });
  }
}

/** What two splits say of a key, together; undefined where that takes more than what is told. */
function combiner(
  values: ResultValues | undefined,
): ((a: number, b: number) => number) | undefined {
  switch (values?.op) {
    case undefined:
    case "sum":
      return (a, b) => a + b;
    case "min":
      return Math.min;
    case "max":
      return Math.max;
    default:
      return undefined;
  }
}

/** The largest counts of a segment, which may stand by key. */
function readTop(segment: Segment): Top {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const cursor = segment.records();
  let top: Top = [];
  let least = 0;
  while (cursor.next()) {
    if (cursor.count <= least) continue;
    const key = decoder.decode(cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd));
    top.push([key, cursor.count]);
    if (top.length < 2 * REMEMBERED) continue;
    top = top.sort(([, a], [, b]) => b - a).slice(0, REMEMBERED);
    least = top[REMEMBERED - 1][1];
  }
  return top.sort(([, a], [, b]) => b - a).slice(0, REMEMBERED);
}

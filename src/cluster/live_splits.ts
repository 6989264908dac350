import type { JobCounters, KeyCount, ResultShape, ResultValues } from "../contract/documents.ts";
import type { Segment } from "../reduce/segment.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutput } from "./split_task.ts";

/** Records of finished splits that one look reads: about five milliseconds. The others take turns. */
const MOST_READ = 1 << 18;

/** Finished splits whose keys nobody has looked at yet; of others, what their nodes told last counts. */
const MOST_UNREAD = 1000;

/** Keys that are remembered of a finished split, and of all of them. */
const REMEMBERED = 512;
const MOST_REMEMBERED = 1 << 15;

type Top = SplitProgress["top"];

/** What is told and summed of splits. */
type Counted = Pick<JobCounters, "bytes" | "chunks" | "tokens">;

/** A split that is counted, as its node told it last. */
interface RunningSplit {
  counters: Counted;
  top: Top;
}

/** A finished split. */
interface UnreadSplit {
  segment: Segment;
  /** What its node told last. */
  top: Top;
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
  readonly #combine: Combine | undefined;
  readonly #isCounts: boolean;
  readonly #running = new Map<number, RunningSplit>();
  readonly #done = new Set<number>();
  /** Of all that are done. */
  readonly #finished: Counted = { bytes: 0, chunks: 0, tokens: 0 };
  /** The largest counts of those that are done, but for the unread. */
  #sums = new Map<string, number>();
  #unread: UnreadSplit[] = [];
  #all = 0;
  #bytes: number | undefined;

  /** @param counters Which it changes. */
  constructor(counters: JobCounters, { values }: ResultShape) {
    this.#counters = counters;
    this.#combine = combiner(values);
    this.#isCounts = values === undefined;
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
    const last = top.length > 0 ? top : this.#running.get(index)?.top ?? [];
    this.#running.set(index, { counters, top: last });
    this.#sum();
  }

  /** A split is done. */
  end(index: number, { report }: SplitOutput, segment: Segment | undefined): void {
    const { totals, chunks = 0 } = report ?? {};
    this.#finished.bytes += totals?.bytes ?? 0;
    this.#finished.chunks += chunks;
    this.#finished.tokens += totals?.tokens ?? 0;
    const top = this.#running.get(index)?.top ?? [];
    this.#running.delete(index);
    this.#done.add(index);
    if (segment && this.#isCounts && segment.keys <= MOST_READ) this.#unread.push({ segment, top });
    else this.#remember(top);
    if (this.#unread.length > MOST_UNREAD) this.#remember(this.#unread.shift()!.top);
    this.#sum();
  }

  /** The largest counts so far, about. */
  peek(top: number): KeyCount[] {
    const combine = this.#combine;
    if (!combine) return [];
    this.#read();
    const sums = new Map(this.#sums);
    for (const split of [...this.#running.values(), ...this.#unread]) add(sums, split.top, combine);
    return largest(sums, top).map(([key, count]) => ({ key, count }));
  }

  /** Nothing is to be seen any more: the keys go. */
  close(): void {
    this.#running.clear();
    this.#unread = [];
    this.#sums.clear();
  }

  /** Reads keys of finished splits, as many as one look may. */
  #read(): void {
    let left = MOST_READ;
    this.#unread = this.#unread.filter(({ segment }) => {
      if (segment.keys > left) return true;
      left -= segment.keys;
      this.#remember(readTop(segment));
      return false;
    });
  }

  #remember(top: Top): void {
    if (this.#combine) add(this.#sums, top, this.#combine);
    if (this.#sums.size > 2 * MOST_REMEMBERED) {
      this.#sums = new Map(largest(this.#sums, MOST_REMEMBERED));
    }
  }

  #sum(): void {
    const running = this.#running.values().toArray();
    const sum = (name: keyof Counted) =>
      running.reduce((total, { counters }) => total + counters[name], this.#finished[name]);
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

type Combine = (a: number, b: number) => number;

function add(sums: Map<string, number>, top: Top, combine: Combine): void {
  for (const [key, count] of top) {
    const before = sums.get(key);
    sums.set(key, before === undefined ? count : combine(before, count));
  }
}

/** The first of the largest counts; of equal ones, by key. */
function largest(sums: Map<string, number>, most: number): Top {
  return [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, most);
}

/** What two splits say of a key, together; undefined where that takes more than what is told. */
function combiner(values: ResultValues | undefined): Combine | undefined {
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

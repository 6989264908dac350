import { LINE } from "../../../assembly/layout.ts";
import { addByExchange, addUnderLock } from "./shared_counter.ts";

/** Words of a line, and of the next one, which processors fetch with it. */
const FAR = LINE / Int32Array.BYTES_PER_ELEMENT;
/** More than the last word that is used. */
export const CONTENTION_BYTES = 64 * LINE;

/** One way for threads to count together. */
export interface ContentionWay {
  name: string;
  /** Where words that different threads write stand: in one line, or on lines of their own. */
  lines: "one line" | "own lines" | "one word";
  /** Counts `operations` up, as one of the threads. */
  count(words: Int32Array<SharedArrayBuffer>, operations: number, thread: number): void;
}

/** Every way; the sum of all words that are counters must be the operations of all threads. */
export const CONTENTION_WAYS: readonly ContentionWay[] = [
  { name: "lock", lines: "one line", count: countUnderLock(1) },
  { name: "lock", lines: "own lines", count: countUnderLock(FAR) },
  {
    name: "compare-exchange",
    lines: "one word",
    count(words, operations) {
      for (let i = 0; i < operations; i++) addByExchange(words, COUNTER, 1);
    },
  },
  {
    name: "fetch-add",
    lines: "one word",
    count(words, operations) {
      for (let i = 0; i < operations; i++) Atomics.add(words, COUNTER, 1);
    },
  },
  { name: "sharded", lines: "one line", count: countInShard(1) },
  { name: "sharded", lines: "own lines", count: countInShard(FAR) },
];

/** The first counter; a lock stands behind it, and is 0 when it is free. */
const COUNTER = FAR;

function countUnderLock(distance: number): ContentionWay["count"] {
  return (words, operations) => {
    const counter = { words, value: COUNTER, lock: COUNTER + distance };
    for (let i = 0; i < operations; i++) addUnderLock(counter, 1);
  };
}

/** The same atomic add as `fetch-add`, to a word that no other thread writes. */
function countInShard(distance: number): ContentionWay["count"] {
  return (words, operations, thread) => {
    const shard = COUNTER + thread * distance;
    for (let i = 0; i < operations; i++) Atomics.add(words, shard, 1);
  };
}

/** The sum of all counters; a lock that is free adds nothing. */
export function sumOfCounters(words: Int32Array): number {
  return words.reduce((sum, word) => sum + word, 0);
}

import type { Random } from "../../../tests/support/random.ts";
import { decimalDigitsOfPi } from "../../../tests/support/oracle/pi_digits.ts";
import { addWords, countIntoTable, TABLE_WORDS } from "./algorithms.ts";
import type { Piece, WorkName } from "./works.ts";

/** What threads have counted together. */
export interface SharedValues {
  counter: number;
  table: Int32Array;
}

/** A work of a mechanism, cut into pieces, and its known answer. */
export interface Workload {
  /** As the table calls it. */
  name: string;
  pieces: readonly Piece[];
  /** Whether the threads add to one counter. */
  shares?: boolean;
  /**
   * Compares the outputs with what is known.
   *
   * @param shared What the threads have counted together, where they share memory.
   * @returns What is wrong; undefined if all is right.
   */
  check(outputs: readonly Uint8Array[], shared?: SharedValues): string | undefined;
}

const NOTHING = new Uint8Array();
const SPACE = 0x20;
/** So many digits take a second or two; a third of the pieces calculates them. */
const MANY_DIGITS = 1000;

/** Sizes of the works. */
export interface WorkloadSizes {
  /** How many pieces each work has. */
  pieces: number;
  /** Digits of π that a piece calculates. */
  digits: readonly number[];
  numbers: number;
  /** N of the sum from 1 to N. */
  sum: number;
  /** Tasks that do nothing. */
  tasks: number;
}

/** Every work, for a text. */
export function createWorkloads(
  { pieces, digits, numbers, sum, tasks }: WorkloadSizes,
  text: Uint8Array<ArrayBuffer>,
  random: Random,
): Workload[] {
  return [
    emptyTasks(tasks),
    ...digits.map((each) => piLoad(each, each < MANY_DIGITS ? pieces : Math.ceil(pieces / 3))),
    distanceLoad(Int32Array.from({ length: numbers }, () => random.below(1000)), pieces),
    sumLoad("sum", "own sums", sum, pieces),
    sumLoad("sumAdd", "atomic add", sum, pieces),
    sumLoad("sumLock", "lock", sum, pieces),
    wordsLoad(text, pieces),
  ];
}

/** The name of the load that measures how tasks are handed over. */
export const HAND_OVER = "hand-over";

function emptyTasks(tasks: number): Workload {
  const piece = { work: "nothing", first: 0, last: 0, input: NOTHING } as const;
  return {
    name: HAND_OVER,
    pieces: new Array(tasks).fill(piece),
    check: (outputs) => outputs.length === tasks ? undefined : `${outputs.length} answers`,
  };
}

/** π to so many digits, once in every piece. */
export function piLoad(digits: number, pieces: number): Workload {
  const known = decimalDigitsOfPi(digits);
  const piece = { work: "pi", first: digits, last: 0, input: NOTHING } as const;
  return {
    name: `π to ${digits}`,
    pieces: new Array(pieces).fill(piece),
    check: (outputs) => {
      const wrong = outputs.map(textOf).find((text) => text !== known);
      return wrong === undefined ? undefined : `π begins with ${known}, not with ${wrong}`;
    },
  };
}

/** |x − 50| of every number. */
export function distanceLoad(numbers: Int32Array<ArrayBuffer>, pieces: number): Workload {
  const known = numbers.map((x) => x < 50 ? 50 - x : x - 50);
  return {
    name: "|x − 50|",
    pieces: ranges(numbers.length, pieces).map(([from, to]) => ({
      work: "distance",
      first: 0,
      last: 0,
      input: new Uint8Array(numbers.buffer, from * 4, (to - from) * 4),
    })),
    check: (outputs) => {
      const all = outputs.flatMap((bytes) => [...new Int32Array(bytes.slice().buffer)]);
      if (all.length !== known.length) return `${all.length} numbers, not ${known.length}`;
      const wrong = known.findIndex((each, i) => each !== all[i]);
      return wrong < 0
        ? undefined
        : `|${numbers[wrong]} − 50| is ${known[wrong]}, not ${all[wrong]}`;
    },
  };
}

/** The sum from 1 to N in ranges, in 32 bits. */
export function sumLoad(work: WorkName, how: string, last: number, pieces: number): Workload {
  const known = Number(BigInt.asIntN(32, BigInt(last) * BigInt(last + 1) / 2n));
  const shares = work !== "sum";
  return {
    name: `sum, ${how}`,
    shares,
    pieces: rangesTo(last, work, pieces),
    check: (outputs, values) => {
      const parts = outputs.map((bytes) => shares ? 0 : new Int32Array(bytes.slice().buffer)[0]);
      const sum = shares ? values?.counter : parts.reduce((all, part) => (all + part) | 0, 0);
      return sum === known ? undefined : `the sum from 1 to ${last} is ${known}, not ${sum}`;
    },
  };
}

/** Integers from 1 to N counted by their hash: own tables that are merged, or one under a lock. */
export function tableLoad(work: "table" | "tableLock", last: number, pieces: number): Workload {
  const known = countIntoTable(1, last);
  return {
    name: work === "table" ? "own tables, merged" : "one table, lock",
    shares: work === "tableLock",
    pieces: rangesTo(last, work, pieces),
    check: (outputs, values) => {
      const table = work === "table" ? mergeTables(outputs) : values!.table;
      const wrong = known.findIndex((count, slot) => count !== table[slot]);
      return wrong < 0 ? undefined : `slot ${wrong} has ${known[wrong]}, not ${table[wrong]}`;
    },
  };
}

function mergeTables(tables: readonly Uint8Array[]): Int32Array {
  const sums = new Int32Array(TABLE_WORDS);
  for (const bytes of tables) {
    const table = new Int32Array(bytes.slice().buffer);
    for (let slot = 0; slot < TABLE_WORDS; slot++) sums[slot] += table[slot];
  }
  return sums;
}

/** The words of a text. */
export function wordsLoad(text: Uint8Array<ArrayBuffer>, pieces: number): Workload {
  const known = new Map<string, number>();
  for (const [word] of new TextDecoder().decode(text).matchAll(/\S+/g)) {
    known.set(word, (known.get(word) ?? 0) + 1);
  }
  return {
    name: "words",
    pieces: cutAtSpaces(text, pieces).map((input) => ({ work: "words", first: 0, last: 0, input })),
    check: (outputs) => {
      const counts = new Map<string, number>();
      for (const lines of outputs) addWords(counts, lines);
      if (counts.size !== known.size) return `${counts.size} different words, not ${known.size}`;
      const wrong = known.keys().find((word) => counts.get(word) !== known.get(word));
      if (wrong === undefined) return undefined;
      return `"${wrong}" stands ${known.get(wrong)} times, not ${counts.get(wrong)}`;
    },
  };
}

/** Parts of a text that end where a word does. */
export function cutAtSpaces(
  text: Uint8Array<ArrayBuffer>,
  parts: number,
): Uint8Array<ArrayBuffer>[] {
  const cuts = ranges(text.length, parts).map(([, to]) => {
    const space = text.indexOf(SPACE, to);
    return space < 0 ? text.length : space;
  });
  return cuts.map((cut, i) => text.slice(cuts[i - 1] ?? 0, cut));
}

/** The integers from 1 to `last` in ranges, each a piece of the work. */
function rangesTo(last: number, work: WorkName, pieces: number): Piece[] {
  return ranges(last, pieces).map(([from, to]) => ({
    work,
    first: from + 1,
    last: to,
    input: NOTHING,
  }));
}

/** Parts of 0 to `length`, as equal as may be. */
function ranges(length: number, parts: number): [from: number, to: number][] {
  const cut = (i: number) => Math.floor(length * i / parts);
  return Array.from({ length: parts }, (_, i) => [cut(i), cut(i + 1)]);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.slice());
}

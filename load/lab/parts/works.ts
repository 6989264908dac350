import {
  countIntoTable,
  countIntoWords,
  digitsOfPi,
  distanceInPlace,
  sumOfRange,
} from "./algorithms.ts";
import { addByExchange, addIntoTable, addUnderLock, type SharedTable } from "./shared_counter.ts";

/** What a task does; its place here is its number where numbers travel. */
export const WORKS = [
  "nothing",
  "pi",
  "distance",
  "sum",
  "sumAdd",
  "sumExchange",
  "sumLock",
  "table",
  "tableLock",
  "words",
] as const;

/** One of them. */
export type WorkName = typeof WORKS[number];

/** A part of a work: every mechanism gets the same pieces, and bytes in and out. */
export interface Piece {
  work: WorkName;
  /** For `pi` the digits; for sums and tables the range from `first` up to and with `last`. */
  first: number;
  last: number;
  /** The text of `words`, or the 32-bit integers of `distance`, which are changed in place. */
  input: Uint8Array<ArrayBuffer> | Uint8Array<SharedArrayBuffer>;
}

/**
 * Does a piece of work, the same way in every mechanism.
 *
 * @param shared Where the threads have it, for the works into it.
 * @returns `pi`: its digits; `distance`: the input; `sum`: a 32-bit integer; `table`: one; `words`: lines.
 */
export function perform(piece: Piece, shared?: SharedTable): Piece["input"] {
  const { work, first, last, input } = piece;
  switch (work) {
    case "nothing":
      return input;
    case "pi":
      return new TextEncoder().encode(digitsOfPi(first));
    case "distance":
      distanceInPlace(new Int32Array(input.buffer, input.byteOffset, input.length >> 2));
      return input;
    case "sum":
      return new Uint8Array(Int32Array.of(sumOfRange(first, last)).buffer);
    case "sumAdd":
      for (let i = first; i <= last; i++) Atomics.add(shared!.words, shared!.value, i);
      return new Uint8Array();
    case "sumExchange":
      for (let i = first; i <= last; i++) addByExchange(shared!.words, shared!.value, i);
      return new Uint8Array();
    case "sumLock":
      for (let i = first; i <= last; i++) addUnderLock(shared!, i);
      return new Uint8Array();
    case "table":
      return new Uint8Array(countIntoTable(first, last).buffer);
    case "tableLock":
      addIntoTable(shared!, first, last);
      return new Uint8Array();
    case "words":
      return countIntoWords(input);
  }
}

import { TASK_BYTES, TASK_RECORD_CAPACITY, TASKS } from "../../../assembly/layout.ts";
import { TABLE_WORDS } from "./algorithms.ts";

/** The counter and the lock, each on lines of its own, behind the engine's own structures. */
export const COUNTER = TASKS + TASK_RECORD_CAPACITY * TASK_BYTES;
export const LOCK = COUNTER + 128;
/** The table that all threads count into. */
export const TABLE = LOCK + 128;
/** Pieces, their inputs and outputs. */
export const DATA = TABLE + TABLE_WORDS * 4;
/** { first, last, address of the output } of each piece. */
export const PIECE_BYTES = 12;

/** Where the numbers of a piece stand. */
export function pieceAddress(part: number): number {
  return DATA + part * PIECE_BYTES;
}

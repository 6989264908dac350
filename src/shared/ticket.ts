import {
  TASK_CLAIMED,
  TASK_GENERATION_SHIFT,
  TASK_PHASE_MASK,
  TASK_PLACE_SHIFT,
  WORKER_CAPACITY,
} from "../../assembly/layout.ts";

// A ticket is `generation | record`; a record's state word is `generation | place | phase`. Queue
// and rings carry tickets, the records have the states: see task_records.ts.

/** No ticket: the queue is empty, or no record is free. */
export const NO_TICKET = -1;

/** What a record's generation grows by. */
const GENERATION = 1 << TASK_GENERATION_SHIFT;
const BELOW_GENERATION = GENERATION - 1;

/** The record that a ticket is for. */
export const recordOf = (ticket: number): number => ticket & BELOW_GENERATION;

/** The generation of a ticket or a state. */
export const generationOf = (word: number): number => word & ~BELOW_GENERATION;

/** The generation after that of a state. */
export const nextGeneration = (state: number): number => (generationOf(state) + GENERATION) | 0;

/** One of TASK_FREE to TASK_LOST. */
export const phaseOf = (state: number): number => state & TASK_PHASE_MASK;

/** The place that a state names. */
export const placeOf = (state: number): number =>
  (state >> TASK_PLACE_SHIFT) & (WORKER_CAPACITY - 1);

/** The state of a ticket's record while a place has CLAIMED it. */
export function claimedBy(ticket: number, place: number): number {
  return generationOf(ticket) | (place << TASK_PLACE_SHIFT) | TASK_CLAIMED;
}

/** A state in another phase. */
export function inPhase(state: number, phase: number): number {
  return (state & ~TASK_PHASE_MASK) | phase;
}

import { CONTROL, LINE } from "../../../assembly/layout.ts";

// What overlap_worker.ts tells, in words of the control block that nobody else uses.

/** Threads that are at work. */
export const WORKING = (CONTROL + 30 * LINE) >> 2;
/** The most of them at once. */
export const MOST = WORKING + 1;
/** Tasks that were done. */
export const DONE = WORKING + 2;

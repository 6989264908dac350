/**
 * How a task ends. The numbers stand in shared memory: those of the kernel in
 * `assembly/layout.ts`, from 0 on, and those that host and workers add, from 100 on, here.
 *
 * @module
 */
export {
  DRAINED_ODD,
  FENCED,
  INPUT_USED_UP,
  INVALID_UTF8,
  OK,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  RECORDS_TORN,
  STOPPED,
  VALUE_OVERFLOW,
  VALUE_REFUSED,
} from "../../assembly/layout.ts";

/** The task failed half-way: the counts of its run are not whole any more. */
export const WORKER_FAULT = 100;
/** Likewise, and the task's thread may still write to what it had in hand. */
export const WORKER_SILENT = 101;
/** The task failed where its record holds all that it has counted: it may go on from there. */
export const CLEAN_FAULT = 102;
/** The disk has ended the task; the result's `offset` is a SpillFailure. */
export const SPILL_FAILED = 103;
/** The merge has done a slice; the host submits the task again for the next one. */
export const UNFINISHED = 104;
/**
 * Nothing of the chunk was counted, since pages were not free that may soon be; the host puts the
 * task behind the others.
 */
export const NO_ROOM = 105;

/** The host has stopped the user code of the task, nothing of which was counted. */
export const INTERRUPTED = 106;
/** The user kernel has failed: by a trap, or by its own word. */
export const KERNEL_TRAPPED = 107;
/** The user kernel needs more memory than an instance may have. */
export const KERNEL_OUT_OF_MEMORY = 108;
/** The user kernel has emitted more keys, or a longer one, than a chunk may give. */
export const KERNEL_OUTPUT_TOO_LARGE = 109;
/** The host has stopped the user code, since it ran too long; no worker says this. */
export const KERNEL_TIMEOUT = 110;

/** Likewise, since it needs more of the only thread than others can spare. */
export const KERNEL_CROWDED = 111;

/** The chunk's file is not what it was when the host opened it. */
export const FILE_CHANGED = 112;
/** The system has refused the chunk's file; the reason stands in the pages of the edge words. */
export const FILE_FAILED = 113;

/** A record of the chunk is broken, and the job rejects that; `offset` says where it begins. */
export const RECORD_BROKEN = 114;

/** Whether a user kernel is what failed. */
export function isKernelFailure(status: number): boolean {
  return status >= KERNEL_TRAPPED && status <= KERNEL_CROWDED;
}

/** Why a spill failed. */
export const SpillFailure = {
  /** No space is left on the disk. */
  full: 1,
  /** The job would write more than `maxSpillBytes`. */
  limit: 2,
  /** The system refused the file for another reason. */
  refused: 3,
  /** The job has been stopped: no failure of the disk. */
  stopped: 4,
} as const;

/** Status of a task that the disk has ended; the result's `offset` says why. */
export const SPILL_FAILED = 103;

/** Status of a merge that has done a slice and is to be done again for the next. */
export const UNFINISHED = 104;

/**
 * Status of a chunk of which nothing was counted, since pages were not free that may soon be: it
 * goes behind the other tasks.
 */
export const NO_ROOM = 105;

/** Why a spill failed. */
export const SpillFailure = {
  /** No space is left on the disk. */
  full: 1,
  /** It would pass `maxSpillBytes`. */
  limit: 2,
  /** Anything else that a file can refuse. */
  refused: 3,
  /** The job has been stopped: no failure of the disk. */
  stopped: 4,
} as const;

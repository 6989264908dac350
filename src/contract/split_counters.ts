/** How far servers of a cluster are with a job. */
export interface SplitCounters {
  /** Splits that are counted. */
  done: number;
  all: number;
  /** Of all texts; left out where one is compressed, or cannot be divided for another reason. */
  bytes?: number;
}

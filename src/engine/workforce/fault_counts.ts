/** What has gone wrong with an engine's threads and tasks since the start. */
export interface FaultCounts {
  /** Threads that died of an error. */
  died: number;
  /** Threads that did not answer. */
  silent: number;
  /** Threads that left, since their task was taken away. */
  fenced: number;
  /** Tasks that failed in threads that live on. */
  trapped: number;
  /** Threads that were started in the place of others. */
  replaced: number;
  /** Tasks that went on with another worker. */
  resumed: number;
  /** Tasks that were lost half-way. */
  lost: number;
}

/** Where every count starts. */
export const NO_FAULTS: Readonly<FaultCounts> = Object.freeze({
  died: 0,
  silent: 0,
  fenced: 0,
  trapped: 0,
  replaced: 0,
  resumed: 0,
  lost: 0,
});

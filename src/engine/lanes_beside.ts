/** What threads beside the engine's have counted since the start. */
export interface LaneSums {
  /** Jobs that were counted, all of them to their end. */
  jobs: number;
  /** Milliseconds that they took. */
  ms: number;
  bytes: number;
  tokens: number;
  /** Milliseconds from their submission to the last byte of their input. */
  readMs: number;
}

/**
 * Threads beside the engine's own that count short texts as its inline lane does. The engine tells
 * them what bounds its jobs, and takes what they have counted for its own.
 *
 * Each of their jobs is begun and ended in one turn, at the moment in which its thread looks at
 * those bounds. So it is as if that job had run alone at that moment.
 */
export interface LanesBeside {
  /** Sums over all threads; none of them ever shrinks. */
  sums(): Readonly<LaneSums>;
  /** Whether a job that comes now is let in and need not wait. */
  tellOpen(isOpen: boolean): void;
  /** How many jobs a tenant has in the engine that have not ended. */
  tellJobs(tenant: string, jobs: number): void;
  /** The bytes that were counted for each tenant since the last call. */
  takeCharges(): Iterable<readonly [tenant: string, bytes: number]>;
}

/** No thread counts beside the engine's. */
export const NOBODY_BESIDE: LanesBeside = Object.freeze({
  sums: () => NOTHING,
  tellOpen() {},
  tellJobs() {},
  takeCharges: () => [],
});

const NOTHING: LaneSums = Object.freeze({ jobs: 0, ms: 0, bytes: 0, tokens: 0, readMs: 0 });

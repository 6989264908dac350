/** Host → worker, once: everything that a worker needs. */
export interface StartMessage {
  memory: WebAssembly.Memory;
  kernel: WebAssembly.Module;
  /** The thread's place, 0 to WORKER_CAPACITY - 1. */
  worker: number;
  /** Whether it tries out the doorbell. */
  probes: boolean;
  /** A thread that does not show itself for this long is given up. */
  silenceMs: number;
  /** Address of the worker's kernel scratch, SCRATCH_BYTES long. */
  scratch: number;
  /** How the worker spills, if it may. */
  spill?: SpillMessage;
}

/** What a worker needs in order to spill; addresses are those of the shared memory. */
export interface SpillMessage {
  /** Where jobs get their directories. */
  directory: string;
  /** Most bytes that a job may write; Infinity for no bound. */
  maxBytes: number;
  /** Room for one batch or one merge. */
  area: number;
  areaBytes: number;
  /** Most pages of a job for a batch or a merge that need not do with that. */
  batchPages: number;
  /** The worker's part of the reserves. */
  reserve: number;
  reserveBytes: number;
}

/**
 * Worker → host: first that it takes tasks, at the end that it takes none any more; in between,
 * where the doorbell goes by message, that it has published a result.
 */
export interface WorkerMessage {
  state: "ready" | "published" | "left";
}

/** Host → worker, once: everything that a thread needs. */
export interface StartMessage {
  memory: WebAssembly.Memory;
  kernel: WebAssembly.Module;
  /** The thread's place, 0 to WORKER_CAPACITY - 1. */
  place: number;
  /** Whether it tries out the doorbell. */
  probes: boolean;
  /** The host gives up a thread that shows no sign of life for this long. */
  silenceMs: number;
  /** Address of the place's kernel scratch, SCRATCH_BYTES long. */
  scratch: number;
  /** One page that stops user code of this place; see leash.ts. */
  leash: WebAssembly.Memory;
  /** Most bytes of the memory of one instance of a user kernel. */
  kernelMemoryBytes: number;
  /** Memory of the lock that a thread holds while it works; undefined where threads need none. */
  serialLock?: SharedArrayBuffer;
  /** How the thread spills; undefined where the engine has no disk. */
  spill?: SpillMessage;
}

/** What a thread needs in order to spill; addresses are those of the shared memory. */
export interface SpillMessage {
  /** Where jobs get their directories. */
  directory: string;
  /** Most bytes that a job may write; Infinity for no bound. */
  maxBytes: number;
  /** Room for one batch or one merge. */
  area: number;
  areaBytes: number;
  /** Most pages of a job that a batch or a merge takes instead of that room. */
  batchPages: number;
  /** The place's part of the reserves. */
  reserve: number;
  reserveBytes: number;
}

/**
 * Worker → host: `ready` when it begins to take tasks, `left` when it takes none any more, and
 * `published` after each result where the doorbell goes by message.
 */
export interface WorkerMessage {
  state: "ready" | "published" | "left";
}

import {
  ABI_VERSION,
  FAULT_LINE,
  SCRATCH_BAD_OFFSET,
  SCRATCH_BYTES,
  SCRATCH_EDGES,
  SCRATCH_EDGES_BYTES,
  SCRATCH_REPLACED,
  SCRATCH_TOKENS,
} from "../assembly/layout.ts";
import type { SharedHeap } from "../src/shared/shared_heap.ts";
import type { Outcome } from "../src/shared/task.ts";

/** What `assembly/kernel.ts` exports to the threads that run it. */
export interface KernelExports {
  abiVersion(): number;
  attach(scratch: number): void;
  mapChunk(
    job: number,
    worker: number,
    text: number,
    bytes: number,
    task: number,
    claimed: number,
  ): number;
  partitionTable(job: number, worker: number): number;
  reducePartition(job: number, partition: number): number;
  finishJob(job: number): number;
  setReserve(address: number, bytes: number): void;
  dropChunk(): void;
  holdsReserve(): number;
  spillTable(job: number, worker: number, region: number, bytes: number): number;
  spillRuns(job: number, region: number, bytes: number): number;
  orderRecords(job: number, region: number, recordBytes: number, bytes: number): number;
  drainBatch(out: number, bytes: number): number;
  openMerge(
    job: number,
    inputs: number,
    order: number,
    rule: number,
    least: bigint,
    top: number,
  ): void;
  mergeNext(out: number, bytes: number): number;
}

/** Functions for a kernel that imports more than memory, as the kernel for tests of faults does. */
export type KernelImports = Record<string, (...values: number[]) => number | void>;

/** What the last mapChunk gave beside its status. */
type MapOutcome = Pick<Outcome, "tokens" | "replaced" | "offset" | "edges" | "edgesBytes">;

/**
 * One instance of a kernel over the shared memory. Not safe to share: an instance belongs to one
 * thread.
 */
export class KernelHost {
  readonly exports: KernelExports;
  readonly #heap: SharedHeap;
  readonly #scratch: number;

  /**
   * @param scratch Address of SCRATCH_BYTES that this instance alone uses.
   * @throws {TypeError} If the kernel speaks another version of the ABI.
   */
  constructor(
    module: WebAssembly.Module,
    heap: SharedHeap,
    scratch: number,
    imports?: KernelImports,
  ) {
    this.#heap = heap;
    this.#scratch = scratch;
    const instance = new WebAssembly.Instance(module, {
      env: { memory: heap.memory },
      host: { ...imports },
    });
    this.exports = instance.exports as unknown as KernelExports;
    if (this.exports.abiVersion() !== ABI_VERSION) {
      throw new TypeError(
        `Cannot run kernel: its ABI is ${this.exports.abiVersion()}, not ${ABI_VERSION}`,
      );
    }
    heap.bytes.fill(0, scratch, scratch + SCRATCH_BYTES); // an instance before may have died in it
    this.exports.attach(scratch);
  }

  /** Reads what the last mapChunk left in the scratch, into `outcome`. */
  readOutcome(outcome: MapOutcome): void {
    const word = (offset: number) => this.#heap.word(this.#scratch + offset);
    outcome.tokens = word(SCRATCH_TOKENS);
    outcome.replaced = word(SCRATCH_REPLACED);
    outcome.offset = word(SCRATCH_BAD_OFFSET);
    outcome.edges = word(SCRATCH_EDGES);
    outcome.edgesBytes = word(SCRATCH_EDGES_BYTES);
  }

  /** Source line of the assertion that made the kernel trap, 0 when it trapped otherwise. */
  get faultLine(): number {
    return this.#heap.word(FAULT_LINE);
  }
}

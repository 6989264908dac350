import { HostDoorbell } from "../../shared/doorbell.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import { TaskQueue } from "../../shared/task_queue.ts";
import { TaskRecords } from "../../shared/task_records.ts";
import type { Clock } from "../clock.ts";
import type { TaskOwner } from "./running_jobs.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";
import { type PoolOptions, WorkerPool } from "./worker_pool.ts";

/** How long threads may take to notice that the engine stops. */
const STOP_MS = 1000;

/**
 * The threads of an engine, with what carries tasks to them and results back: doorbell → rings and
 * records → supervisor → the owner of the tasks.
 */
export class Workforce {
  readonly queue: TaskQueue;
  readonly doorbell: HostDoorbell;
  readonly pool: WorkerPool;
  readonly supervisor: Supervisor;

  /**
   * Starts the threads.
   *
   * @param owner Is told of every task that comes back.
   * @param onUnavailable Called when the engine cannot take jobs; `nobody` if no thread counts.
   * @throws {RangeError} If the number of workers is out of range, or memory is too small.
   */
  constructor(
    heap: SharedHeap,
    options: PoolOptions & SupervisorOptions,
    owner: TaskOwner,
    onUnavailable: (nobody: boolean) => void,
    clock: Clock,
  ) {
    this.queue = new TaskQueue(heap.words);
    this.queue.initialize();
    const records = new TaskRecords(heap.words);
    records.initialize();
    this.doorbell = new HostDoorbell(heap.words, () => this.supervisor.drain());
    this.pool = new WorkerPool(heap, this.queue, this.doorbell, options);
    const lines = { queue: this.queue, records, doorbell: this.doorbell };
    this.supervisor = new Supervisor(this.pool, lines, options, owner, onUnavailable, clock);
    this.pool.start(this.supervisor);
  }

  /** Stops the threads; resolves when they have ended, or after a while. */
  async close(): Promise<void> {
    this.supervisor.close();
    await this.pool.close(STOP_MS);
  }
}

import {
  JOB_PAGES,
  JOB_RUNNING,
  JOB_SPILLED_RUNS,
  JOB_SPILLS,
  JOB_STATE,
  OK,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  PAGE_BYTES,
  SCRATCH_BATCH_KEYS,
  WORKER_CAPACITY,
} from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { SpillMessage, StartMessage } from "../../src/shared/messages.ts";
import type { Task } from "../../src/shared/task.ts";
import { NO_ROOM } from "../../src/shared/task_status.ts";
import { DiskReducer } from "./disk_reducer.ts";
import { guarded, JobFiles } from "./job_files.ts";
import type { KernelHost } from "../kernel_host.ts";
import type { RunFile } from "./run_file.ts";
import { type Region, SpillRoom } from "./spill_room.ts";

/** When there was nothing to spill, a chunk is tried again so often, with such a pause. */
const IDLE_ATTEMPTS = 100;
const PAUSE_MS = 10;
/** Likewise while nothing of the chunk is counted: then other tasks may go first. */
const FIRST_ATTEMPTS = 5;

/**
 * Takes counts to disk, for one thread.
 *
 * Why a thread gets on, whatever other jobs hold:
 *
 * 1. A spill and a merge need one region. If the allocator has none, the thread uses its own region,
 *    which no other thread uses.
 * 2. A chunk goes on after a spill, since a new table finds room in the thread's reserve. The thread
 *    spills a table that stands there before its task ends, also when the task ends with a fault
 *    where it is whole. If a thread is lost, a task of the same job spills what it left there.
 * 3. So each task finds the reserve free, or the host or a task that is behind it in the queue is
 *    about to free it. In that case a chunk of which nothing is counted goes back to the queue.
 * 4. So no thread ever waits for pages of another thread or job, and every call that is repeated has
 *    counted at least one word more. Only a key that is larger than reserve or region needs pages
 *    that may not be there: then the task ends with OUT_OF_PAGES.
 *
 * All of this happens in COUNTING: if the thread is lost meanwhile, the job starts over under another
 * epoch, and so in another directory.
 */
export class Spiller {
  readonly reducer: DiskReducer;
  readonly #heap: SharedHeap;
  readonly #start: StartMessage;
  readonly #kernel: KernelHost;
  readonly #files: JobFiles;
  readonly #room: SpillRoom;

  /** @param kernel The thread's instance; a new instance needs a new spiller. */
  constructor(heap: SharedHeap, start: StartMessage, options: SpillMessage, kernel: KernelHost) {
    this.#heap = heap;
    this.#start = start;
    this.#kernel = kernel;
    this.#files = new JobFiles(heap, start, options);
    this.#room = new SpillRoom(heap, options, kernel.exports);
    this.reducer = new DiskReducer(heap, start.scratch, kernel.exports, this.#files, this.#room);
    kernel.exports.setReserve(options.reserve, options.reserveBytes);
  }

  /** Whether the job reduces from disk. */
  spills({ job }: Task): boolean {
    return Atomics.load(this.#heap.words, (jobAddress(job) + JOB_SPILLS) >> 2) !== 0;
  }

  /** The job reduces from disk from here on. Returns OK: what did not fit is not lost. */
  giveUp({ job }: Task): number {
    Atomics.store(this.#heap.words, (jobAddress(job) + JOB_SPILLS) >> 2, 1);
    return OK;
  }

  /**
   * Counts a chunk, and writes the table to disk whenever there is no room for more.
   *
   * @param count Calls mapChunk, which begins the chunk or goes on with it.
   * @throws {SpillError}
   */
  map(task: Task, count: () => number): number {
    const { place } = this.#start;
    let isBegun = false;
    for (let idle = 0;;) {
      const status = count();
      if (status === OK) return this.leaveReserve(task);
      if (status !== OUT_OF_PAGES) return status;
      const { spilled, ended } = this.#spillTable(task, place);
      if (ended !== OK) return ended;
      isBegun ||= spilled > 0;
      idle = spilled > 0 ? 0 : idle + 1;
      if (!isBegun && idle > FIRST_ATTEMPTS) return this.#putOff();
      if (idle > IDLE_ATTEMPTS) return OUT_OF_PAGES;
      if (idle > 0) this.#pause(task);
    }
  }

  /** Gives the chunk up: nothing of it is left, since a table without a key has been freed. */
  #putOff(): number {
    this.#kernel.exports.dropChunk();
    return NO_ROOM;
  }

  /**
   * Spills the task's table if it stands in the reserve.
   *
   * @throws {SpillError}
   */
  leaveReserve(task: Task): number {
    return this.#kernel.exports.holdsReserve() ? this.spill(task, this.#start.place) : OK;
  }

  /** Sleeps, unless the job has stopped; the host does not notify this word. */
  #pause({ job }: Task): void {
    this.#files.beat();
    const state = (jobAddress(job) + JOB_STATE) >> 2;
    Atomics.wait(this.#heap.words, state, JOB_RUNNING, PAUSE_MS);
  }

  /**
   * Writes a worker's table of the job to disk and frees it; for WORKER_CAPACITY, what the reduce has
   * made of the tables.
   *
   * @throws {SpillError}
   */
  spill(task: Task, table: number): number {
    return this.#spillTable(task, table).ended;
  }

  #spillTable(task: Task, table: number): { spilled: number; ended: number } {
    return guarded(() => {
      const job = jobAddress(task.job);
      const { exports } = this.#kernel;
      const held = this.#heap.word(job + JOB_PAGES);
      using scope = new DisposableStack();
      let region: Region = scope.use(this.#room.take(task, 2 * held));
      let file: RunFile | undefined;
      let spilled = 0;
      try {
        for (;;) {
          const ended = table === WORKER_CAPACITY
            ? exports.spillRuns(job, region.address, region.bytes)
            : exports.spillTable(job, table, region.address, region.bytes);
          if (ended === OUT_OF_PAGES && region.bytes < held * PAGE_BYTES) {
            // A key is larger than the region; no key is larger than what the job holds.
            const larger = this.#room.takeExactly(task, held + 1);
            if (!larger) return { spilled, ended };
            region = scope.use(larger);
            continue;
          }
          if (ended !== OK && ended !== OUTPUT_FULL) return { spilled, ended };
          const keys = this.#heap.word(this.#start.scratch + SCRATCH_BATCH_KEYS);
          if (keys > 0) {
            this.giveUp(task);
            file ??= this.#files.append(task, `table-${table}`);
            this.#room.writeBatch(file, region);
            // Other workers add as well; done() PUBLISHES the sum to the host.
            Atomics.add(this.#heap.words, (job + JOB_SPILLED_RUNS) >> 2, 1);
            spilled += keys;
          }
          if (ended === OK) return { spilled, ended };
        }
      } finally {
        file?.[Symbol.dispose]();
      }
    });
  }
}

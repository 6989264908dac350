import { own } from "../../async/own.ts";
import type { JobError } from "../../contract/problems.ts";
import { fileChanged, fileFailed } from "../../input/file_errors.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import type { SpillSums } from "../../shared/job_terms.ts";
import { countsChunk, type Result, type Task } from "../../shared/task.ts";
import {
  FILE_CHANGED,
  FILE_FAILED,
  INVALID_UTF8,
  isKernelFailure,
  NO_ROOM,
  OK,
  OUT_OF_PAGES,
  RECORD_BROKEN,
  SPILL_FAILED,
  STOPPED,
  UNFINISHED,
  VALUE_OVERFLOW,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../shared/task_status.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";
import type { LostThread, Run } from "../workforce/running_jobs.ts";
import { countsKeys } from "./encode_terms.ts";
import { kernelFailed, valueOverflow } from "./kernel_errors.ts";
import { MODE_APPROX, outOfMemory, spillFailed, taskFailed, workerLost } from "./job_errors.ts";
import { jobRoomOf } from "./job_room.ts";
import { MERGE_COST, planSpillOf } from "./reduce_plan.ts";
import { RunMap } from "./run_map.ts";
import { RunReduce } from "./run_reduce.ts";
import { RunTasks } from "./run_tasks.ts";
import { Tries } from "./tries.ts";

/** Most times that a run tries a task. */
const MAX_TRIES = 3;

/** How long chunks may find no room, while others count none either. */
export const NO_ROOM_MS = 3000;

/**
 * One run of a job over one job block, from the first chunk to the segment: first `map`, then
 * `reduction`, each by its tasks. The run decides what becomes of tasks that come back.
 *
 * 1. A job whose counts are lost begins another run. What a run knows lives in this object and
 *    ends with it: nothing is reset, and no run sees what another has counted.
 * 2. A run is over when it is whole, or when it was stopped and no task of it is out.
 * 3. The block is the run's from `open` to `close`. It goes to the next job, or to the next run
 *    of this one, when no thread can write to it any more.
 *
 * All of this runs on the host's event loop. Workers are reached through the scheduler and answer
 * through `complete`.
 */
export class JobRun implements Run {
  readonly block: JobBlock;
  readonly tasks: RunTasks;
  readonly map: RunMap;
  readonly reduction: RunReduce;
  readonly #job: RunOwner;
  readonly #context: EngineContext;
  /** The block's epoch; 0 before the run is opened. */
  epoch = 0;

  // What has gone wrong:

  /** Why another run has to begin: what this one has counted is not whole. */
  loss: JobError | undefined;
  /** Whether a task has failed, other than by its kernel, or has ended half-way. */
  #isUntidy = false;
  /** Tasks that were taken from a worker and tried again. */
  #tries: Tries | undefined;
  /** Each resolves when a thread has ended that may still write to what the run has. */
  #zombies: Promise<void>[] | undefined;
  /** Since when chunks have found no room, and none was counted. */
  #noRoomSince = 0;

  constructor(job: RunOwner, block: JobBlock, context: EngineContext) {
    this.#job = job;
    this.block = block;
    this.#context = context;
    this.tasks = new RunTasks(context.scheduler, job.flow, block);
    this.map = new RunMap(job, block, this.tasks, context);
    this.reduction = new RunReduce(block, this.tasks, context, job.lists);
  }

  /** Begins the run. */
  open(): void {
    const { running } = this.#context;
    const { options, records, terms, spilledBefore } = this.#job;
    this.block.open(terms, jobRoomOf(options, records, this.#context), spilledBefore);
    this.epoch = this.block.epoch;
    running.enter(this);
  }

  /** What the run has written to disk so far. */
  get spilled(): SpillSums {
    return this.block.spilled;
  }

  // ---- tasks that come back ----------------------------------------------------------------------

  complete(result: Result, gone?: Promise<void>): void {
    const { kind, part, status } = result;
    const isChunk = countsChunk(kind);
    if (status === OK) {
      if (isChunk) this.#noteCounted(result);
    } else if ((status === INVALID_UTF8 || status === RECORD_BROKEN) && isChunk) {
      this.map.noteInvalid(result);
    } else if (status === UNFINISHED) {
      // Before this one is over, so that the run is never idle in between.
      if (!this.tasks.end) this.tasks.submit(kind, part, MERGE_COST);
    } else if (status === WORKER_FAULT || status === WORKER_SILENT) {
      this.#noteLost(result, gone);
    } else if (isKernelFailure(status)) {
      this.#noteKernelFailed(result);
    } else if (status === FILE_CHANGED || status === FILE_FAILED) {
      this.#noteFileFailed(result);
    } else if (status !== STOPPED) {
      this.#noteFailed(result);
    }
    if (isChunk) this.map.chunks.release(part, gone);
    this.tasks.noteEnd();
  }

  #noteCounted(result: Result): void {
    this.#noRoomSince = 0;
    this.map.noteCounted(result);
  }

  /** Ends the run, whose counts are not whole any more; another begins if one may. */
  #noteLost(result: Result, gone?: Promise<void>): void {
    this.#isUntidy = true;
    if (gone) (this.#zombies ??= []).push(gone);
    if (this.tasks.end) return;
    const offset = this.map.offsetOf(result);
    if (result.status === WORKER_SILENT && !this.#job.mayRepeat(result, offset)) return;
    if (!this.#job.mayStartOver(offset)) return;
    this.loss = workerLost(offset, "and the job starts over");
    this.stop(this.loss);
  }

  #noteFailed(result: Result): void {
    this.#isUntidy = true;
    if (this.tasks.end) return; // a run that is lost anyway says nothing of the next
    const { jobRoom, spill } = this.#context;
    const { status, offset } = result;
    if (status === OUT_OF_PAGES || status === NO_ROOM) {
      this.#job.fail(outOfMemory(jobRoom.pageLimit, "its distinct keys", this.#wayOut));
    } else if (status === SPILL_FAILED) this.#job.fail(spillFailed(offset, spill!, this.#wayOut));
    else if (status === VALUE_OVERFLOW) this.#job.fail(valueOverflow(this.#job.records!));
    else this.#job.fail(taskFailed(result));
  }

  /** What a client may ask for where its keys are too many. */
  get #wayOut(): string {
    const { options, records } = this.#job;
    return options.mode === "exact" && countsKeys(records) ? MODE_APPROX : "";
  }

  #noteKernelFailed(result: Result): void {
    const { status, offset } = result;
    const reason = this.#takeMessage(result);
    if (this.tasks.end) return;
    const { kernel, text } = this.#job;
    const at = (this.map.offsetOf(result) ?? 0) + offset;
    const failure = {
      id: kernel!.id,
      isTrusted: kernel!.isTrusted,
      status,
      offset: at,
      place: text.place?.(at),
      reason,
    };
    this.#job.fail(kernelFailed(failure, this.#context.kernelLimits));
  }

  #noteFileFailed(result: Result): void {
    const reason = this.#takeMessage(result);
    const path = this.map.chunks.pathOf(result)!;
    const hasChanged = result.status === FILE_CHANGED;
    this.#job.fail(hasChanged ? fileChanged(path) : fileFailed(path, reason));
  }

  /** Takes what a worker has left in place of edge words. */
  #takeMessage({ edges, edgesBytes }: Result): string {
    return edgesBytes > 0 ? new TextDecoder().decode(this.block.takePages(edges, edgesBytes)) : "";
  }

  interrupted(task: Task): boolean {
    if (this.tasks.end) return false;
    this.map.noteRetried(task);
    return true;
  }

  putBack(task: Task, waitMs: number): void {
    this.#context.held.hold(this.#job.flow, waitMs);
    this.tasks.putBack(task);
  }

  retry(task: Task, from?: LostThread): boolean {
    this.#isUntidy = true;
    if (this.tasks.end) return false;
    if (from && task.start !== 0) this.#clearReserve(from.place);
    const offset = this.map.offsetOf(task);
    if (from?.isSilent && !this.#job.mayRepeat(task, offset)) return false;
    this.#tries ??= new Tries();
    if (this.#tries.add(task) < MAX_TRIES) {
      this.map.noteRetried(task);
      return true;
    }
    this.#job.fail(workerLost(offset, `${MAX_TRIES} times`));
    return false;
  }

  postpone(): boolean {
    if (this.tasks.end) return false;
    const now = this.#context.now();
    this.#noRoomSince ||= now;
    return now - this.#noRoomSince < NO_ROOM_MS;
  }

  /** Spills the table that a lost thread left in its reserve, before another gets its place. */
  #clearReserve(place: number): void {
    const { spill, workers } = this.#context;
    if (!spill?.isInReserve(place, this.block.owner)) return;
    const table = this.block.moveTable(place, workers);
    if (table !== undefined) this.tasks.submitStage(planSpillOf(table));
  }

  // ---- end -------------------------------------------------------------------------------------

  /** Makes the workers leave the run, and takes back the tasks that no worker has yet. */
  stop(reason: JobError): void {
    this.tasks.end ??= reason;
    this.map.hideTables();
    this.block.stop();
    if (this.#job.kernel) {
      this.#context.stopUserCode(this.block.index, this.epoch);
      this.#context.held.release(this.#job.flow);
      this.map.leaveSlots();
    }
    for (const task of this.tasks.withdraw()) {
      this.map.noteWithdrawn(task);
      this.tasks.noteEnd();
    }
  }

  /** Whether threads that did not answer may still write to the block. */
  get isHaunted(): boolean {
    return this.#zombies !== undefined;
  }

  /**
   * Gives back what the run holds, when no task of it is out: at once, or when the threads have
   * ended that may still write to it.
   *
   * @param keepsBlock Whether the block goes to the job's next run; not if it is haunted.
   * @returns Resolves when the run's files are removed; undefined if it has none, or while threads
   * may still write to them.
   */
  close(keepsBlock = false): Promise<void> | undefined {
    this.map.hideTables();
    this.#context.running.leave(this);
    if (!this.#zombies) return this.#free(keepsBlock);
    this.block.stop();
    own(Promise.all(this.#zombies).then(() => this.#free(false)));
  }

  /** The block may be used again before the files are gone: their names hold its epoch. */
  #free(keepsBlock: boolean): Promise<void> | undefined {
    const { block } = this;
    const { admission, spill } = this.#context;
    const { spills } = block;
    block.close(this.#isUntidy);
    if (!keepsBlock) admission.release(block);
    if (spills) return spill!.directory.removeJob(block.index, this.epoch);
  }
}

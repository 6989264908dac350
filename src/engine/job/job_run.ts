import { FLAG_STOP_TOKENS, TOKEN_SEPARATOR } from "../../../assembly/layout.ts";
import { own } from "../../async/own.ts";
import type { JobError } from "../../contract/problems.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { InputSlot } from "../../shared/input_slots.ts";
import type { JobBlock, Spilled } from "../../shared/job_block.ts";
import { type Result, type Task, TaskKind } from "../../shared/task.ts";
import {
  INVALID_UTF8,
  NO_ROOM,
  OK,
  OUT_OF_PAGES,
  SPILL_FAILED,
  STOPPED,
  UNFINISHED,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../shared/task_status.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";
import type { JobFilters } from "../filters.ts";
import type { KeyCount } from "../job_contract.ts";
import type { LostThread, Run } from "../workforce/running_jobs.ts";
import { ChunkLedger } from "./chunk_ledger.ts";
import { EdgeStitcher } from "./edge_stitcher.ts";
import { encodeFlags, encodeTerms } from "./encode_terms.ts";
import {
  invalidText,
  noRoomForFilters,
  outOfMemory,
  spillFailed,
  taskFailed,
  workerLost,
} from "./job_errors.ts";
import { LiveTop } from "./live_top.ts";
import { MERGE_COST, planSpillOf } from "./reduce_plan.ts";
import { RunReduce } from "./run_reduce.ts";
import { RunTasks } from "./run_tasks.ts";
import { Tries } from "./tries.ts";

/** Most times that a run tries a task. */
const MAX_TRIES = 3;

/** How long chunks may find no room, while others count none either. */
export const NO_ROOM_MS = 3000;

/** Stands between the tokens of a key, unless stop words are looked for among them. */
const SPACE = 0x20;

/**
 * One run of a job over one job block, from the first chunk to the segment.
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
  readonly chunks: ChunkLedger;
  readonly tasks: RunTasks;
  readonly reducing: RunReduce;
  readonly #job: RunOwner;
  readonly #context: EngineContext;
  /** The block's epoch; 0 before the run is opened. */
  epoch = 0;

  // ---- what the text brings ----------------------------------------------------------------------

  /** Chunks that were handed in. */
  parts = 0;
  /** Chunks that were handed to workers, each as often as it was. */
  attempts = 0;
  #filters: JobFilters | undefined;
  #stitcher: EdgeStitcher | undefined;
  /** Whether the chunk that is out repeats words of others, see #mapCrossing. */
  #isCrossing = false;
  /** Whether the tables hold counts that may be shown. */
  #isMapping = false;
  #liveTop: LiveTop | undefined;

  // ---- what goes wrong ---------------------------------------------------------------------------

  /** Why another run has to begin: what this one has counted is not whole. */
  loss: JobError | undefined;
  /** Whether a task has ended half-way. */
  #isUntidy = false;
  /** Tasks that were taken from a worker and tried again. */
  #tries: Tries | undefined;
  /** When the threads have ended that may still write to what the run has. */
  #zombies: Promise<void>[] | undefined;
  /** Since when chunks have found no room, and none was counted. */
  #noRoomSince = 0;

  constructor(job: RunOwner, block: JobBlock, context: EngineContext) {
    this.#job = job;
    this.block = block;
    this.#context = context;
    this.chunks = new ChunkLedger(context.slots);
    this.tasks = new RunTasks(context.scheduler, job.flow, block);
    this.reducing = new RunReduce(block, this.tasks, context);
  }

  /** Begins the run. */
  open(): void {
    const { jobRoom, running } = this.#context;
    this.block.open(encodeTerms(this.#job.options), jobRoom);
    this.epoch = this.block.epoch;
    this.#isMapping = true;
    running.enter(this);
  }

  /** What the run has written to disk so far. */
  get spilled(): Spilled {
    return this.block.spilled;
  }

  /** Workers that have counted; known once the reduce has begun. */
  get workers(): number {
    return this.reducing.workers;
  }

  /** The largest counts so far, about; none before the first chunk and from the reduce on. */
  peek(top: number): KeyCount[] {
    if (!this.#isMapping || this.#filters === undefined) return [];
    const { heap, normalize } = this.#context;
    const { options } = this.#job;
    this.#liveTop ??= new LiveTop(heap, this.block.index, options, normalize, this.#filters.words);
    return this.#liveTop.read(top, this.chunks.counters.tokens);
  }

  // ---- map -------------------------------------------------------------------------------------

  /**
   * Puts a chunk into a slot, waiting for a free one, and hands it to the scheduler.
   *
   * @throws {JobError} `invalid_parameter` or `out_of_memory` if the job's filters cannot be used.
   */
  async count(chunk: Chunk): Promise<void> {
    const settled = this.parts === 0 ? this.#settleKeys() : undefined;
    if (settled) await settled;
    const bytes = chunk.text.length;
    const slot = await this.#slotFor(bytes);
    const part = this.parts++;
    this.chunks.put(part, slot, chunk.text, chunk.offset);
    this.chunks.bytesIn += bytes;
    this.attempts++;
    if (chunk.opens) this.#stitcher?.open(part);
    const isWhole = chunk.last && part === 0;
    const kind = isWhole ? TaskKind.count : TaskKind.map;
    this.tasks.submit(kind, part, bytes, slot.address, bytes);
  }

  /** Says what keys are made of, which depends on the options and the input. */
  #settleKeys(): Promise<void> | undefined {
    const { options, text } = this.#job;
    const filters = this.#context.encodeFilters(options, text.isKeys);
    if (filters instanceof Promise) return filters.then((loaded) => this.#setKeys(loaded));
    this.#setKeys(filters);
  }

  #setKeys(filters: JobFilters): void {
    const { options, text } = this.#job;
    const stopsTokens = options.n > 1 && filters.words.length > 0;
    this.block.setFlags(encodeFlags(options) | (stopsTokens ? FLAG_STOP_TOKENS : 0));
    if (!this.block.setFilters(filters)) throw noRoomForFilters(filters);
    if (text.isKeys) this.block.expectKeys(options.n);
    this.#filters = filters;
    const separator = stopsTokens ? TOKEN_SEPARATOR : SPACE;
    if (options.n > 1) this.#stitcher = new EdgeStitcher(options.n, separator);
  }

  async #slotFor(bytes: number): Promise<InputSlot> {
    const { slots, jobRoom } = this.#context;
    const slot = bytes > slots.chunkBytes
      ? slots.acquireLarge(bytes, this.block.owner)
      : await slots.acquire();
    if (!slot) {
      throw outOfMemory(jobRoom.pageLimit, `a chunk of ${bytes} bytes without a place to split`);
    }
    if (!this.tasks.end) return slot;
    slots.release(slot);
    throw this.tasks.end;
  }

  /**
   * Resolves when all chunks are counted, and with them the n-grams that cross from one into
   * another.
   *
   * @throws {JobError} `invalid_utf8`, or why the run ends.
   */
  async mapped(): Promise<void> {
    const { tasks } = this;
    while (!tasks.areIdle) await tasks.idle(); // a small job is spared the promise of finished()
    tasks.throwIfEnded();
    if (this.chunks.isInvalid) {
      const { text } = this.#job;
      const offset = this.chunks.invalidOffset + text.skippedBytes;
      throw invalidText(offset, text.place?.(offset));
    }
    if (this.#stitcher) await this.#mapCrossing(this.#stitcher.records());
    this.#isMapping = false;
  }

  /** Counts the n-grams that no chunk holds whole, as keys of one more chunk. */
  async #mapCrossing(keys: Uint8Array): Promise<void> {
    if (keys.length === 0) return;
    this.block.expectKeys(1);
    this.#isCrossing = true;
    const slot = await this.#slotFor(keys.length);
    this.chunks.put(this.parts, slot, keys, 0);
    this.tasks.submit(TaskKind.map, this.parts, keys.length, slot.address, keys.length);
    await this.tasks.finished();
    this.#isCrossing = false;
  }

  // ---- reduce ----------------------------------------------------------------------------------

  /** See RunReduce.begin(). */
  reduce(): Promise<void> | undefined {
    return this.reducing.begin(this.chunks.counters.bytes);
  }

  /** See RunReduce.takeSegment(). */
  takeSegment(readOnce?: boolean): Segment {
    return this.reducing.takeSegment(readOnce);
  }

  // ---- tasks that come back ----------------------------------------------------------------------

  complete(result: Result, gone?: Promise<void>): void {
    const { kind, part, status } = result;
    const isChunk = kind === TaskKind.map || kind === TaskKind.count;
    if (status === OK) {
      if (isChunk && !this.#isCrossing) this.#noteCounted(result);
    } else if (status === INVALID_UTF8 && isChunk) {
      this.chunks.addInvalid(result);
    } else if (status === UNFINISHED) {
      // Before this one is over, so that the run is never idle in between.
      if (!this.tasks.end) this.tasks.submit(kind, part, MERGE_COST);
    } else if (status === WORKER_FAULT || status === WORKER_SILENT) {
      this.#noteLost(result, gone);
    } else if (status !== STOPPED) {
      this.#noteFailed(result);
    }
    if (isChunk) this.chunks.release(part, gone);
    this.tasks.noteEnd();
  }

  #noteCounted(result: Result): void {
    this.chunks.add(result);
    this.#noRoomSince = 0;
    const { part, edges, edgesBytes } = result;
    if (edgesBytes > 0) this.#stitcher?.add(part, this.block.takePages(edges, edgesBytes));
  }

  /** Ends the run, whose counts are not whole any more; another begins if one may. */
  #noteLost(result: Result, gone?: Promise<void>): void {
    this.#isUntidy = true;
    if (gone) (this.#zombies ??= []).push(gone);
    if (this.tasks.end) return;
    const offset = this.#offsetOf(result);
    if (result.status === WORKER_SILENT && !this.#job.mayRepeat(result, offset)) return;
    if (!this.#job.mayStartOver(offset)) return;
    this.loss = workerLost(offset, "and the job starts over");
    this.stop(this.loss);
  }

  #noteFailed(result: Result): void {
    if (this.tasks.end) return; // a run that is lost anyway says nothing of the next
    const { jobRoom, spill } = this.#context;
    const { status, offset } = result;
    if (status === OUT_OF_PAGES || status === NO_ROOM) {
      this.#job.fail(outOfMemory(jobRoom.pageLimit, "its distinct keys"));
    } else if (status === SPILL_FAILED) this.#job.fail(spillFailed(offset, spill!));
    else this.#job.fail(taskFailed(result));
  }

  retry(task: Task, from?: LostThread): boolean {
    this.#isUntidy = true;
    if (this.tasks.end) return false;
    if (from && task.start !== 0) this.#clearReserve(from.place);
    const offset = this.#offsetOf(task);
    if (from?.isSilent && !this.#job.mayRepeat(task, offset)) return false;
    this.#tries ??= new Tries();
    if (this.#tries.add(task) < MAX_TRIES) {
      if (this.#isAttempt(task)) this.attempts++;
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

  /** Where the chunk of a task begins in the input, if it has one. */
  #offsetOf(task: Task): number | undefined {
    const offset = this.chunks.offsetOf(task);
    return offset === undefined ? undefined : offset + this.#job.text.skippedBytes;
  }

  /** Whether a task counts a chunk of the text. */
  #isAttempt({ start }: Task): boolean {
    return start !== 0 && !this.#isCrossing;
  }

  // ---- end -------------------------------------------------------------------------------------

  /** Makes the workers leave the run, and takes back the tasks that no worker has yet. */
  stop(reason: JobError): void {
    this.tasks.end ??= reason;
    this.#isMapping = false;
    this.block.stop();
    for (const task of this.tasks.withdraw()) {
      if (this.#isAttempt(task)) this.attempts--;
      if (task.start !== 0) this.chunks.release(task.part);
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
    this.#isMapping = false;
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

import { INVALID_UTF8, OK, OUT_OF_PAGES, STOPPED } from "../../../assembly/layout.ts";
import { own } from "../../async/own.ts";
import type { JobError } from "../../contract/problems.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { InputSlot } from "../../shared/input_slots.ts";
import {
  type Result,
  type Task,
  TaskKind,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../shared/task_records.ts";
import { NO_ROOM, SPILL_FAILED, UNFINISHED } from "../../shared/spill_status.ts";
import type { Segment } from "../../reduce/segment.ts";
import { ChunkLedger } from "./chunk_ledger.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";
import { EdgeStitcher } from "./edge_stitcher.ts";
import { invalidText, outOfMemory, spillFailed, taskFailed, workerLost } from "./job_errors.ts";
import type { EncodedFilters } from "../filters.ts";
import type { JobBlock } from "./job_block.ts";
import type { LiveTop } from "./live_top.ts";
import {
  MERGE_COST,
  planFromDisk,
  planInMemory,
  planSpillOf,
  type ReduceStage,
} from "./reduce_plan.ts";
import type { LostThread, TaskOwner } from "../workforce/run_table.ts";
import { Tries } from "./tries.ts";
import type { KeyCount, Spilled } from "../job_contract.ts";

/** Most times that a run tries a task. */
const MAX_TRIES = 3;

/** How long chunks may find no room, while others count none either. */
export const NO_ROOM_MS = 3000;

/**
 * One run of a job over one record, from the first chunk to the segment.
 *
 * 1. A job whose counts are lost begins another run. What a run knows lives in this object and
 *    ends with it: nothing is reset, and no run sees what another has counted.
 * 2. A run is over when it is whole, or when it was stopped and no task of it is out.
 * 3. The record is the run's from `open` to `close`. It goes to the next job, or to the next run
 *    of this one, when no thread can write to it any more.
 *
 * All of this runs on the host's event loop. Workers are reached through the scheduler and answer
 * through `complete`.
 */
export class JobRun implements TaskOwner {
  readonly record: JobBlock;
  readonly chunks: ChunkLedger;
  /** The record's epoch; 0 before the run is opened. */
  epoch = 0;
  /** Chunks that were handed to workers, each as often as it was. */
  attempts = 0;
  /** Workers that have counted. */
  workers = 0;
  /** Chunks that were handed in. */
  parts = 0;
  /** Why another run has to begin: what this one has counted is not whole. */
  loss: JobError | undefined;

  readonly #job: RunOwner;
  readonly #context: EngineContext;
  #stitcher: EdgeStitcher | undefined;
  #filters: EncodedFilters | undefined;
  #liveTop: LiveTop | undefined;
  /** Whether the tables hold counts that may be shown. */
  #isMapping = false;
  /** Whether the chunk that is out repeats words of others, see #mapCrossing. */
  #isCrossing = false;
  /** Tasks that are out or wait for their turn. */
  #outstanding = 0;
  #onIdle: (() => void) | undefined;
  /** Why the run ends before it is whole. */
  #end: JobError | undefined;
  /** Tasks that were taken from a worker and tried again. */
  #tries: Tries | undefined;
  /** When the threads have ended that may still write to what the run has. */
  #zombies: Promise<void>[] | undefined;
  /** Whether a task has ended half-way. */
  #isUntidy = false;
  /** Since when chunks have found no room, and none was counted. */
  #noRoomSince = 0;

  constructor(job: RunOwner, record: JobBlock, context: EngineContext) {
    this.#job = job;
    this.record = record;
    this.#context = context;
    this.chunks = new ChunkLedger(context.slots);
  }

  /** Begins the run. */
  open(): void {
    const { pageLimit, runs, spill } = this.#context;
    this.record.open(this.#job.options, pageLimit, spill);
    this.epoch = this.record.epoch;
    this.#isMapping = true;
    runs.enter(this);
  }

  /** What the run has written to disk so far. */
  get spilled(): Spilled {
    return this.record.spilled;
  }

  /** The largest counts so far, about; nothing before the first chunk and from the reduce on. */
  peek(top: number): KeyCount[] {
    if (!this.#isMapping || this.#filters === undefined) return [];
    const { normalize } = this.#context;
    this.#liveTop ??= this.record.openLiveTop(this.#job.options, this.#filters, normalize);
    return this.#liveTop.read(top, this.chunks.counters.tokens);
  }

  /** @throws {JobError} Why the run ends, if it does. */
  throwIfEnded(): void {
    if (this.#end) throw this.#end;
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
    this.#submit(kind, part, bytes, slot.address, bytes);
  }

  /** Says what keys are made of, which depends on the options and the input. */
  #settleKeys(): Promise<void> | undefined {
    const { options, text } = this.#job;
    const filters = this.#context.encodeFilters(options, text.isKeys);
    if (filters instanceof Promise) return filters.then((loaded) => this.#setKeys(loaded));
    this.#setKeys(filters);
  }

  #setKeys(filters: EncodedFilters): void {
    const { options, text } = this.#job;
    const separator = this.record.setKeys(options, filters, text.isKeys);
    this.#filters = filters;
    if (options.n > 1) this.#stitcher = new EdgeStitcher(options.n, separator);
  }

  async #slotFor(bytes: number): Promise<InputSlot> {
    const { slots, pageLimit } = this.#context;
    const slot = bytes > slots.chunkBytes
      ? slots.acquireLarge(bytes, this.record.owner)
      : await slots.acquire();
    if (!slot) {
      throw outOfMemory(pageLimit, `a chunk of ${bytes} bytes without a place to split`);
    }
    if (!this.#end) return slot;
    slots.release(slot);
    throw this.#end;
  }

  /**
   * Resolves when all chunks are counted, and with them the n-grams that cross from one into
   * another.
   *
   * @throws {JobError} `invalid_utf8`, or why the run ends.
   */
  async mapped(): Promise<void> {
    while (this.#outstanding > 0) await this.#idle();
    this.throwIfEnded();
    if (this.chunks.isInvalid) {
      const { text } = this.#job;
      const offset = this.chunks.invalidOffset + text.skippedBytes;
      throw invalidText(offset, text.place?.(offset));
    }
    if (this.#stitcher) await this.#mapCrossing(this.#stitcher.records());
    this.#isMapping = false;
  }

  /** Counts the n-grams that no chunk holds whole, as keys of one more chunk. */
  async #mapCrossing(records: Uint8Array): Promise<void> {
    if (records.length === 0) return;
    this.record.expectKeys(1);
    this.#isCrossing = true;
    const slot = await this.#slotFor(records.length);
    this.chunks.put(this.parts, slot, records, 0);
    this.#submit(TaskKind.map, this.parts, records.length, slot.address, records.length);
    await this.#whenIdle();
    this.#isCrossing = false;
  }

  // ---- reduce ----------------------------------------------------------------------------------

  /**
   * Turns the tables into one ordered segment, in memory if they fit.
   *
   * @returns Nothing if the only task of a small job did all. Rejects with why the run ends.
   */
  reduce(): Promise<void> | undefined {
    const tables = this.record.tables();
    this.workers = Math.max(1, tables.length);
    if (tables.length > 0 || this.record.spills) return this.#reduce(tables);
  }

  async #reduce(tables: number[]): Promise<void> {
    if (!this.record.spills) await this.#perform(this.#planInMemory(tables));
    // When a task finds no room, all of them leave the rest to the disk.
    if (this.record.spills) await this.#perform(this.#planFromDisk(this.record.tables()));
  }

  #planInMemory(tables: number[]): readonly ReduceStage[] {
    const { pages } = this.record;
    const { workers } = this.#context;
    const plan = planInMemory({ tables, pages, workers, textBytes: this.chunks.counters.bytes });
    this.record.setPartitionBits(plan.partitionBits);
    return plan.stages;
  }

  #planFromDisk(tables: number[]): readonly ReduceStage[] {
    const { directory, partitionBits } = this.#context.spill!;
    const spilled = directory.workers(this.record.index, this.epoch);
    this.workers = new Set([...tables, ...spilled]).size;
    return planFromDisk(tables, partitionBits);
  }

  async #perform(stages: readonly ReduceStage[]): Promise<void> {
    for (const stage of stages) {
      this.#submitStage(stage);
      await this.#whenIdle();
    }
  }

  /**
   * The segment, which has another owner from here on.
   *
   * @param readOnce As in SubmitOptions.
   */
  takeSegment(readOnce?: boolean): Segment {
    const { record } = this;
    if (!record.spills) return record.takeSegment(readOnce);
    const { directory } = this.#context.spill!;
    return directory.takeSegment(record.index, this.epoch, record.segmentKeys);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  #submit(kind: number, part: number, cost: number, start = 0, bytes = 0): void {
    this.#outstanding++;
    const task = { kind, job: this.record.index, epoch: this.epoch, part, start, bytes };
    this.#context.scheduler.submit(this.#job.flow, task, cost);
  }

  #submitStage({ kind, parts, cost }: ReduceStage): void {
    for (const part of parts) this.#submit(kind, part, cost);
  }

  complete(result: Result, gone?: Promise<void>): void {
    const { kind, part, status } = result;
    const isChunk = kind === TaskKind.map || kind === TaskKind.count;
    if (status === OK) {
      if (isChunk && !this.#isCrossing) this.#noteCounted(result);
    } else if (status === INVALID_UTF8 && isChunk) {
      this.chunks.addInvalid(result);
    } else if (status === UNFINISHED) {
      // Before this one is over, so that the run is never idle in between.
      if (!this.#end) this.#submit(kind, part, MERGE_COST);
    } else if (status === WORKER_FAULT || status === WORKER_SILENT) {
      this.#noteLost(result, gone);
    } else if (status !== STOPPED) {
      this.#noteFailed(result);
    }
    this.#forget(part, isChunk, gone);
  }

  #noteCounted(result: Result): void {
    this.chunks.add(result);
    this.#noRoomSince = 0;
    const { part, edges, edgesBytes } = result;
    if (edgesBytes > 0) this.#stitcher?.add(part, this.record.takeBlock(edges, edgesBytes));
  }

  /** Ends the run, whose counts are not whole any more; another begins if one may. */
  #noteLost(result: Result, gone?: Promise<void>): void {
    this.#isUntidy = true;
    if (gone) (this.#zombies ??= []).push(gone);
    if (this.#end) return;
    const offset = this.#offsetOf(result);
    if (result.status === WORKER_SILENT && !this.#job.mayRepeat(result, offset)) return;
    if (!this.#job.mayStartOver(offset)) return;
    this.loss = workerLost(offset, "and the job starts over");
    this.stop(this.loss);
  }

  #noteFailed(result: Result): void {
    if (this.#end) return; // a run that is lost anyway says nothing of the next
    const { pageLimit, spill } = this.#context;
    const { status, offset } = result;
    if (status === OUT_OF_PAGES || status === NO_ROOM) {
      this.#job.fail(outOfMemory(pageLimit, "its distinct keys"));
    } else if (status === SPILL_FAILED) this.#job.fail(spillFailed(offset, spill!));
    else this.#job.fail(taskFailed(result));
  }

  retry(task: Task, from?: LostThread): boolean {
    this.#isUntidy = true;
    if (this.#end) return false;
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
    if (this.#end) return false;
    const now = this.#context.now();
    this.#noRoomSince ||= now;
    return now - this.#noRoomSince < NO_ROOM_MS;
  }

  /** Spills the table that a lost thread left in its reserve, before another has its place. */
  #clearReserve(place: number): void {
    const { spill, workers } = this.#context;
    if (!spill?.isInReserve(place, this.record.owner)) return;
    const table = this.record.moveTable(place, workers);
    if (table !== undefined) this.#submitStage(planSpillOf(table));
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

  #forget(part: number, isChunk: boolean, gone?: Promise<void>): void {
    if (isChunk) this.chunks.release(part, gone);
    if (--this.#outstanding === 0) this.#onIdle?.();
  }

  /** Resolves when no task of the run is out or waits for its turn. */
  async drained(): Promise<void> {
    while (this.#outstanding > 0) await this.#idle();
  }

  /** Likewise, and throws what went wrong meanwhile. */
  async #whenIdle(): Promise<void> {
    while (this.#outstanding > 0) await this.#idle();
    this.throwIfEnded();
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => this.#onIdle = resolve);
  }

  // ---- end -------------------------------------------------------------------------------------

  /** Makes the workers leave the run, and takes back what they have not got yet. */
  stop(reason: JobError): void {
    this.#end ??= reason;
    this.#isMapping = false;
    this.record.stop();
    for (const task of this.#context.scheduler.withdraw(this.#job.flow)) {
      if (this.#isAttempt(task)) this.attempts--;
      this.#forget(task.part, task.start !== 0);
    }
  }

  /** Whether threads that did not answer may still write to the record. */
  get isHaunted(): boolean {
    return this.#zombies !== undefined;
  }

  /**
   * Gives back what the run holds, when no task of it is out: at once, or when the threads have
   * ended that may still write to it.
   *
   * @param keepsRecord Whether the record goes to the job's next run; not if it is haunted.
   * @returns When its files are removed, if it has some and nobody has to be waited for.
   */
  close(keepsRecord = false): Promise<void> | undefined {
    this.#isMapping = false;
    this.#context.runs.leave(this);
    if (!this.#zombies) return this.#free(keepsRecord);
    this.record.stop();
    own(Promise.all(this.#zombies).then(() => this.#free(false)));
  }

  /** The record may be used again before the files are gone: their names hold its epoch. */
  #free(keepsRecord: boolean): Promise<void> | undefined {
    const { record } = this;
    const { admission, spill } = this.#context;
    const { spills } = record;
    record.close(this.#isUntidy);
    if (!keepsRecord) admission.release(record);
    if (spills) return spill!.directory.removeJob(record.index, this.epoch);
  }
}

import {
  INVALID_UTF8,
  OK,
  OUT_OF_PAGES,
  PARTITION_CAPACITY,
  STOPPED,
  WORKER_CAPACITY,
} from "../../assembly/layout.ts";
import { ignoreError, own } from "../async/own.ts";
import type { JobError } from "../errors.ts";
import { ChunkReader } from "../input/chunk_reader.ts";
import type { Chunk } from "../input/splitter.ts";
import { openText, type Text } from "../input/text.ts";
import type { InputSlot } from "../memory/input_slots.ts";
import type { CountOptions } from "../options.ts";
import {
  type Result,
  type Task,
  TaskKind,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../queue/task_records.ts";
import { NO_ROOM, SPILL_FAILED, UNFINISHED } from "../queue/spill_status.ts";
import type { Waiting } from "./admission.ts";
import type { EngineContext, TaskOwner } from "./context.ts";
import type { Timed } from "./deadlines.ts";
import { EdgeStitcher } from "./edge_stitcher.ts";
import { ProgressReports, waitForResult } from "./futures.ts";
import {
  asJobError,
  emptyBody,
  invalidText,
  jobCancelled,
  jobTimeout,
  notAccounted,
  outOfMemory,
  spillFailed,
  taskFailed,
  workerLost,
} from "./job_errors.ts";
import { JobRecord } from "./job_record.ts";
import type { LiveTop } from "./live_top.ts";
import type { Listed } from "./roster.ts";
import { createFlow, type Flow } from "./scheduler.ts";
import type {
  Job,
  JobCounters,
  JobInput,
  JobProgress,
  JobResult,
  JobState,
  KeyCount,
  ObservedJob,
  ProgressOptions,
  Spilled,
  StageMarks,
  SubmitOptions,
  WaitOptions,
} from "./types.ts";

/** Below this much text one task does the whole reduce: more would cost more than they save. */
const SMALL_REDUCE_BYTES = 1024 * 1024;

/**
 * Pages of tables that make a partition: the slots and records of a merge then stay in a core's
 * cache. In 4 partitions instead of 64, five million keys take twice as long to reduce.
 */
const PAGES_PER_PARTITION = 24;

/** What a reduce task weighs against map tasks, in bytes of text. */
const REDUCE_COST = 256 * 1024;

/** What a slice of a merge on disk weighs likewise. */
const MERGE_COST = 16 * 1024 * 1024;

/** Most times that a task is tried, and most runs of a job. */
const MAX_ATTEMPTS = 3;

/** How long chunks may find no room, while others count none either. */
const NO_ROOM_MS = 3000;

/** A chunk that a worker has, or will have. */
interface ChunkInFlight {
  slot: InputSlot;
  offset: number;
}

/** What the engine decides about a job before it begins. */
export interface JobTerms {
  id: string;
  /** Share of the workers next to its siblings. */
  weight: number;
  /** The share that it divides with the tenant's other jobs, if it has a tenant. */
  parent?: Flow;
  timeoutMs: number;
  /** Called once, when nothing of the job is left. */
  onEnded: (job: CountJob) => void;
}

/**
 * One count from input to segment: reads, splits and dispatches chunks, then reduces.
 *
 * Everything here runs on the host's event loop; the workers are reached through the scheduler
 * and answer through `complete`.
 */
export class CountJob implements Job, ObservedJob, Timed, Listed, TaskOwner {
  rosterIndex = -1;
  readonly id: string;
  readonly options: CountOptions;
  readonly counters: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  readonly received: Promise<void>;
  readonly done: Promise<JobResult>;
  /** Resolves when nothing of the job is left in the engine. */
  readonly settled: Promise<void>;
  readonly limits: SubmitOptions;
  readonly marks: StageMarks = {
    submitted: performance.now(),
    ...{ firstByte: 0, lastByte: 0, mapped: 0, reduced: 0 },
  };
  /** When the job must have ended, as `performance.now()` tells time. */
  readonly deadline: number;

  readonly #context: EngineContext;
  readonly #onEnded: (job: CountJob) => void;
  readonly #text: Text;
  #chunks: ChunkReader | undefined;
  /** What was read before the job had its record. */
  #firstChunk: Chunk | undefined;
  #stitcher: EdgeStitcher | undefined;
  readonly #received = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<JobResult>();
  readonly #flow: Flow;
  readonly #inFlight = new Map<number, ChunkInFlight>();
  #state: JobState = "pending";
  #record!: JobRecord;
  #waiting: Waiting | undefined;
  #failure: JobError | undefined;
  #liveTop: LiveTop | undefined;
  #invalidOffset = Infinity;
  #replacements = 0;
  /** Whether the chunk that is out repeats words of others, see #mapCrossing. */
  #crossing = false;
  #outstanding = 0;
  #idle = Promise.withResolvers<void>();
  #workers = 0;
  #runs = 0;
  #attempts = 0;
  #bytesIn = 0;
  /** How often each task was taken from a worker and tried again. */
  readonly #retries = new Map<string, number>();
  /** Why this run has to end and another to begin: what it has counted is not whole. */
  #loss: JobError | undefined;
  /** When the threads have ended that may still write to what this run has. */
  #zombies: Promise<void>[] = [];
  /** Whether the record is this job's. */
  #hasRecord = false;
  #spilled: Spilled = { runs: 0, bytes: 0 };
  /** Whether a task of this job has ended half-way. */
  #untidy = false;
  /** Since when chunks have found no room, and none was counted. */
  #noRoomSince = 0;

  /** @throws {JobError} `unknown_charset`, `too_many_jobs`. */
  constructor(
    terms: JobTerms,
    input: JobInput,
    options: CountOptions,
    limits: SubmitOptions,
    context: EngineContext,
  ) {
    this.id = terms.id;
    this.options = options;
    this.limits = limits;
    this.deadline = this.marks.submitted + terms.timeoutMs;
    this.#context = context;
    this.#onEnded = terms.onEnded;
    this.#flow = createFlow(terms.weight, terms.parent);
    this.#text = openText(input, options, limits);
    this.received = this.#received.promise;
    this.done = this.#done.promise;
    // Whoever waits for one of these may not wait for the other.
    own(this.received, ignoreError);
    own(this.done, ignoreError);
    this.settled = isHere(input) ? this.#enter(knownBytes(input)) : this.#arrive();
  }

  /** From submission to the last byte of input; 0 as long as there is more. */
  get readMs(): number {
    return Math.max(0, this.marks.lastByte - this.marks.submitted);
  }

  get state(): JobState {
    return this.#state;
  }

  result(options?: WaitOptions): Promise<JobResult> {
    return waitForResult(this, options);
  }

  progress(options?: ProgressOptions): AsyncIterableIterator<JobProgress> {
    return new ProgressReports(this, options);
  }

  peek(top: number): KeyCount[] {
    if (this.#state !== "running" || this.marks.mapped > 0) return [];
    this.#liveTop ??= this.#record.openLiveTop(this.options);
    return this.#liveTop.read(top, this.counters.tokens);
  }

  cancel(reason?: unknown): void {
    if (this.#hasEnded) return;
    this.fail(jobCancelled(this.id, reason));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return this.settled;
  }

  /** The deadline has passed. */
  expire(): void {
    this.fail(jobTimeout(this.id, Math.round(this.deadline - this.marks.submitted)));
  }

  get requestId(): string | undefined {
    return this.limits.requestId;
  }

  /** What it failed with. */
  get failure(): JobError | undefined {
    return this.#failure;
  }

  /** What it has written to disk so far. */
  get spilled(): Spilled {
    return this.#hasRecord ? this.#record.spilled : this.#spilled;
  }

  get #hasEnded(): boolean {
    return this.#state === "done" || this.#failure !== undefined;
  }

  /** Ends the job with an error, at once for who waits and soon for the workers. */
  fail(error: JobError): void {
    if (this.#hasEnded) return;
    this.#failure = error;
    this.#state = error.code === "job_cancelled" ? "cancelled" : "failed";
    this.#received.reject(error);
    this.#done.reject(error);
    this.#text.cancel(error);
    if (this.#waiting) this.#context.admission.leave(this.#waiting);
    this.#stopRun();
  }

  /** Makes the workers leave the job, and takes back what they have not got yet. */
  #stopRun(): void {
    if (this.#hasRecord) this.#record.stop();
    for (const task of this.#context.scheduler.withdraw(this.#flow)) {
      if (task.start !== 0 && !this.#crossing) this.#attempts--;
      this.#forget(task.part, task.start !== 0);
    }
  }

  /** Waits for the first text without a record: a client that stalls keeps none from others. */
  async #arrive(): Promise<void> {
    const { admission } = this.#context;
    admission.expect();
    try {
      this.#firstChunk = await this.#readChunk();
      this.#throwIfFailed();
      if (!this.#firstChunk) throw emptyBody();
    } catch (error) {
      this.fail(asJobError(error));
    }
    admission.expectNoMore();
    if (this.#firstChunk && !this.#failure) return await this.#enter(this.#firstChunk.text.length);
    this.#onEnded(this);
  }

  /** @param bytes What the job holds of its input if it has to wait. */
  #enter(bytes: number): Promise<void> {
    const place = this.#context.admission.enter(bytes);
    if (place instanceof JobRecord) return this.#runIn(place);
    this.#waiting = place;
    return place.turn.then((record) => {
      if (record) return this.#runIn(record);
      this.#onEnded(this); // it failed before its turn came
    });
  }

  async #runIn(record: JobRecord): Promise<void> {
    this.#occupy(record);
    try {
      while (!await this.#runOnce()) await this.#startOver();
      this.marks.reduced = performance.now();
      const result = this.#result();
      this.#state = "done";
      this.#done.resolve(result);
    } catch (error) {
      this.fail(asJobError(error));
      await this.#drained();
    } finally {
      const removed = this.#vacate();
      if (removed) await removed; // and no turn of the loop without files
      this.#onEnded(this);
    }
  }

  #occupy(record: JobRecord): void {
    this.#record = record;
    this.#hasRecord = true;
    this.#context.running[record.index] = this;
  }

  /** Leaves the record, which goes to the next job when no thread can write to it any more. */
  #vacate(): Promise<void> | undefined {
    if (!this.#hasRecord) return;
    this.#hasRecord = false;
    const record = this.#record;
    if (record.spills) this.#spilled = record.spilled;
    this.#context.running[record.index] = undefined;
    const release = () => {
      const removed = this.#close(record, this.#untidy);
      this.#context.admission.release(record);
      return removed;
    };
    if (this.#zombies.length === 0) return release();
    record.stop();
    own(Promise.all(this.#zombies).then(release));
    this.#zombies = [];
  }

  /** Frees what the job holds, and removes its files; the record may be used before they are gone. */
  #close(record: JobRecord, untidy: boolean): Promise<void> | undefined {
    record.close(untidy);
    if (!record.spills) return;
    return this.#context.spill!.directory.removeJob(record.index, record.epoch);
  }

  /** @returns false when a worker was lost half-way, so that all has to be counted again. */
  async #runOnce(): Promise<boolean> {
    this.#throwIfFailed();
    this.#runs++;
    const filters = this.#context.encodeFilters(this.options);
    this.#record.open(this.options, filters, this.#context.pageLimit, this.#context.spill);
    if (this.options.n > 1) this.#stitcher = new EdgeStitcher(this.options.n);
    this.#state = "running";
    try {
      await this.#map();
      await this.#reduce();
      return true;
    } catch (error) {
      if (error !== this.#loss || this.#failure) throw error;
      return false;
    }
  }

  /** Forgets what was counted; in another record if a thread may still write to this one. */
  async #startOver(): Promise<void> {
    await this.#drained();
    this.#loss = undefined;
    this.#throwIfFailed();
    if (this.#zombies.length === 0) await this.#close(this.#record, true);
    else await this.#moveOn();
    this.#chunks!.rewind();
    Object.assign(this.counters, { bytes: 0, chunks: 0, tokens: 0 });
    this.#bytesIn = this.#replacements = 0;
    this.#invalidOffset = Infinity;
    this.#crossing = false;
  }

  async #moveOn(): Promise<void> {
    const removed = this.#vacate();
    if (removed) own(removed);
    const place = this.#context.admission.enter(0);
    if (!(place instanceof JobRecord)) this.#waiting = place;
    const record = place instanceof JobRecord ? place : await place.turn;
    if (record) this.#occupy(record);
    this.#throwIfFailed();
  }

  /** Reads the input and has every chunk counted. */
  async #map(): Promise<void> {
    let parts = 0;
    for (let chunk; (chunk = this.#takeFirst() ?? await this.#readChunk());) {
      this.#throwIfFailed();
      this.marks.firstByte ||= performance.now();
      if (parts === 0 && this.#text.isKeys) this.#record.expectKeys(this.options.n);
      await this.#dispatch(chunk, parts++);
      if (this.#invalidOffset !== Infinity) break; // what comes later cannot be the first error
    }
    this.#throwIfFailed();
    if (parts === 0) throw emptyBody();
    this.marks.lastByte = performance.now();
    this.#received.resolve();
    await this.#whenIdle();
    if (this.#invalidOffset !== Infinity) {
      throw invalidText(this.#invalidOffset, this.#text.place?.(this.#invalidOffset));
    }
    await this.#mapCrossing(parts);
    this.marks.mapped = performance.now();
  }

  #takeFirst(): Chunk | undefined {
    const first = this.#firstChunk;
    this.#firstChunk = undefined;
    return first;
  }

  #readChunk(): Promise<Chunk | undefined> {
    const { slots, replayBytes, splitRule } = this.#context;
    this.#chunks ??= new ChunkReader(
      this.#text,
      slots.chunkBytes,
      splitRule(this.options),
      replayBytes,
    );
    return this.#chunks.next();
  }

  /** Counts the n-grams that no chunk holds whole, as keys of one more chunk. */
  async #mapCrossing(part: number): Promise<void> {
    const records = this.#stitcher?.records();
    if (!records || records.length === 0) return;
    this.#record.expectKeys(1);
    this.#crossing = true;
    const slot = await this.#slotFor(records.length);
    this.#context.slots.fill(slot, records);
    this.#inFlight.set(part, { slot, offset: 0 });
    this.#submit(TaskKind.map, part, records.length, slot.address, records.length);
    await this.#whenIdle();
    this.#crossing = false;
  }

  /** Puts a chunk into a slot, waiting for a free one, and hands it to the scheduler. */
  async #dispatch(chunk: Chunk, part: number): Promise<void> {
    const bytes = chunk.text.length;
    const slot = await this.#slotFor(bytes);
    this.#context.slots.fill(slot, chunk.text);
    this.#inFlight.set(part, { slot, offset: chunk.offset });
    this.#bytesIn += bytes;
    this.#attempts++;
    if (chunk.opens) this.#stitcher?.open(part);
    const whole = chunk.last && part === 0;
    this.#submit(whole ? TaskKind.count : TaskKind.map, part, bytes, slot.address, bytes);
  }

  async #slotFor(bytes: number): Promise<InputSlot> {
    const { slots } = this.#context;
    const slot = bytes > slots.chunkBytes
      ? slots.acquireLarge(bytes, this.#record.owner)
      : await slots.acquire();
    if (!slot) {
      throw outOfMemory(
        this.#context.pageLimit,
        `a chunk of ${bytes} bytes without a place to split`,
      );
    }
    const interruption = this.#failure ?? this.#loss;
    if (!interruption) return slot;
    slots.release(slot);
    throw interruption;
  }

  /** Turns the tables of the workers into one ordered segment, in memory if they fit. */
  async #reduce(): Promise<void> {
    if (!this.#record.spills) await this.#reduceInMemory();
    if (this.#record.spills) await this.#reduceFromDisk();
  }

  /** Nothing is left to do if the only task did all; no step does anything once the job spills. */
  async #reduceInMemory(): Promise<void> {
    const tables = this.#record.tables();
    this.#workers = Math.max(1, tables.length);
    if (tables.length === 0) return;
    if (this.counters.bytes <= SMALL_REDUCE_BYTES || this.#context.workers === 1) {
      this.#submit(TaskKind.reduceAll, 0, REDUCE_COST);
      return await this.#whenIdle();
    }
    const bits = this.#partitionBits();
    this.#record.setPartitionBits(bits);
    for (const table of tables) this.#submit(TaskKind.partition, table, REDUCE_COST);
    await this.#whenIdle();
    for (let part = 0; part < 1 << bits; part++) this.#submit(TaskKind.reduce, part, REDUCE_COST);
    await this.#whenIdle();
    this.#submit(TaskKind.finish, 0, REDUCE_COST);
    await this.#whenIdle();
  }

  /** Into how many partitions, log 2: some for each worker, and each small enough for its caches. */
  #partitionBits(): number {
    const partitions = Math.max(
      this.#context.workers * 2,
      this.#record.pages / PAGES_PER_PARTITION,
    );
    return Math.ceil(Math.log2(Math.min(partitions, PARTITION_CAPACITY)));
  }

  /** Writes what is in memory to disk as well, and merges it there. */
  async #reduceFromDisk(): Promise<void> {
    const { index, epoch } = this.#record;
    const { directory, partitionBits } = this.#context.spill!;
    const tables = this.#record.tables();
    this.#workers = new Set([...tables, ...directory.workers(index, epoch)]).size;
    for (const table of [...tables, WORKER_CAPACITY]) {
      this.#submit(TaskKind.spill, table, REDUCE_COST);
    }
    await this.#whenIdle();
    for (let part = 0; part < 1 << partitionBits; part++) {
      this.#submitMerge(TaskKind.merge, part);
    }
    await this.#whenIdle();
    this.#submitMerge(TaskKind.collect, 0);
    await this.#whenIdle();
  }

  #submitMerge(kind: number, part: number): void {
    if (!this.#hasEnded && !this.#loss) this.#submit(kind, part, MERGE_COST);
  }

  #submit(kind: number, part: number, cost: number, start = 0, bytes = 0): void {
    const { index: job, epoch } = this.#record;
    this.#outstanding++;
    this.#context.scheduler.submit(this.#flow, { kind, job, epoch, part, start, bytes }, cost);
  }

  /** A worker finished a task of this job, or was lost with it. */
  complete(result: Result, gone?: Promise<void>): void {
    const counted = result.kind === TaskKind.map || result.kind === TaskKind.count;
    const chunk = counted ? this.#inFlight.get(result.part) : undefined;
    if (counted && result.status === OK && !this.#crossing) {
      this.counters.bytes += result.bytes;
      this.counters.chunks++;
      this.counters.tokens += result.tokens;
      this.#replacements += result.replaced;
      this.#noRoomSince = 0;
      if (result.edgesBytes > 0) {
        const block = this.#record.takeBlock(result.edges, result.edgesBytes);
        this.#stitcher?.add(result.part, block);
      }
    } else if (result.status === INVALID_UTF8 && chunk) {
      this.#invalidOffset = Math.min(
        this.#invalidOffset,
        chunk.offset + result.offset + this.#text.skippedBytes,
      );
    } else if (result.status === OUT_OF_PAGES || result.status === NO_ROOM) {
      // A run that is lost anyway says nothing of the next.
      if (!this.#loss) this.fail(outOfMemory(this.#context.pageLimit, "its distinct keys"));
    } else if (result.status === WORKER_FAULT || result.status === WORKER_SILENT) {
      this.#untidy = true;
      if (gone) this.#zombies.push(gone);
      this.#lose(this.#offsetOf(result));
    } else if (result.status === UNFINISHED) {
      this.#submitMerge(result.kind, result.part); // before this one is over, so never idle
    } else if (result.status === SPILL_FAILED) {
      this.fail(spillFailed(result.offset, this.#context.spill!));
    } else if (result.status !== OK && result.status !== STOPPED) {
      this.fail(taskFailed(result));
    }
    this.#forget(result.part, counted, gone);
  }

  retry(task: Task, lostPlace?: number): boolean {
    this.#untidy = true;
    if (this.#hasEnded || this.#loss) return false;
    if (lostPlace !== undefined && task.start !== 0) this.#clearReserve(lostPlace);
    const name = `${task.kind} ${task.part}`;
    const tries = (this.#retries.get(name) ?? 0) + 1;
    this.#retries.set(name, tries);
    if (tries < MAX_ATTEMPTS) {
      if (task.start !== 0 && !this.#crossing) this.#attempts++;
      return true;
    }
    this.fail(workerLost(this.#offsetOf(task), `${MAX_ATTEMPTS} times`));
    return false;
  }

  postpone(): boolean {
    if (this.#hasEnded || this.#loss) return false;
    this.#noRoomSince ||= performance.now();
    return performance.now() - this.#noRoomSince < NO_ROOM_MS;
  }

  /** Has a table spilled that stands in the reserve of a lost thread, whose place others will use. */
  #clearReserve(place: number): void {
    const { spill } = this.#context;
    if (!spill?.isInReserve(place, this.#record.owner)) return;
    const table = this.#record.moveTable(place, this.#context.workers);
    if (table !== undefined) this.#submit(TaskKind.spill, table, REDUCE_COST);
  }

  /** Ends this run: its tables are not whole. Another begins if the text can be read again. */
  #lose(offset: number | undefined): void {
    if (this.#hasEnded || this.#loss) return;
    if (this.#runs >= MAX_ATTEMPTS) {
      return this.fail(workerLost(offset, `${MAX_ATTEMPTS} times`));
    }
    if (!this.#chunks!.canRewind) {
      return this.fail(workerLost(offset, "and the text cannot be read again"));
    }
    this.#chunks!.hold();
    this.#loss = workerLost(offset, "and the job starts over");
    this.#stopRun();
  }

  /** Where the text of a task begins in the input, if it has one. */
  #offsetOf({ part, start }: Task): number | undefined {
    const chunk = start === 0 ? undefined : this.#inFlight.get(part);
    return chunk && chunk.offset + this.#text.skippedBytes;
  }

  #forget(part: number, isChunk: boolean, gone?: Promise<void>): void {
    const chunk = isChunk ? this.#inFlight.get(part) : undefined;
    if (chunk) {
      this.#inFlight.delete(part);
      this.#release(chunk.slot, gone);
    }
    if (--this.#outstanding === 0) this.#idle.resolve();
  }

  #release(slot: InputSlot, gone?: Promise<void>): void {
    const { slots } = this.#context;
    if (!gone) return slots.release(slot);
    // Pages of its own are the job's, and go with the record.
    if (slot.pages === 0) own(gone.then(() => slots.release(slot)));
  }

  /** Waits until no task is out or pending. */
  async #drained(): Promise<void> {
    while (this.#outstanding > 0) {
      this.#idle = Promise.withResolvers();
      await this.#idle.promise;
    }
  }

  /** Likewise, and throws what went wrong meanwhile. */
  async #whenIdle(): Promise<void> {
    await this.#drained();
    if (this.#state === "running") this.#throwIfFailed();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
    if (this.#loss) throw this.#loss;
  }

  #result(): JobResult {
    this.#throwIfFailed();
    const bytesIn = this.#bytesIn;
    const bytesCounted = this.counters.bytes;
    if (bytesCounted !== bytesIn) throw notAccounted(bytesIn, bytesCounted);
    const record = this.#record;
    const segment = record.spills
      ? this.#context.spill!.directory.takeSegment(record.index, record.epoch, record.segmentKeys)
      : record.takeSegment();
    const now = performance.now();
    const { submitted, firstByte, mapped } = this.marks;
    return {
      totals: {
        bytes: this.#text.bytes,
        tokens: this.counters.tokens,
        keys: this.#record.distinct,
        replacements: this.#replacements + this.#text.replacements,
      },
      input: { charset: this.#text.charset, bomSkipped: this.#text.bomSkipped },
      chunks: this.counters.chunks,
      attempts: this.#attempts,
      accounting: { bytesIn, bytesCounted, runs: this.#runs },
      workers: this.#workers,
      ms: {
        read: this.readMs,
        map: mapped - firstByte,
        reduce: now - mapped,
        total: now - submitted,
      },
      ...(record.spills && { spilled: record.spilled }),
      segment,
    };
  }
}

/** Whether an input is all here, so that its job waits for nobody but other jobs. */
export function isHere(input: JobInput): boolean {
  return input instanceof Uint8Array || Array.isArray(input);
}

/** Size of an input that is all here; 0 for one that is yet to come. */
export function knownBytes(input: JobInput): number {
  return input instanceof Uint8Array ? input.length : 0;
}

import { KERNEL_OUTPUT_WINDOWS } from "../assembly/drain_layout.ts";
import {
  FLAG_ICU,
  FLAG_RECORDS,
  JOB_APPROX,
  JOB_FLAGS,
  JOB_KERNEL_OUTPUT,
  JOB_PAGES,
  JOB_RUNNING,
  JOB_STATE,
  JOB_TABLES,
  JOB_TOKENIZER,
  SCRATCH_BEAT,
  TOKENIZER_DRAINED,
  WORKER_CAPACITY,
} from "../assembly/layout.ts";
import { jobAddress } from "../src/shared/addresses.ts";
import { continuesKeys, noteKeys } from "../src/shared/counted_keys.ts";
import { noteFault } from "../src/shared/record_fault.ts";
import { noteTallies } from "../src/shared/record_tallies.ts";
import { noteUse } from "../src/shared/kernel_use.ts";
import type { StartMessage } from "../src/shared/messages.ts";
import { jobOwner } from "../src/shared/page_map.ts";
import { DRAINED_KEY_RECORDS, formOf, type RecordForm } from "../src/shared/record_form.ts";
import type { SharedHeap } from "../src/shared/shared_heap.ts";
import {
  createResult,
  readsFile,
  type Result,
  runsUserCode,
  type Task,
  TaskKind,
} from "../src/shared/task.ts";
import type { TaskRecords } from "../src/shared/task_records.ts";
import {
  CLEAN_FAULT,
  DRAINED_ODD,
  FENCED,
  isKernelFailure,
  OK,
  OUT_OF_PAGES,
  UNFINISHED,
  WORKER_FAULT,
} from "../src/shared/task_status.ts";
import { claimedBy, NO_TICKET } from "../src/shared/ticket.ts";
import { FileReader } from "./file_reader.ts";
import { IcuTokenizer } from "./key_sources/icu_tokenizer.ts";
import { placeKeys, type PrivateKeys } from "./key_sources/place_keys.ts";
import { RecordKernels, type RecordKeys } from "./key_sources/record_kernels.ts";
import { UserKernels, type UserKeys } from "./key_sources/user_kernel.ts";
import { KernelHost, type KernelImports } from "./kernel_host.ts";
import type { DiskReducer } from "./spill/disk_reducer.ts";
import { SpillError } from "./spill/job_files.ts";
import { Spiller } from "./spill/spiller.ts";

/** No status of a task: what is counted already was made of other keys, or not of windows. */
const OTHER_KEYS = -1;

/** Does the tasks of one thread, by the kernel, by ICU and on disk. */
export class TaskRunner {
  /** The task in hand, and then what came of it. */
  readonly task: Result = createResult();
  readonly #start: StartMessage;
  readonly #heap: SharedHeap;
  readonly #records: TaskRecords;
  readonly #beat: number;
  readonly #files: FileReader;
  readonly #icu: IcuTokenizer;
  readonly #imports: KernelImports | undefined;
  /** Undefined until the first task of a user kernel. */
  #users: UserKernels | undefined;
  /** Undefined until the first task of records. */
  #recordKernels: RecordKernels | undefined;
  #ticket = NO_TICKET;
  #kernel!: KernelHost;
  /** Undefined where the engine has no disk. */
  #spiller: Spiller | undefined;

  /** @param imports What the kernel is given beside what it always needs; tests use it. */
  constructor(
    start: StartMessage,
    heap: SharedHeap,
    records: TaskRecords,
    imports?: KernelImports,
  ) {
    this.#start = start;
    this.#heap = heap;
    this.#records = records;
    this.#imports = imports;
    this.#beat = (start.scratch + SCRATCH_BEAT) >>> 2;
    this.#files = new FileReader(heap, () => this.beat());
    this.#icu = new IcuTokenizer(heap, () => this.#isWanted());
    this.#createKernel();
  }

  #createKernel(): void {
    const { kernel, scratch, spill } = this.#start;
    this.#kernel = new KernelHost(kernel, this.#heap, scratch, this.#imports);
    this.#spiller = spill && new Spiller(this.#heap, this.#start, spill, this.#kernel);
  }

  /** Shows that the thread gets on. */
  beat(): void {
    this.#heap.words[this.#beat]++;
  }

  /** The thread has nothing to do, and keeps nothing of jobs that have ended. */
  rest(): void {
    this.#users?.dropEnded();
    this.#recordKernels?.dropEnded();
    this.#files.closeEnded();
  }

  /** Claims a ticket's task; false when another thread has it, or had it. */
  claim(ticket: number): boolean {
    this.#ticket = ticket;
    return this.#records.claim(ticket, this.#start.place, this.task);
  }

  /** From here on this thread writes to what is the job's; false when it has been fenced off. */
  #begin(): boolean {
    return this.#records.begin(this.#ticket, this.#start.place);
  }

  /** Whether the host lets this thread have the claimed task, and its job runs; shows a beat. */
  #isWanted(): boolean {
    return this.#isRunning() && this.#records.isWhole(this.#ticket, this.#start.place);
  }

  /** Whether the task's job runs; shows a beat. */
  #isRunning(): boolean {
    this.beat();
    const state = (jobAddress(this.task.job) + JOB_STATE) >> 2;
    return Atomics.load(this.#heap.words, state) === JOB_RUNNING;
  }

  /** Does a task; returns in COUNTING, or FENCED. */
  run(task: Task): number {
    this.#files.closeEnded();
    const kernel = this.#kernel.exports;
    const job = jobAddress(task.job);
    if (task.kind === TaskKind.map) return this.#map(job, task);
    if (task.kind === TaskKind.count) return this.#thenReduce(job, task, this.#map(job, task));
    if (readsFile(task.kind)) {
      const status = this.#mapFile(job, task);
      return task.kind === TaskKind.countFile ? this.#thenReduce(job, task, status) : status;
    }
    if (runsUserCode(task.kind)) {
      const status = this.#mapByUser(job, task);
      return task.kind === TaskKind.countUser ? this.#thenReduce(job, task, status) : status;
    }
    if (!this.#begin()) return FENCED;
    switch (task.kind) {
      case TaskKind.partition:
        return this.#inMemory(task, () => kernel.partitionTable(job, task.part));
      case TaskKind.reduce:
        return this.#inMemory(task, () => kernel.reducePartition(job, task.part));
      case TaskKind.finish:
        return this.#inMemory(task, () => kernel.finishJob(job));
      case TaskKind.reduceAll:
        return this.#inMemory(task, () => this.#reduceAll(job));
      case TaskKind.spill:
        return this.#spiller!.spill(task, task.part);
      case TaskKind.merge:
        return this.#onDisk((reducer) => reducer.mergePartition(task));
      case TaskKind.collect:
        return this.#onDisk((reducer) => reducer.collect(task));
      default:
        throw new TypeError(`Unknown task kind ${task.kind}`);
    }
  }

  // ---- map -------------------------------------------------------------------------------------

  #map(job: number, task: Task): number {
    const flags = this.#heap.word(job + JOB_FLAGS);
    if ((flags & FLAG_ICU) !== 0) return this.#mapWithIcu(job, task);
    if ((flags & FLAG_RECORDS) !== 0) return this.#mapRecords(job, task);
    if (!this.#begin()) return FENCED;
    return this.#mapText(job, task, task.start, task.bytes);
  }

  /** The text is read while nothing of it is counted; from then on it is what the counts are of. */
  #mapFile(job: number, task: Task): number {
    if (!this.#begin()) return FENCED;
    if (!this.#records.isBegun(this.#ticket)) {
      const { status, message } = this.#files.read(task);
      if (message) this.#leaveMessage(job, task, message);
      if (status !== OK) return status;
    }
    if ((this.#heap.word(job + JOB_FLAGS) & FLAG_RECORDS) !== 0) {
      return this.#countRecords(job, task, this.#readRecords(task, () => this.#isRunning()));
    }
    return this.#mapText(job, task, task.start, task.bytes);
  }

  #mapWithIcu(job: number, task: Task): number {
    const words = this.#icu.tokenize(task.job, task.start, task.bytes);
    if (!this.#begin()) return FENCED;
    return this.#mapKeys(job, task, words);
  }

  #mapRecords(job: number, task: Task): number {
    const keys = this.#readRecords(task, () => this.#isWanted());
    if (!this.#begin()) return FENCED;
    return this.#countRecords(job, task, keys);
  }

  #readRecords(task: Task, goesOn: () => boolean): RecordKeys {
    this.#recordKernels ??= new RecordKernels(this.#heap, this.#start.kernelMemoryBytes);
    return this.#recordKernels.map(task, goesOn);
  }

  /** Counts what the kernel of records has made: the same, however often it reads the chunk. */
  #countRecords(job: number, task: Task, keys: RecordKeys): number {
    const record = this.#records.address(this.#ticket);
    if (keys.tallies) noteTallies(this.#heap, record, keys.tallies);
    else if (keys.fault) noteFault(this.#heap, record, keys.fault);
    return this.#mapKeys(job, task, keys);
  }

  #mapByUser(job: number, task: Task): number {
    this.#users ??= new UserKernels(this.#heap, this.#start, () => this.#isWanted());
    const keys = this.#users.map(this.#ticket, task);
    if (!this.#begin()) return FENCED;
    if (this.#heap.word(job + JOB_TOKENIZER) !== TOKENIZER_DRAINED) {
      const form = formOf(this.#heap.word(job + JOB_KERNEL_OUTPUT));
      const status = this.#countKeys(job, task, keys, form);
      return status === OTHER_KEYS ? WORKER_FAULT : status;
    }
    const isOfWindows = this.#heap.word(job + JOB_KERNEL_OUTPUT) === KERNEL_OUTPUT_WINDOWS;
    const status = this.#countKeys(job, task, keys, isOfWindows ? undefined : DRAINED_KEY_RECORDS);
    if (status !== DRAINED_ODD && status !== OTHER_KEYS) return status;
    const checked = this.#countKeys(job, task, this.#users.checkDrained(keys), DRAINED_KEY_RECORDS);
    return checked === OTHER_KEYS ? WORKER_FAULT : checked;
  }

  /**
   * Counts what user code has made, if no other thread has counted other keys of the chunk.
   *
   * @param form How the keys follow each other; undefined for windows.
   */
  #countKeys(job: number, task: Task, keys: UserKeys, form: RecordForm | undefined): number {
    const record = this.#records.address(this.#ticket);
    if (keys.status === OK) {
      if (!continuesKeys(this.#heap, record, keys.bytes, form)) return OTHER_KEYS;
      noteKeys(this.#heap, record, keys.bytes);
      noteUse(this.#heap, record, keys.ms, keys.memoryBytes);
    } else if (isKernelFailure(keys.status)) this.#leaveMessage(job, task, keys.message);
    return this.#mapKeys(job, task, keys);
  }

  /** Counts packed keys, which are copied to pages of the job meanwhile. */
  #mapKeys(job: number, task: Task, made: PrivateKeys): number {
    let keys = placeKeys(this.#heap, task.job, made);
    if (keys.status === OUT_OF_PAGES && this.#spills(job)) {
      const spilled = this.#spiller!.spill(task, this.#start.place);
      if (spilled !== OK) return spilled;
      keys = placeKeys(this.#heap, task.job, made);
    }
    let { status } = keys;
    if (status === OK) status = this.#mapText(job, task, keys.start, keys.bytes);
    if (status === FENCED) return status;
    if (keys.pages > 0) this.#heap.pages.free(keys.start, keys.pages);
    this.task.replaced = keys.replaced;
    this.task.offset = keys.badOffset;
    return status;
  }

  /** Leaves a text for the host in a page of the job, where edge words stand else. */
  #leaveMessage(job: number, task: Task, message: Uint8Array): void {
    const address = message.length > 0
      ? this.#heap.pages.allocate(1, jobOwner(task.job), false)
      : 0;
    if (address === 0) return;
    Atomics.add(this.#heap.words, (job + JOB_PAGES) >> 2, 1); // the host subtracts it
    this.#heap.bytes.set(message, address);
    this.task.edges = address;
    this.task.edgesBytes = message.length;
  }

  #mapText(job: number, task: Task, start: number, bytes: number): number {
    const { place } = this.#start;
    const record = this.#records.address(this.#ticket);
    const claimed = claimedBy(this.#ticket, place);
    const { mapChunk } = this.#kernel.exports;
    const count = () => mapChunk(job, place, start, bytes, record, claimed);
    const status = this.#spills(job) ? this.#spiller!.map(task, count) : count();
    if (status !== FENCED) this.#kernel.readOutcome(this.task);
    return status;
  }

  // ---- reduce ----------------------------------------------------------------------------------

  /** Reduces a job of one chunk, once that is counted. */
  #thenReduce(job: number, task: Task, status: number): number {
    return status === OK ? this.#inMemory(task, () => this.#reduceAll(job)) : status;
  }

  /** A step of the reduce; if memory is short, the job leaves it to the disk. */
  #inMemory(task: Task, step: () => number): number {
    const spiller = this.#spills(jobAddress(task.job)) ? this.#spiller : undefined;
    if (spiller?.spills(task)) return OK;
    const status = step();
    return status === OUT_OF_PAGES && spiller ? spiller.giveUp(task) : status;
  }

  /** Whether a job may write to disk: keys of one that counts approximately leave its tables. */
  #spills(job: number): boolean {
    return this.#spiller !== undefined && this.#heap.word(job + JOB_APPROX) === 0;
  }

  /** A slice of a merge. */
  #onDisk(step: (reducer: DiskReducer) => number): number {
    const { reducer } = this.#spiller!;
    const status = step(reducer);
    return status === OK && reducer.unfinished ? UNFINISHED : status;
  }

  /** The whole reduce of a small job, whose tables all lie in one partition. */
  #reduceAll(job: number): number {
    const kernel = this.#kernel.exports;
    const tables = (job + JOB_TABLES) >> 2;
    for (let worker = 0; worker < WORKER_CAPACITY; worker++) {
      if (this.#heap.words[tables + worker] === 0) continue;
      const status = kernel.partitionTable(job, worker);
      if (status !== OK) return status;
    }
    return kernel.reducePartition(job, 0) || kernel.finishJob(job);
  }

  // ---- faults ----------------------------------------------------------------------------------

  /**
   * Notes what `run` has thrown as the outcome of the task.
   *
   * @returns false when this thread has been fenced off.
   */
  noteFault(error: unknown): boolean {
    const isWhole = this.#records.isWhole(this.#ticket, this.#start.place);
    this.#setFault(error, isWhole);
    if (!isWhole) return true;
    if (!this.#begin()) return false;
    this.#leaveReserve();
    return true;
  }

  #setFault(error: unknown, isWhole: boolean): void {
    const { task } = this;
    if (error instanceof SpillError) {
      task.status = error.status;
      task.offset = error.reason;
      return;
    }
    task.status = isWhole ? CLEAN_FAULT : WORKER_FAULT;
    task.offset = this.#kernel.faultLine;
    // A trap leaves the instance's own state undefined: the next task gets a new one.
    this.#createKernel();
  }

  /** The task may go on in another thread, and the next one here may be another job's. */
  #leaveReserve(): void {
    try {
      const status = this.#spiller?.leaveReserve(this.task) ?? OK;
      if (status !== OK) this.task.status = status;
    } catch (error) {
      this.#setFault(error, false);
    }
  }
}

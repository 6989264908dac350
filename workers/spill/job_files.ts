import {
  JOB_RUNNING,
  JOB_SPILLED_BYTES,
  JOB_STATE,
  SCRATCH_BEAT,
  SCRATCH_SPILL_WRITES,
  STOPPED,
} from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { SpillMessage, StartMessage } from "../../src/shared/messages.ts";
import type { Task } from "../../src/shared/task.ts";
import { SPILL_FAILED, SpillFailure } from "../../src/shared/task_status.ts";
import { isOfSystem } from "../system_errors.ts";
import { RunFile } from "./run_file.ts";

/** The disk, or the bound on it, has ended a spill; `reason` is one of SpillFailure. */
export class SpillError extends Error {
  override readonly name = "SpillError";

  constructor(readonly reason: number, cause?: unknown) {
    super("Cannot spill", { cause });
  }

  /** The status of the task that ends with this error. */
  get status(): number {
    return this.reason === SpillFailure.stopped ? STOPPED : SPILL_FAILED;
  }
}

/**
 * The files of jobs, as one thread uses them. Each job has a directory: `table-N` has runs of worker
 * N's tables, with a section per partition, ordered by key, or `list-N` has the records of a list that
 * the job was given, likewise; `part-P` has the merged partition P, in the job's order, or
 * `part-list-N` a list that is a part of the answer; `segment` has the answer. No file is open
 * between two tasks.
 */
export class JobFiles {
  readonly #heap: SharedHeap;
  readonly #options: SpillMessage;
  readonly #beatWord: number;
  readonly #writesWord: number;
  readonly #spilledBytes: BigInt64Array<SharedArrayBuffer>;

  constructor(heap: SharedHeap, { scratch }: StartMessage, options: SpillMessage) {
    this.#heap = heap;
    this.#options = options;
    this.#beatWord = (scratch + SCRATCH_BEAT) >>> 2;
    this.#writesWord = (scratch + SCRATCH_SPILL_WRITES) >>> 2;
    this.#spilledBytes = new BigInt64Array(heap.words.buffer);
  }

  /** Says that this thread gets on. */
  beat(): void {
    this.#heap.words[this.#beatWord]++;
  }

  path({ job, epoch }: Task, name = ""): string {
    return `${this.#options.directory}/${job}-${epoch >>> 0}/${name}`;
  }

  /** Opens a file to append to it; makes the file, and the job's directory, if need be. */
  append(task: Task, name: string): RunFile {
    Deno.mkdirSync(this.path(task), { recursive: true });
    return RunFile.append(this.path(task, name), this.#meter(task));
  }

  open(task: Task, name: string): RunFile {
    return RunFile.open(this.path(task, name), () => this.beat());
  }

  /** Names of the job's files that begin with a prefix. */
  list(task: Task, prefix: string): string[] {
    Deno.mkdirSync(this.path(task), { recursive: true });
    const names = Array.from(Deno.readDirSync(this.path(task)), ({ name }) => name);
    return names.filter((name) => name.startsWith(prefix));
  }

  /** Adds to what the job has written; throws beyond the limit, and when the job has been stopped. */
  #meter({ job }: Task): (bytes: number) => void {
    const state = (jobAddress(job) + JOB_STATE) >> 2;
    const word = (jobAddress(job) + JOB_SPILLED_BYTES) / 8;
    return (bytes) => {
      this.beat();
      this.#heap.words[this.#writesWord]++;
      // Sees the host's stop sooner or later; no other word depends on the order.
      if (Atomics.load(this.#heap.words, state) !== JOB_RUNNING) {
        throw new SpillError(SpillFailure.stopped);
      }
      const before = Number(Atomics.add(this.#spilledBytes, word, BigInt(bytes)));
      if (before + bytes > this.#options.maxBytes) throw new SpillError(SpillFailure.limit);
    };
  }
}

/** The system's codes for a disk that takes no more. */
const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];

/**
 * Does some work; what the system refuses becomes a SpillError, other errors are thrown as they are.
 *
 * @throws {SpillError}
 */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    if (FULL.includes(error.code ?? "")) throw new SpillError(SpillFailure.full, error);
    console.error(`Cannot spill: ${error.message}`); // a result has no room for the message
    throw new SpillError(SpillFailure.refused, error);
  }
}

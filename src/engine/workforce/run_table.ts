import type { Result, Task } from "../../shared/task_records.ts";

/** Who is told of the tasks that come back: one run of a job. */
export interface TaskOwner {
  /** The record that its tasks name, and the epoch that they carry. */
  readonly record: { readonly index: number };
  readonly epoch: number;
  /** @param gone When the thread that had it, and may still write, has ended; for WORKER_SILENT. */
  complete(result: Result, gone?: Promise<void>): void;
  /** Whether a task that was taken from its worker may go on with another. */
  retry(task: Task, from?: LostThread): boolean;
  /** Whether a task that had no room is worth another try. */
  postpone(task: Task): boolean;
}

/** A thread that a task was taken from; it will not touch the job again. */
export interface LostThread {
  readonly place: number;
  /** Whether it did not answer; else it has ended. */
  readonly isSilent: boolean;
}

/**
 * Which run has which record. A task belongs to a run by its record and its epoch: whatever comes
 * back late for a run that is over reaches nobody, also when another run has the record by then.
 */
export class RunTable {
  readonly #runs: (TaskOwner | undefined)[] = [];

  /** A run has opened its record. */
  enter(run: TaskOwner): void {
    this.#runs[run.record.index] = run;
  }

  /** A run has no task any more. */
  leave(run: TaskOwner): void {
    if (this.#runs[run.record.index] === run) this.#runs[run.record.index] = undefined;
  }

  /** The run that a task belongs to, as long as it goes on. */
  of({ job, epoch }: Task): TaskOwner | undefined {
    const run = this.#runs[job];
    return run?.epoch === epoch ? run : undefined;
  }
}

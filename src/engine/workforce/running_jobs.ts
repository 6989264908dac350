import type { Result, Task } from "../../shared/task.ts";

/** A thread that a task was taken from; it will not touch the job again. */
export interface LostThread {
  readonly place: number;
  /** Whether it did not answer; else it has ended. */
  readonly isSilent: boolean;
}

/** Decides what becomes of tasks that come back. */
export interface TaskOwner {
  /** @param gone Resolves when the task's thread, which may still write, has ended; for WORKER_SILENT. */
  complete(result: Result, gone?: Promise<void>): void;
  /**
   * Whether a task may go on with another worker.
   *
   * @param from The thread that it was taken from; undefined if its thread has given it back.
   */
  retry(task: Task, from?: LostThread): boolean;
  /** Whether a task that had no room is worth another try. */
  postpone(task: Task): boolean;
  /** Whether a task whose user code was stopped runs once more, from its beginning. */
  interrupted(task: Task): boolean;
  /** Such a task has come back, to be done when others have had the thread for so long. */
  putBack(result: Result, waitMs: number): void;
}

/** A run of a job, as its tasks name it. */
export interface Run extends TaskOwner {
  readonly block: { readonly index: number };
  readonly epoch: number;
}

/** Hears of each task that has come back. */
export interface TaskObserver {
  completed(result: Result): void;
}

/**
 * The runs that have job blocks, as the owner of all their tasks. A task belongs to a run by its
 * block and its epoch: what comes back late for a run that is over reaches no run, also when
 * another one has the block by then.
 */
export class RunningJobs implements TaskOwner {
  readonly #runs: (Run | undefined)[] = [];
  readonly #observers: TaskObserver[] = [];

  /** Tells an observer of every task that comes back, after its run; whatever that has thrown. */
  observe(observer: TaskObserver): void {
    this.#observers.push(observer);
  }

  /** A run has opened its block. */
  enter(run: Run): void {
    this.#runs[run.block.index] = run;
  }

  /** A run has no task any more. */
  leave(run: Run): void {
    if (this.#runs[run.block.index] === run) this.#runs[run.block.index] = undefined;
  }

  /** The run that a task belongs to, as long as it goes on. */
  of({ job, epoch }: Task): Run | undefined {
    const run = this.#runs[job];
    return run?.epoch === epoch ? run : undefined;
  }

  complete(result: Result, gone?: Promise<void>): void {
    try {
      this.of(result)?.complete(result, gone);
    } finally {
      this.#tell(result);
    }
  }

  putBack(result: Result, waitMs: number): void {
    this.of(result)?.putBack(result, waitMs);
    this.#tell(result);
  }

  #tell(result: Result): void {
    for (const observer of this.#observers) observer.completed(result);
  }

  retry(task: Task, from?: LostThread): boolean {
    return this.of(task)?.retry(task, from) ?? false;
  }

  postpone(task: Task): boolean {
    return this.of(task)?.postpone(task) ?? false;
  }

  interrupted(task: Task): boolean {
    return this.of(task)?.interrupted(task) ?? false;
  }
}

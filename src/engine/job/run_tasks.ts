import type { JobError } from "../../contract/problems.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import type { Task, TaskKind } from "../../shared/task.ts";
import type { Flow, Scheduler } from "../scheduler.ts";
import type { ReduceStage } from "./reduce_plan.ts";

/** The tasks of one run that are out or wait for their turn, and why no more of them are wanted. */
export class RunTasks {
  /** Why the run ends before it is whole. */
  end: JobError | undefined;
  readonly #scheduler: Scheduler;
  readonly #flow: Flow;
  readonly #block: JobBlock;
  #outstanding = 0;
  #onIdle: (() => void) | undefined;

  constructor(scheduler: Scheduler, flow: Flow, block: JobBlock) {
    this.#scheduler = scheduler;
    this.#flow = flow;
    this.#block = block;
  }

  /**
   * Hands a task to the scheduler.
   *
   * @param cost What it weighs, in bytes of text.
   * @param start Address of its text, if it has one.
   */
  submit(kind: TaskKind, part: number, cost: number, start = 0, bytes = 0): void {
    this.#outstanding++;
    const { index, epoch } = this.#block;
    this.#scheduler.submit(this.#flow, { kind, job: index, epoch, part, start, bytes }, cost);
  }

  /** Hands a task to the scheduler once more; it is out all the time. */
  putBack({ kind, job, epoch, part, start, bytes }: Task): void {
    this.#scheduler.putBack(this.#flow, { kind, job, epoch, part, start, bytes }, bytes);
  }

  submitStage({ kind, parts, cost }: ReduceStage): void {
    for (const part of parts) this.submit(kind, part, cost);
  }

  /** A task has come back, or was withdrawn. */
  noteEnd(): void {
    if (--this.#outstanding === 0) this.#onIdle?.();
  }

  /** Takes back the tasks that no worker has yet; the caller calls `noteEnd` for each. */
  withdraw(): Task[] {
    return this.#scheduler.withdraw(this.#flow);
  }

  /** @throws {JobError} Why the run ends, if it does. */
  throwIfEnded(): void {
    if (this.end) throw this.end;
  }

  /** Whether no task of the run is out or waits for its turn. */
  get areIdle(): boolean {
    return this.#outstanding === 0;
  }

  /** Resolves when `areIdle` has become true; look again, since a task may have come since. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.#onIdle = resolve);
  }

  /** Resolves when no task of the run is out or waits for its turn. */
  async drained(): Promise<void> {
    while (!this.areIdle) await this.idle();
  }

  /** Likewise, and throws why the run ends, if it does. */
  async finished(): Promise<void> {
    while (!this.areIdle) await this.idle();
    this.throwIfEnded();
  }
}

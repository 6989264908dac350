import { own } from "../../async/own.ts";
import type { HostDoorbell } from "../../shared/doorbell.ts";
import {
  createResult,
  createTask,
  type Result,
  runsUserCode,
  type Task,
} from "../../shared/task.ts";
import type { TaskQueue } from "../../shared/task_queue.ts";
import type { TaskRecords } from "../../shared/task_records.ts";
import {
  CLEAN_FAULT,
  INTERRUPTED,
  KERNEL_CROWDED,
  KERNEL_TIMEOUT,
  NO_ROOM,
  STOPPED,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../shared/task_status.ts";
import { NO_TICKET } from "../../shared/ticket.ts";
import type { FaultCounts } from "../../contract/engine_status.ts";
import type { KernelWatch } from "./kernel_watch.ts";
import type { LostThread, TaskOwner } from "./running_jobs.ts";

/**
 * A worker counts a text of this size in less time than it takes to wake the host. So the host
 * looks out for the result, unless so many tasks are out that it is better to take what comes
 * together.
 */
const SOON_BYTES = 16 * 1024;
const SOON_TASKS = 2;

/** What carries tasks to the workers, and their results back. */
export interface TaskLines {
  readonly queue: TaskQueue;
  readonly records: TaskRecords;
  readonly doorbell: Pick<HostDoorbell, "expect">;
}

/** Is told of tasks of user kernels. */
export type UserTaskWatch = Pick<
  KernelWatch,
  "began" | "ended" | "noteOther" | "putBack" | "reasonOf"
>;

/** The tasks that workers have, or will have: each comes back to its owner exactly once. */
export class TasksOut {
  readonly #queue: TaskQueue;
  readonly #records: TaskRecords;
  readonly #doorbell: TaskLines["doorbell"];
  readonly #owner: TaskOwner;
  readonly #faults: FaultCounts;
  readonly #kernels: UserTaskWatch;
  readonly #result = createResult();
  readonly #task = createTask();
  #count = 0;

  /** @param faults Counts that grow as tasks fail, go on, or are lost. */
  constructor(
    { queue, records, doorbell }: TaskLines,
    owner: TaskOwner,
    faults: FaultCounts,
    kernels: UserTaskWatch,
  ) {
    this.#queue = queue;
    this.#records = records;
    this.#doorbell = doorbell;
    this.#owner = owner;
    this.#faults = faults;
    this.#kernels = kernels;
  }

  /** Tasks that are out. */
  get count(): number {
    return this.#count;
  }

  /** @returns false when no record is free. */
  push(task: Task): boolean {
    const ticket = this.#records.open(task);
    if (ticket === NO_TICKET) return false;
    this.#count++;
    const isUsers = runsUserCode(task.kind);
    if (isUsers) this.#kernels.began(ticket, task);
    const isSmall = task.bytes > 0 && task.bytes <= SOON_BYTES;
    if (isSmall && this.#count <= SOON_TASKS) this.#doorbell.expect();
    this.#queue.push(ticket); // if the queue were full, pushMissing() would push it later
    if (!isUsers) this.#kernels.noteOther(isSmall);
    return true;
  }

  /** A worker says that it has done a task; it may say so late, when the host knows already. */
  readonly finish = (ticket: number): void => {
    const result = this.#result;
    if (!this.#records.read(ticket, result)) return;
    if (result.status === CLEAN_FAULT || result.status === WORKER_FAULT) this.#faults.trapped++;
    if (result.status === CLEAN_FAULT) return this.#goOn(this.#records.rerun(ticket));
    if (result.status === WORKER_FAULT) this.#faults.lost++;
    if (result.status === NO_ROOM && this.#owner.postpone(result)) {
      this.#queue.push(this.#records.rerun(ticket));
      return;
    }
    if (result.status === INTERRUPTED && this.#runsLater(ticket, result)) return;
    this.#records.free(ticket);
    this.#complete(ticket, result);
  };

  /** Has user code that was stopped run once more; if it is not to, says why it ends. */
  #runsLater(ticket: number, result: Result): boolean {
    const reason = this.#kernels.reasonOf(ticket);
    if (reason === "timeout") result.status = KERNEL_TIMEOUT;
    else if (reason === "crowded") result.status = KERNEL_CROWDED;
    else if (!this.#owner.interrupted(result)) result.status = STOPPED;
    else {
      // What another thread has counted of the chunk is known to its record.
      if (reason === "slice" && !this.#records.isBegun(ticket)) this.#putBack(ticket, result);
      else this.#queue.push(this.#records.rerun(ticket));
      return true;
    }
    return false;
  }

  /** Gives a task back to its owner, to be pushed when others have had the thread. */
  #putBack(ticket: number, result: Result): void {
    const waitMs = this.#kernels.putBack(ticket);
    this.#records.free(ticket);
    this.#count--;
    this.#owner.putBack(result, waitMs);
  }

  #complete(ticket: number, result: Result, gone?: Promise<void>): void {
    this.#count--;
    if (runsUserCode(result.kind)) this.#kernels.ended(ticket);
    this.#owner.complete(result, gone);
  }

  /** A task that was taken back goes on, unless its owner does not want it to. */
  #goOn(ticket: number, from?: LostThread): void {
    this.#records.readTask(ticket, this.#task);
    if (this.#owner.retry(this.#task, from)) {
      this.#faults.resumed++;
      this.#queue.push(ticket);
      return;
    }
    this.#records.withdraw(ticket);
    this.#complete(ticket, { ...createResult(), ...this.#task, status: STOPPED });
  }

  /**
   * The thread of a task abandoned it half-way.
   *
   * @param gone Resolves when that thread has ended; undefined if it has ended already.
   */
  lose(ticket: number, gone?: Promise<void>): void {
    if (!this.#records.lose(ticket)) return;
    this.#faults.lost++;
    const result = createResult();
    this.#records.readTask(ticket, result);
    result.status = gone ? WORKER_SILENT : WORKER_FAULT;
    if (gone) own(gone.then(() => this.#records.free(ticket)));
    else this.#records.free(ticket);
    this.#complete(ticket, result, gone);
  }

  /** Takes a task from a thread that does not answer; nothing is lost if the task is whole. */
  takeFrom(place: number, ticket: number): void {
    const again = this.#records.takeBack(ticket);
    if (again !== NO_TICKET) this.#goOn(again, { place, isSilent: true });
    else this.finish(ticket); // the thread may have done it without saying so
  }

  /** Takes back what the thread of a place had in hand; that thread has ended. */
  recover(place: number): void {
    for (const ticket of this.#records.doneBy(place)) this.finish(ticket);
    const ticket = this.#records.heldBy(place);
    if (ticket !== NO_TICKET) {
      const again = this.#records.takeBack(ticket);
      if (again !== NO_TICKET) this.#goOn(again, { place, isSilent: false });
      else this.lose(ticket);
    }
    this.leaveToOthers(place);
  }

  /** Wakes other workers for the tickets of a thread that has ended, or was given up. */
  leaveToOthers(place: number): void {
    this.pushMissing();
    this.#queue.releaseSpinner(place);
    this.#queue.wakeAll(); // a push may have woken the lost thread and no other
  }

  /** Pushes the ready tasks again whose tickets are not in the queue: a lost thread may have them. */
  pushMissing(): void {
    const queued = this.#queue.tickets();
    for (const ticket of this.#records.ready()) if (!queued.has(ticket)) this.#queue.push(ticket);
  }
}

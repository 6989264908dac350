import { createFlow, type Flow, Scheduler } from "../../../src/engine/scheduler.ts";

/** Who has the workers next: in what order jobs and their chunks go. */
export const POLICIES = ["FIFO of jobs", "FIFO of chunks", "round robin", "fair queueing"] as const;

/** One of them; the engine's own is fair queueing. */
export type Policy = typeof POLICIES[number];

/**
 * Has the engines of this process follow another policy for a while. Jobs say when they begin and
 * end, since FIFO of jobs lets each large one wait until those before it have ended.
 */
export class PolicySwitch {
  #policy: Policy = "fair queueing";
  #lane: Flow | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    const submit = Scheduler.prototype.submit;
    const laneOf = (flow: Flow) => this.#lane ?? flow;
    const costOf = (bytes: number) => this.#policy === "round robin" ? 1 : bytes;
    Scheduler.prototype.submit = function (flow, task, cost) {
      submit.call(this, laneOf(flow), task, costOf(cost));
    };
  }

  async under<T>(policy: Policy, work: () => Promise<T>): Promise<T> {
    this.#policy = policy;
    // What all jobs submit to one flow goes as it came.
    if (policy === "FIFO of chunks") this.#lane = createFlow();
    try {
      return await work();
    } finally {
      this.#policy = "fair queueing";
      this.#lane = undefined;
    }
  }

  /** Runs a large job when its turn has come. */
  async runLarge<T>(run: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const ended = Promise.withResolvers<void>();
    this.#last = ended.promise;
    try {
      if (this.#policy === "FIFO of jobs") await before;
      return await run();
    } finally {
      ended.resolve();
    }
  }

  /** Resolves when the turn of a small job has come. */
  async turn(): Promise<void> {
    if (this.#policy === "FIFO of jobs") await this.#last;
  }
}

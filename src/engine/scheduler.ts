import type { Task, TaskQueue } from "../queue/task_queue.ts";

/** One job's share of the workers. */
export interface Flow {
  /** Relative share; twice the weight gets twice the bytes when workers are busy. */
  readonly weight: number;
  /** Virtual time at which the last submitted task of this flow ends. */
  finishTag: number;
  readonly pending: { task: Task; startTag: number }[];
}

export function createFlow(weight = 1): Flow {
  return { weight, finishTag: 0, pending: [] };
}

/**
 * Decides whose task goes next, as late as possible: start-time fair queueing over bytes (Goyal,
 * Vin and Cheng, 1996). A task starts at the later of now and its flow's last finish, in virtual
 * time; the least start tag goes first. So a small job overtakes a large one after at most the
 * tasks that are in the queue already, and no flow starves.
 *
 * Only `depth` tasks are out at once: enough that no worker runs dry while the host is busy, few
 * enough that order is decided late.
 */
export class Scheduler {
  readonly #queue: TaskQueue;
  readonly #depth: number;
  readonly #active = new Set<Flow>();
  #virtualTime = 0;
  #out = 0;

  /** @param depth Most tasks out at once; at most the queue's and each result ring's capacity. */
  constructor(queue: TaskQueue, depth: number) {
    this.#queue = queue;
    this.#depth = depth;
  }

  /** Tasks that are pushed and not completed. */
  get out(): number {
    return this.#out;
  }

  /** Tasks that wait on the host. */
  get pending(): number {
    let sum = 0;
    for (const { pending } of this.#active) sum += pending.length;
    return sum;
  }

  /** @param cost What the task weighs, in bytes of text. */
  submit(flow: Flow, task: Task, cost: number): void {
    const startTag = Math.max(this.#virtualTime, flow.finishTag);
    flow.finishTag = startTag + cost / flow.weight;
    flow.pending.push({ task, startTag });
    this.#active.add(flow);
    this.#pump();
  }

  /** A task came back; the next one may go. */
  completed(): void {
    this.#out--;
    this.#pump();
  }

  /** Takes back what a flow has not pushed yet. */
  withdraw(flow: Flow): Task[] {
    this.#active.delete(flow);
    return flow.pending.splice(0).map(({ task }) => task);
  }

  #pump(): void {
    while (this.#out < this.#depth && this.#active.size > 0) {
      const flow = this.#next();
      const { task, startTag } = flow.pending[0];
      if (!this.#queue.push(task)) return; // depth is below the capacity: only with a foreign pusher
      flow.pending.shift();
      if (flow.pending.length === 0) this.#active.delete(flow);
      this.#virtualTime = startTag;
      this.#out++;
    }
  }

  /** The flow whose head starts first; as many flows as running jobs, so a scan is short. */
  #next(): Flow {
    let best: Flow | undefined;
    for (const flow of this.#active) {
      if (!best || flow.pending[0].startTag < best.pending[0].startTag) best = flow;
    }
    return best!;
  }
}

import { runsUserCode, type Task } from "../shared/task.ts";

/** Takes the tasks whose turn has come. */
export interface TaskSink {
  /** @returns false when it has no room; then the scheduler tries again when a task is back. */
  push(task: Task): boolean;
}

/** A share of the workers: a leaf is one job, an inner node a tenant whose jobs divide it. */
export interface Flow {
  /** Relative share among its siblings: twice the weight, twice the bytes, when workers are busy. */
  readonly weight: number;
  readonly parent: Flow | undefined;
  /** In the parent's virtual time: when the next task starts, and when the last one ended. */
  startTag: number;
  finishTag: number;
  /** What each unit of weight below this flow was due so far. */
  virtualTime: number;
  /** Sum of the weights of the active children, when last looked at. */
  activeWeight: number;
  /** Children with work; always empty in a leaf. */
  readonly active: Set<Flow>;
  /** Tasks that wait; always empty in an inner node. */
  readonly pending: { task: Task; cost: number }[];
  /** Whether its tasks wait whatever their turn, until it is resumed. */
  isPaused: boolean;
}

const NO_CHILDREN: Set<Flow> = new Set();

/** @param parent The tenant's flow; without one the flow stands alone, next to the tenants. */
export function createFlow(weight = 1, parent?: Flow): Flow {
  return {
    weight,
    parent,
    startTag: 0,
    finishTag: 0,
    virtualTime: 0,
    activeWeight: 0,
    active: NO_CHILDREN,
    pending: [],
    isPaused: false,
  };
}

/** A flow that can be the parent of others. */
export function createSharedFlow(weight = 1): Flow {
  return { ...createFlow(weight), active: new Set() };
}

/**
 * Decides whose task goes next, as late as possible: fair queueing over bytes with start tags,
 * as WF²Q+ has it (Bennett and Zhang, 1997). A task starts at the later of now and its flow's
 * last finish, in virtual time; of the tasks whose start has come, the one that finishes first
 * goes. So a small job overtakes large ones after at most the tasks that are in the queue
 * already.
 *
 * Virtual time moves on with every task by its cost over the weight of all that wait. Plain
 * start-time fair queueing takes the start tag of the task in service for it; where every small
 * job is a flow of its own, that time stands still as long as small jobs keep coming, and a large
 * one starves. Here each flow is served at the rate of its weight, whichever flows come and go.
 *
 * Shares are a tree of two levels. Jobs that stand alone and tenants divide the workers by weight;
 * the jobs of a tenant divide the tenant's share, in a virtual time of their own. One level would
 * do if each job's weight were divided by its tenant's number of jobs; but when that number changes,
 * the tags that were given before are wrong, and a tenant gains by opening and cancelling jobs.
 *
 * 1. A flow is in its parent's active set exactly while a task waits in it or below it.
 * 2. Serving a task moves the flow and its ancestors by cost / weight, each in its parent's time.
 * 3. A flow that had no work starts at its parent's now: idle time earns nothing.
 *
 * 4. A flow whose next task would run user code beyond `mostUserTasks` is held: it leaves the active
 *    sets, so that others go before it, and comes back when such a task is completed.
 * 5. A paused flow is in no active set, and is not held.
 *
 * Only `depth` tasks are out at once: enough that no worker runs dry while the host is busy, few
 * enough that order is decided late.
 */
export class Scheduler {
  readonly #queue: TaskSink;
  readonly #depth: number;
  readonly #mostUserTasks: number;
  readonly #root = createSharedFlow();
  /** Flows that wait until fewer tasks run user code. */
  readonly #held = new Set<Flow>();
  #pending = 0;
  #pushed = 0;
  #out = 0;
  /** Tasks among them that run user code. */
  #userTasks = 0;

  /**
   * @param depth Most tasks out at once; at most the task records.
   * @param mostUserTasks Most of them that run user code.
   */
  constructor(queue: TaskSink, depth: number, mostUserTasks = depth) {
    this.#queue = queue;
    this.#depth = depth;
    this.#mostUserTasks = mostUserTasks;
  }

  /** Tasks that are pushed and not completed. */
  get out(): number {
    return this.#out;
  }

  /** Tasks that wait on the host. */
  get pending(): number {
    return this.#pending;
  }

  /** Tasks that were ever pushed. */
  get pushed(): number {
    return this.#pushed;
  }

  /** The virtual time of flows that stand alone and of tenants. */
  get now(): number {
    return this.#root.virtualTime;
  }

  /** @param cost What the task weighs, in bytes of text. */
  submit(flow: Flow, task: Task, cost: number): void {
    flow.pending.push({ task, cost });
    this.#noteWaiting(flow);
  }

  /** Takes a task that was out, and is done once more: it goes before the others of its flow. */
  putBack(flow: Flow, task: Task, cost: number): void {
    flow.pending.unshift({ task, cost });
    this.#noteWaiting(flow);
  }

  #noteWaiting(flow: Flow): void {
    this.#pending++;
    if (flow.pending.length === 1 && !flow.isPaused) this.#activate(flow);
    this.#pump();
  }

  /** Lets no task of a flow go. */
  pause(flow: Flow): void {
    if (flow.pending.length > 0 && !flow.isPaused) this.#putAside(flow);
    flow.isPaused = true;
  }

  /** Lets the tasks of a paused flow go in their turn. */
  resume(flow: Flow): void {
    if (!flow.isPaused) return;
    flow.isPaused = false;
    if (flow.pending.length > 0) this.#activate(flow);
    this.#pump();
  }

  /** A flow was given what no task of it was pushed for, as if one had been. */
  charge(flow: Flow, cost: number): void {
    const parent = flow.parent ?? this.#root;
    const isActive = parent.active.has(flow);
    let weight = isActive ? 0 : flow.weight;
    for (const each of parent.active) weight += each.weight;
    const share = cost / flow.weight;
    if (isActive) flow.startTag += share;
    else flow.finishTag = Math.max(parent.virtualTime, flow.finishTag) + share;
    parent.virtualTime += cost / weight;
  }

  /** A task has come back; the next one may go. */
  completed({ kind }: Pick<Task, "kind">): void {
    this.#out--;
    if (runsUserCode(kind)) this.#releaseHeld();
    this.#pump();
  }

  #releaseHeld(): void {
    this.#userTasks--;
    for (const flow of this.#held) this.#activate(flow);
    this.#held.clear();
  }

  /** Takes back the tasks of a flow that were not pushed yet. */
  withdraw(flow: Flow): Task[] {
    if (flow.pending.length === 0) return [];
    this.#pending -= flow.pending.length;
    if (!flow.isPaused) this.#putAside(flow);
    return flow.pending.splice(0).map(({ task }) => task);
  }

  #putAside(flow: Flow): void {
    if (!this.#held.delete(flow)) this.#deactivate(flow);
  }

  #activate(flow: Flow): void {
    const parent = flow.parent ?? this.#root;
    if (flow.parent && parent.active.size === 0) this.#activate(parent);
    flow.startTag = Math.max(parent.virtualTime, flow.finishTag);
    parent.active.add(flow);
  }

  #deactivate(flow: Flow): void {
    const parent = flow.parent ?? this.#root;
    parent.active.delete(flow);
    if (flow.parent && parent.active.size === 0) this.#deactivate(parent);
  }

  #pump(): void {
    while (this.#out < this.#depth && this.#root.active.size > 0) {
      const flow = chooseLeaf(this.#root);
      const { task, cost } = flow.pending[0];
      const isUsers = runsUserCode(task.kind);
      if (isUsers && this.#userTasks >= this.#mostUserTasks) {
        this.#deactivate(flow);
        this.#held.add(flow);
        continue;
      }
      if (!this.#queue.push(task)) return; // lost threads may keep records from use
      flow.pending.shift();
      this.#pending--;
      this.#out++;
      this.#pushed++;
      if (isUsers) this.#userTasks++;
      this.#serve(flow, cost);
    }
  }

  /** Moves a flow on by what it was given, and its ancestors likewise. */
  #serve(flow: Flow, cost: number): void {
    const parent = flow.parent ?? this.#root;
    parent.virtualTime += cost / parent.activeWeight;
    flow.finishTag = flow.startTag + cost / flow.weight;
    flow.startTag = flow.finishTag;
    if (flow.pending.length === 0 && flow.active.size === 0) parent.active.delete(flow);
    if (flow.parent) this.#serve(parent, cost);
  }
}

/**
 * The job, at or below a flow, that has the next task. No more flows have waiting tasks than there
 * are input slots, so the scans are short.
 */
function chooseLeaf(parent: Flow): Flow {
  if (parent.active.size === 0) return parent;
  catchUp(parent);
  let best: Flow | undefined;
  let bestFinish = Infinity;
  for (const child of parent.active) {
    if (child.startTag > parent.virtualTime) continue;
    const leaf = chooseLeaf(child);
    const finish = child.startTag + leaf.pending[0].cost / child.weight;
    if (finish >= bestFinish) continue;
    best = leaf;
    bestFinish = finish;
  }
  return best!;
}

/** Weighs the active children, and skips the time in which none of them could start. */
function catchUp(parent: Flow): void {
  let weight = 0;
  let first = Infinity;
  for (const child of parent.active) {
    weight += child.weight;
    first = Math.min(first, child.startTag);
  }
  parent.activeWeight = weight;
  parent.virtualTime = Math.max(parent.virtualTime, first);
}

import { median } from "../../../support/statistics.ts";
import { Agenda } from "./agenda.ts";
import type { ClusterModel } from "./cluster_model.ts";
import { Collector } from "./collector.ts";
import { Dice, drawDelay, drawLateShare } from "./dice.ts";
import { Heap } from "./heap.ts";
import { SimulatedRedis } from "./simulated_redis.ts";
import { planModel, type SimulatedNode, type SimulatedSplit } from "./splits.ts";

/** How often nodes tell how far they are, and one without work looks for what takes too long. */
const TICK_SECONDS = 0.5;

/** A split that takes so many times the median of those that are done is run again, … */
const LATE = 2;

/** … once so many of all are done. */
const NEARLY_ALL = 3 / 4;

/** What came of a job. */
export interface SimulatedOutcome {
  splits: number;
  /** Seconds from its beginning to its answer. */
  makespan: number;
  /** Until the last split was counted for the first time. */
  mapSeconds: number;
  /** Splits that were begun, again and again where need be. */
  attempts: number;
  /** Nodes that died. */
  deaths: number;
  /** Bytes of text that were counted to the end, again and again where need be. */
  countedBytes: number;
  /** Bytes of outputs that went from node to node. */
  movedBytes: number;
  redisCommands: number;
  redisBusySeconds: number;
  /** Seconds that nodes spent on splits, for nothing as well. */
  mapBusySeconds: number;
}

/** A split on a node. */
interface Attempt {
  split: SimulatedSplit;
  begun: number;
}

/** One job of a cluster that has no other. The node that was asked is the first, and does not die. */
export class SimulatedJob {
  readonly #model: ClusterModel;
  readonly #agenda = new Agenda();
  readonly #dice: Dice;
  readonly #lateShare: number;
  readonly #redis: SimulatedRedis;
  readonly #collector: Collector;
  readonly #nodes: SimulatedNode[];
  readonly #splits: SimulatedSplit[];
  readonly #waiting = new Heap<SimulatedSplit>(({ priority }) => priority);
  readonly #running = new Map<SimulatedNode, Attempt>();
  /** Seconds that counted splits took. */
  readonly #times: number[] = [];
  /** Their median when they were so many. */
  #median = { of: 0, time: 0 };
  #left: number;
  #mapSeconds = 0;
  #attempts = 0;
  #deaths = 0;
  #countedBytes = 0;
  #mapBusySeconds = 0;

  constructor(model: ClusterModel, seed: number) {
    this.#model = model;
    this.#dice = new Dice(seed);
    this.#lateShare = model.stragglers ? drawLateShare(this.#dice) : 0;
    this.#redis = new SimulatedRedis(this.#agenda, model);
    this.#nodes = Array.from({ length: model.nodes }, (_, i) => ({ isAsked: i === 0, isUp: true }));
    this.#splits = planModel(model);
    this.#left = this.#splits.length;
    this.#collector = new Collector(this.#agenda, model, this.#splits, {
      countAgain: (split) => this.#countAgain(split),
      done: () => this.#agenda.end(),
    });
  }

  run(): SimulatedOutcome {
    this.#planDeaths();
    this.#redis.add(this.#splits.length, () => {
      for (const split of this.#splits) this.#waiting.push(split);
      this.#feedAll();
    });
    this.#agenda.after(TICK_SECONDS, () => this.#tick());
    this.#agenda.run();
    return {
      splits: this.#splits.length,
      makespan: this.#agenda.now,
      mapSeconds: this.#mapSeconds,
      attempts: this.#attempts,
      deaths: this.#deaths,
      countedBytes: this.#countedBytes,
      movedBytes: this.#collector.movedBytes,
      redisCommands: this.#redis.commands,
      redisBusySeconds: this.#redis.busySeconds,
      mapBusySeconds: this.#mapBusySeconds,
    };
  }

  /** Draws when each node dies that does. */
  #planDeaths(): void {
    const { meanLife, massacre } = this.#model;
    const [, ...others] = this.#nodes;
    for (const node of others) {
      const life = this.#dice.exponential(meanLife);
      if (Number.isFinite(life)) this.#agenda.after(life, () => this.#die(node));
    }
    if (massacre === undefined) return;
    const dead = others.slice(0, Math.round(massacre.share * this.#nodes.length));
    this.#agenda.after(massacre.at, () => dead.forEach((node) => this.#die(node)));
  }

  #tick(): void {
    this.#redis.tick(TICK_SECONDS, this.#running.size, this.#left);
    this.#feedAll();
    this.#agenda.after(TICK_SECONDS, () => this.#tick());
  }

  /** Gives work to nodes that have none, as long as there is some. */
  #feedAll(): void {
    for (const node of this.#nodes) {
      if (!node.isUp || this.#running.has(node)) continue;
      const split = this.#waiting.take() ?? this.#findLate();
      if (split === undefined) return;
      this.#begin(node, split);
    }
  }

  /** The split that is run for longest, if that is much longer than others took, and by one node. */
  #findLate(): SimulatedSplit | undefined {
    const isNearEnd = this.#left > 0 && this.#left <= this.#splits.length * (1 - NEARLY_ALL);
    if (!this.#model.backups || !isNearEnd) return undefined;
    const bound = this.#agenda.now - LATE * this.#medianTime();
    let first: Attempt | undefined;
    for (const attempt of this.#running.values()) {
      const isLate = attempt.begun < bound && attempt.split.runs === 1;
      if (isLate && attempt.begun < (first?.begun ?? Infinity)) first = attempt;
    }
    return first?.split;
  }

  #medianTime(): number {
    const { length } = this.#times;
    if (this.#median.of !== length) this.#median = { of: length, time: median(this.#times) };
    return this.#median.time;
  }

  #begin(node: SimulatedNode, split: SimulatedSplit): void {
    const { mapRate, takeSeconds, writeRate } = this.#model;
    const delay = this.#dice.isTrue(this.#lateShare) ? drawDelay(this.#dice) : 1;
    const attempt = { split, begun: this.#agenda.now };
    this.#attempts++;
    split.runs++;
    this.#running.set(node, attempt);
    const seconds = takeSeconds + split.bytes / mapRate + split.outputBytes / writeRate;
    this.#agenda.after(delay * seconds, () => {
      if (this.#running.get(node) !== attempt) return; // the node died, or another was faster
      this.#countedBytes += split.bytes;
      this.#complete(node, attempt);
    });
  }

  #complete(node: SimulatedNode, { split, begun }: Attempt): void {
    this.#times.push(this.#agenda.now - begun);
    split.output = node;
    this.#left--;
    if (this.#left === 0 && this.#mapSeconds === 0) this.#mapSeconds = this.#agenda.now;
    for (const [other, attempt] of [...this.#running]) {
      if (attempt.split === split) this.#release(other);
    }
    this.#redis.settle(() => {
      this.#collector.hear(split);
      this.#feedAll();
    });
  }

  #release(node: SimulatedNode): void {
    const { begun, split } = this.#running.get(node)!;
    this.#mapBusySeconds += this.#agenda.now - begun;
    this.#running.delete(node);
    split.runs--;
  }

  /** A node is gone, with what it ran and what it had counted; its lock shows that later. */
  #die(node: SimulatedNode): void {
    if (!node.isUp) return;
    node.isUp = false;
    this.#deaths++;
    const attempt = this.#running.get(node);
    if (attempt) {
      this.#release(node);
      const { lockSeconds } = this.#model;
      const seconds = lockSeconds + this.#dice.uniform(0, lockSeconds / 2);
      this.#agenda.after(seconds, () => this.#putBack(attempt.split));
    }
    this.#collector.miss(node);
  }

  /** Gives a split to another node whose own did not end it. */
  #putBack(split: SimulatedSplit): void {
    if (split.output || split.runs > 0) return;
    this.#waiting.push(split);
    this.#feedAll();
  }

  /** Counts a split again whose output is lost, before all others; once, whoever finds it lost. */
  #countAgain(split: SimulatedSplit): void {
    if (split.output === undefined || split.output.isUp) return;
    split.output = undefined;
    split.priority = 0;
    this.#left++;
    this.#waiting.push(split);
    this.#feedAll();
  }
}

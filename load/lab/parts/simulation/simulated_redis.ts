import { type Agenda, SerialServer } from "./agenda.ts";
import type { ClusterModel, RedisModel } from "./cluster_model.ts";

/** How often the node that was asked looks at each split that it waits for. */
const LOOK_SECONDS = 2;

/** Shares of a split's commands: when it is added, and when it is taken, ended and removed. */
const ADDING = 0.25;

/** The Redis of a cluster, which does one command after the other. */
export class SimulatedRedis {
  readonly #server: SerialServer;
  readonly #costs: RedisModel;
  readonly #nodes: number;
  #commands = 0;

  constructor(agenda: Agenda, { redis, nodes }: ClusterModel) {
    this.#server = new SerialServer(agenda);
    this.#costs = redis;
    this.#nodes = nodes;
  }

  get commands(): number {
    return this.#commands;
  }

  get busySeconds(): number {
    return this.#server.busySeconds;
  }

  /** Takes the splits of a job. */
  add(splits: number, then: () => void): void {
    this.#do(splits * this.#costs.split * ADDING, then);
  }

  /** Hears that a split has ended, and tells all nodes. */
  settle(then: () => void): void {
    const { split, heard } = this.#costs;
    this.#do(split * (1 - ADDING) + heard * this.#nodes, then);
  }

  /** What passes in so many seconds beside. */
  tick(seconds: number, running: number, left: number): void {
    const { node, look, running: ofRunning, told } = this.#costs;
    const ofEach = ofRunning + told * this.#nodes;
    const commands = node * this.#nodes + ofEach * running + look * left / LOOK_SECONDS;
    this.#do(seconds * commands);
  }

  #do(commands: number, then?: () => void): void {
    this.#commands += commands;
    this.#server.serve(commands * this.#costs.commandSeconds, then);
  }
}

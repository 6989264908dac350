import { type Agenda, SerialServer } from "./agenda.ts";
import type { ClusterModel } from "./cluster_model.ts";
import type { SimulatedNode, SimulatedSplit } from "./splits.ts";

/** Whom the collector tells. */
export interface CollectorListener {
  /** The output of a split is lost. */
  countAgain(split: SimulatedSplit): void;
  /** All is reduced. */
  done(): void;
}

/**
 * The nodes that reduce. Each fetches its share of every output, and reduces when it has them all; as
 * all do so at the same pace, one stands for them.
 */
export class Collector {
  readonly #agenda: Agenda;
  readonly #model: ClusterModel;
  readonly #splits: readonly SimulatedSplit[];
  readonly #listener: CollectorListener;
  readonly #line: SerialServer;
  readonly #reducers: number;
  readonly #outputBytes: number;
  /** Splits of which Redis has told that they are done. */
  readonly #heard = new Set<SimulatedSplit>();
  /** Splits whose output is here, or is being fetched. */
  readonly #asked = new Set<SimulatedSplit>();
  #arrived = 0;
  #next = 0;
  #movedBytes = 0;

  constructor(
    agenda: Agenda,
    model: ClusterModel,
    splits: readonly SimulatedSplit[],
    listener: CollectorListener,
  ) {
    this.#agenda = agenda;
    this.#model = model;
    this.#splits = splits;
    this.#listener = listener;
    this.#line = new SerialServer(agenda);
    this.#outputBytes = splits.reduce((sum, { outputBytes }) => sum + outputBytes, 0);
    const { reducers, reducerBytes } = model.collect;
    const wanted = Math.ceil(this.#outputBytes / reducerBytes);
    this.#reducers = Math.max(1, Math.min(wanted, reducers, model.nodes));
  }

  /** Bytes that went from node to node. */
  get movedBytes(): number {
    return this.#movedBytes;
  }

  /** Hears that a split has an output. */
  hear(split: SimulatedSplit): void {
    this.#heard.add(split);
    if (this.#model.collect.order === "in order") this.#fetchNext();
    else this.#fetch(split);
  }

  /** A node is gone: whoever fetches outputs as they come asks at once for all of its own again. */
  miss(node: SimulatedNode): void {
    if (this.#model.collect.order === "in order") return;
    const lost = this.#splits.filter((split) => split.output === node && !this.#asked.has(split));
    if (lost.length === 0) return;
    this.#agenda.after(this.#model.silenceSeconds, () => {
      for (const split of lost) this.#listener.countAgain(split);
    });
  }

  /** Fetches the output that is next in the order of the text, one at a time. */
  #fetchNext(): void {
    const split = this.#splits[this.#next];
    if (split && this.#heard.has(split)) this.#fetch(split);
  }

  #fetch(split: SimulatedSplit): void {
    const { output } = split;
    if (!output || this.#asked.has(split)) return;
    this.#asked.add(split);
    const bytes = split.outputBytes / this.#reducers;
    const isHere = output.isAsked && this.#reducers === 1;
    const seconds = isHere ? 0 : bytes / this.#model.fetchRate;
    if (!output.isUp) return this.#lose(split);
    this.#line.serve(seconds, () => {
      if (output.isUp) this.#arrive(split, isHere);
      else this.#lose(split);
    });
  }

  /** Finds out that nobody answers. */
  #lose(split: SimulatedSplit): void {
    this.#agenda.after(this.#model.silenceSeconds, () => {
      this.#asked.delete(split);
      this.#listener.countAgain(split);
    });
  }

  #arrive(split: SimulatedSplit, isHere: boolean): void {
    if (!isHere) this.#movedBytes += split.outputBytes * this.#shareMoved();
    this.#arrived++;
    this.#next++;
    if (this.#model.collect.order === "in order") this.#fetchNext();
    if (this.#arrived < this.#splits.length) return;
    const seconds = this.#outputBytes / this.#reducers / this.#model.reduceRate;
    this.#agenda.after(seconds, () => this.#listener.done());
  }

  /** Of several that reduce, one has a share of the output already. */
  #shareMoved(): number {
    return this.#reducers === 1 ? 1 : 1 - 1 / this.#model.nodes;
  }
}

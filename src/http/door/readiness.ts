import { ignoreError, own } from "../../async/own.ts";

/** Why the server takes no work now: what a probe or an operator reads. */
export type UnreadyReason =
  | "starting"
  | "draining"
  | "threads_hang"
  | "breaker_open"
  | "store_unavailable";

/** Gathers the reasons why a server takes no work; each check is made anew for each probe. */
export class Readiness {
  readonly #checks = new Map<UnreadyReason, () => boolean>();

  /** @param holds Whether the reason holds now; cheap, and never throws. */
  add(reason: UnreadyReason, holds: () => boolean): this {
    this.#checks.set(reason, holds);
    return this;
  }

  /** All reasons that hold now; none when the server takes work. */
  reasons(): UnreadyReason[] {
    return [...this.#checks].filter(([, holds]) => holds()).map(([reason]) => reason);
  }
}

/** What an engine tells of its own state. */
export interface ReadyEngine {
  /** Settles when every thread has started, or one has failed to. */
  ready(): Promise<void>;
  /** Whether no thread makes progress. */
  readonly threadsHang: boolean;
  status(): { faults: { breaker: string } };
}

/** The parts of a server that decide whether it takes work. */
export interface ReadinessParts {
  engine: ReadyEngine;
  gate: { readonly closed: boolean };
  jobs: { readonly failing: boolean };
}

/** Watches a server's parts from its start. */
export function createReadiness({ engine, gate, jobs }: ReadinessParts): Readiness {
  let starting = true;
  own(engine.ready(), ignoreError, () => starting = false); // dead threads are replaced and reported
  return new Readiness()
    .add("starting", () => starting)
    .add("draining", () => gate.closed)
    .add("threads_hang", () => engine.threadsHang)
    .add("breaker_open", () => engine.status().faults.breaker !== "closed")
    .add("store_unavailable", () => jobs.failing);
}

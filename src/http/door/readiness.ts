import { ignoreError, own } from "../../async/own.ts";

/** Why the server takes no work now, as a probe or an operator reads it: once. */
export const UNREADY_REASONS = {
  starting: "the threads are not up yet",
  draining: "a signal came",
  threads_hang:
    "no thread takes a task: each has one and has shown no sign of life for 2.5 seconds, " +
    "or is only starting in the place of one that was given up. Where one thread of many hangs, " +
    "the others take the tasks and the server is ready",
  breaker_open: "threads fail so often that the server refuses jobs",
  store_unavailable: "the job store failed at its last check",
} as const satisfies Record<string, string>;

export type UnreadyReason = keyof typeof UNREADY_REASONS;

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

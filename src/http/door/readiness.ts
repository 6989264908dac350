/** A reason why the server takes no work now, for probes and operators. */
export type UnreadyReason =
  | "starting"
  | "draining"
  | "threads_hang"
  | "breaker_open"
  | "store_unavailable";

/** Gathers the reasons not to take new work. Each probe asks every part of the server anew. */
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

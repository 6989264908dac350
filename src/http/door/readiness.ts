/** Why the server takes no work now: what a probe or an operator reads. */
export type UnreadyReason =
  | "starting"
  | "draining"
  | "threads_hang"
  | "breaker_open"
  | "store_unavailable";

/** Gathers what stands between the server and new work; each part is asked at each probe. */
export class Readiness {
  readonly #checks = new Map<UnreadyReason, () => boolean>();

  /** @param holds Whether the reason holds now; cheap, and never throws. */
  add(reason: UnreadyReason, holds: () => boolean): this {
    this.#checks.set(reason, holds);
    return this;
  }

  /** Everything that holds now; empty when the server takes work. */
  reasons(): UnreadyReason[] {
    return [...this.#checks].filter(([, holds]) => holds()).map(([reason]) => reason);
  }
}

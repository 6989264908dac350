import type { Task } from "../../shared/task.ts";

/** How often each of some tasks went wrong. */
export class Tries {
  readonly #counts = new Map<string, number>();

  /** A task went wrong; returns how often it has gone wrong by now. */
  add({ kind, part }: Task): number {
    const name = `${kind} ${part}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}

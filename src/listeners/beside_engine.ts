import type { LanesBeside, LaneSums } from "../engine/lanes_beside.ts";
import { type ListenerSums, type MainWords, TENANT_SLOTS } from "./listener_words.ts";

/** What was charged to a tenant so far, by its slot. */
interface Charged {
  readonly name: string;
  bytes: number;
}

/**
 * The listener threads, as the engine of the main thread sees them.
 *
 * A tenant keeps its slot for as long as the process lives, so that what a thread charges late is
 * charged to nobody else.
 */
export class BesideEngine implements LanesBeside {
  readonly #words: MainWords;
  readonly #listeners: readonly ListenerSums[];
  readonly #slots = new Map<string, number>();
  readonly #charged: Charged[] = [];
  /** What each listener had published when charges were last taken. */
  readonly #taken: number[];

  constructor(words: MainWords, listeners: readonly ListenerSums[]) {
    this.#words = words;
    this.#listeners = listeners;
    this.#taken = listeners.map(() => 0);
  }

  /** The slot of a tenant; undefined when there is none left. */
  slotOf(name: string): number | undefined {
    const known = this.#slots.get(name);
    if (known !== undefined || this.#charged.length === TENANT_SLOTS) return known;
    const slot = this.#charged.push({ name, bytes: 0 }) - 1;
    this.#slots.set(name, slot);
    return slot;
  }

  tellOpen(isOpen: boolean): void {
    this.#words.tellOpen(isOpen);
  }

  tellJobs(tenant: string, jobs: number): void {
    const slot = this.slotOf(tenant);
    if (slot !== undefined) this.#words.tellJobs(slot, jobs);
  }

  sums(): LaneSums {
    const sum = { jobs: 0, ms: 0, bytes: 0, tokens: 0, readMs: 0 };
    for (const listener of this.#listeners) {
      listener.look();
      const sums = listener.read();
      for (const name of Object.keys(sum) as (keyof LaneSums)[]) sum[name] += sums[name];
    }
    return sum;
  }

  *takeCharges(): Generator<readonly [tenant: string, bytes: number]> {
    if (!this.#isNew()) return;
    for (const [slot, charged] of this.#charged.entries()) {
      let bytes = 0;
      for (const listener of this.#listeners) bytes += listener.charged(slot);
      const more = bytes - charged.bytes;
      if (more === 0) continue;
      charged.bytes = bytes;
      yield [charged.name, more];
    }
  }

  /** Whether a listener has published something since the last call. */
  #isNew(): boolean {
    let isNew = false;
    for (const [i, listener] of this.#listeners.entries()) {
      const published = listener.look();
      if (published !== this.#taken[i]) isNew = true;
      this.#taken[i] = published;
    }
    return isNew;
  }
}

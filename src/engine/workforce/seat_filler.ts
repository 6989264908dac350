import type { Clock } from "../clock.ts";
import type { Breaker } from "./breaker.ts";
import type { FaultCounts } from "../../contract/engine_status.ts";
import { START_MS } from "./watchdog.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** A thread that was tried must have stayed healthy for this long. */
const HEALTHY_MS = 1000;

/** What a SeatFiller tells. */
export interface SeatEvents {
  /** The engine cannot take jobs; `nobody` if no thread counts at all. */
  onUnavailable(nobody: boolean): void;
  /** The thread that was tried has not begun to take tasks. */
  onNotReady(place: number): void;
}

/** Puts new threads in empty seats: at once, later, or when the breaker lets one be tried. */
export class SeatFiller {
  readonly breaker: Breaker;
  readonly #pool: WorkerPool;
  readonly #faults: FaultCounts;
  readonly #clock: Clock;
  readonly #events: SeatEvents;
  /** What takes back each action that is to come. */
  readonly #later = new Set<() => void>();
  #closed = false;

  constructor(
    pool: WorkerPool,
    breaker: Breaker,
    faults: FaultCounts,
    clock: Clock,
    events: SeatEvents,
  ) {
    this.#pool = pool;
    this.breaker = breaker;
    this.#faults = faults;
    this.#clock = clock;
    this.#events = events;
  }

  /** A seat has lost its thread. */
  refill(seat: number): void {
    const opened = this.breaker.fault(this.#clock.now());
    const { delayMs, state } = this.breaker;
    if (delayMs === 0) this.#fill(seat);
    else this.#after(delayMs, () => this.#fill(seat));
    if (opened || state !== "closed") this.#events.onUnavailable(this.#pool.seated === 0);
  }

  #fill(seat: number): void {
    if (!this.#pool.isEmpty(seat) || this.#closed) return;
    if (this.breaker.state === "probing") return; // the thread that is tried fills the others
    const probes = this.breaker.probe();
    if (!this.#pool.spawn(seat)) return this.refill(seat);
    this.#faults.replaced++;
    if (probes) this.#expectReady(this.#pool.placeOf(seat));
  }

  /** Takes the place of the watchdog, which does not run while no task is out. */
  #expectReady(place: number): void {
    this.#after(START_MS, () => {
      if (this.breaker.state === "probing" && this.#pool.isUsed(place)) {
        this.#events.onNotReady(place);
      }
    });
  }

  /** The thread of a place takes tasks; if it is tried, and stays healthy, all seats are filled. */
  noteReady(place: number): void {
    if (this.breaker.state !== "probing") return;
    this.#after(HEALTHY_MS, () => {
      if (this.breaker.state !== "probing" || !this.#pool.isUsed(place)) return;
      this.breaker.close();
      for (let seat = 0; seat < this.#pool.size; seat++) this.#fill(seat);
    });
  }

  #after(delayMs: number, action: () => void): void {
    const takeBack = this.#clock.after(delayMs, () => {
      this.#later.delete(takeBack);
      action();
    });
    this.#later.add(takeBack);
  }

  /** Fills no seat any more. */
  close(): void {
    this.#closed = true;
    for (const takeBack of this.#later) takeBack();
    this.#later.clear();
  }
}

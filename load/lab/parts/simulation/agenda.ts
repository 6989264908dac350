import { Heap } from "./heap.ts";

/** What happens when, in simulated seconds: events in the order of their times. */
export class Agenda {
  readonly #events = new Heap<{ time: number; happen: () => void }>(({ time }) => time);
  #now = 0;
  #isOver = false;

  /** Seconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  after(seconds: number, happen: () => void): void {
    if (!(seconds >= 0)) throw new RangeError(`Cannot plan an event ${seconds} s ahead`);
    this.#events.push({ time: this.#now + seconds, happen });
  }

  /** Lets nothing happen any more. */
  end(): void {
    this.#isOver = true;
  }

  /** Has all events happen until there are none, or it is ended. */
  run(): void {
    while (!this.#isOver) {
      const next = this.#events.take();
      if (next === undefined) return;
      this.#now = next.time;
      next.happen();
    }
  }
}

/** One who serves in the order of arrival, such as a Redis, or a node that fetches. */
export class SerialServer {
  readonly #agenda: Agenda;
  #freeAt = 0;
  #busySeconds = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** Seconds of all that it was asked for. */
  get busySeconds(): number {
    return this.#busySeconds;
  }

  /** Serves for so long once it is free; calls `then` at the end. */
  serve(seconds: number, then: () => void = () => {}): void {
    const begins = Math.max(this.#freeAt, this.#agenda.now);
    this.#freeAt = begins + seconds;
    this.#busySeconds += seconds;
    this.#agenda.after(this.#freeAt - this.#agenda.now, then);
  }
}

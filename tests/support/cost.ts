/** Time that this thread has had a core, where the system tells it: others add nothing to that. */
export function threadMs(): number {
  if (Deno.build.os !== "linux") return performance.now();
  const [nanoseconds] = Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ");
  return Number(nanoseconds) / 1e6;
}

/** The time that something takes; for what is shorter than a turn of the system's scheduler. */
export function wallMs(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** Shorter than a turn of the scheduler. */
const TURN_MS = 2;

/**
 * The time that something takes: by the clock what is short, else the time of a core, which the system
 * counts by ticks, without the turns of others.
 */
export function ownMs(run: () => void): number {
  const before = threadMs();
  const ms = wallMs(run);
  return ms < TURN_MS ? ms : threadMs() - before;
}

const MOST_ROUNDS = 100;

/** What became of a comparison. */
export interface Comparison {
  holds: boolean;
  /** Both costs, for the message. */
  text: string;
}

/**
 * Whether one piece of work costs less than `factor` times another. Others that share the machine
 * only add to a cost, so the least of some rounds counts, and they are as many as it takes: what
 * really costs more does so in every round.
 *
 * @param cost Does the work, and gives the milliseconds that it took.
 */
export function costsLess(cost: () => number, factor: number, other: () => number): Comparison {
  let [least, leastOther] = [Infinity, Infinity];
  for (let round = 0; round < MOST_ROUNDS && !(least < factor * leastOther); round++) {
    least = Math.min(least, cost());
    leastOther = Math.min(leastOther, other());
  }
  return {
    holds: least < factor * leastOther,
    text: `${least.toFixed(3)} ms against ${factor} times ${leastOther.toFixed(3)} ms`,
  };
}

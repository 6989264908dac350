import type { Arrivals } from "./arrivals_worker.ts";

/** Jobs that arrive until they are stopped. */
export interface OpenArrivals {
  /**
   * Lets no more arrive, and waits for the others.
   *
   * @returns Milliseconds of each, from the moment that it was due to its end.
   * @throws {unknown} What the first job that failed has thrown.
   */
  stop(): Promise<number[]>;
}

/**
 * Has jobs arrive at a steady rate, whatever becomes of the ones before (open loop). A thread of its
 * own is the clock, so that a host that is late makes jobs late, and not fewer.
 *
 * @param rate A second.
 * @param run Does a job, by its number from 0 on.
 */
export function startArrivals(rate: number, run: (index: number) => Promise<void>): OpenArrivals {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const clock = new Worker(new URL("./arrivals_worker.ts", import.meta.url), { type: "module" });
  const ended = Promise.withResolvers<void>();
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  const time = async (index: number, due: number) => {
    await run(index);
    latencies.push(performance.timeOrigin + performance.now() - due);
  };
  clock.onmessage = ({ data }: MessageEvent<number | "end">) => {
    if (data === "end") return ended.resolve();
    const job = time(running.length, data);
    job.catch(() => {}); // stop() tells
    running.push(job);
  };
  clock.postMessage({ rate, stop } satisfies Arrivals);
  return {
    async stop() {
      Atomics.store(stop, 0, 1);
      Atomics.notify(stop, 0);
      await ended.promise;
      clock.terminate();
      await Promise.all(running);
      return latencies;
    },
  };
}

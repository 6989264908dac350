/// <reference lib="deno.worker" />
/** When jobs arrive. */
export interface Arrivals {
  /** A second. */
  rate: number;
  /** Set to 1 to end them. */
  stop: Int32Array<SharedArrayBuffer>;
}

/**
 * A clock of its own: says "now" at a steady rate, however busy the host is, with the moment that it
 * was due, in milliseconds of wall time.
 */
self.onmessage = ({ data: { rate, stop } }: MessageEvent<Arrivals>) => {
  const now = () => performance.timeOrigin + performance.now();
  const started = now();
  const goesOn = () => Atomics.load(stop, 0) === 0;
  for (let arrival = 1; goesOn(); arrival++) {
    const due = started + arrival * 1000 / rate;
    while (now() < due && goesOn()) Atomics.wait(stop, 0, 0, due - now());
    if (goesOn()) self.postMessage(due);
  }
  self.postMessage("end");
};

/// <reference lib="deno.worker" />
import { createCases, emptyTally, type Tally, tryCase } from "./fuzz_case.ts";

/** Cases for a thread. */
export interface FuzzShare {
  seed: number;
  first: number;
  cases: number;
  compiled: Uint8Array<ArrayBuffer>[];
  /** The number of the case in hand: it shows that the thread gets on. */
  progress: Int32Array<SharedArrayBuffer>;
}

/** What a thread says in the end. */
export type FuzzReport = { tally: Tally } | { number: number; error: string };

self.onmessage = ({ data }: MessageEvent<FuzzShare>) => {
  const { seed, first, cases, compiled, progress } = data;
  const tally = emptyTally();
  const makeCase = createCases(seed, compiled);
  for (let number = first; number < first + cases; number++) {
    Atomics.store(progress, 0, number);
    try {
      const { bytes, isValid } = makeCase(number);
      tryCase(bytes, isValid, tally);
    } catch (error) {
      const text = `${(error as Error).stack}\n${(error as Error).cause ?? ""}`;
      return self.postMessage({ number, error: text } satisfies FuzzReport);
    }
  }
  self.postMessage({ tally } satisfies FuzzReport);
};

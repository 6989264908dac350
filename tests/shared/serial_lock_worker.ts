/// <reference lib="deno.worker" />
import { SerialLock } from "../../src/shared/serial_lock.ts";

/** What a thread of the test needs. */
export interface SerialLockStart {
  memory: SharedArrayBuffer;
  /** One word, which all threads add to by plain loads and stores. */
  sums: SharedArrayBuffer;
  place: number;
  rounds: number;
}

/** A wake-up that is lost would take longer than any test waits. */
const SLICE_MS = 1e9;

self.onmessage = ({ data }: MessageEvent<SerialLockStart>) => {
  const lock = new SerialLock(data.memory);
  const words = new Int32Array(data.sums);
  for (let round = 0; round < data.rounds; round++) {
    lock.acquire(data.place, SLICE_MS, () => true);
    words[0] = words[0] + 1;
    lock.release(data.place);
  }
  self.postMessage("done");
  self.close();
};

/// <reference lib="deno.worker" />
import { KernelHarness } from "../../../tests/support/kernel_harness.ts";

/** What the benchmark sends to start a worker. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Which of the workers this is: it has a scratch and a slot of its own. */
  worker: number;
  text: Uint8Array<SharedArrayBuffer>;
  /** Ends of the chunks; the first starts at 0. */
  ends: number[];
  /** { gate, next chunk }, shared by all workers. */
  control: Int32Array<SharedArrayBuffer>;
  slotBytes: number;
}

self.onmessage = ({ data }: MessageEvent<WorkerStart>) => {
  const { module, memory, worker, text, ends, control, slotBytes } = data;
  const harness = new KernelHarness(module, memory, slotBytes, worker);
  self.postMessage("ready");
  for (let round = 1;; round++) {
    Atomics.wait(control, 0, round - 1);
    if (Atomics.load(control, 0) < 0) return self.close();
    for (
      let chunk = Atomics.add(control, 1, 1);
      chunk < ends.length;
      chunk = Atomics.add(control, 1, 1)
    ) {
      const { start, bytes } = harness.put(text.subarray(ends[chunk - 1] ?? 0, ends[chunk]));
      const status = harness.kernel.mapChunk(harness.job, worker, start, bytes, 0, 0);
      if (status !== 0) throw new Error(`mapChunk ended with status ${status}`);
    }
    self.postMessage(performance.timeOrigin + performance.now());
  }
};

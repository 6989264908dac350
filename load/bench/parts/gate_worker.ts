/// <reference lib="deno.worker" />
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { checkAdmitted } from "../../../src/kernels/gate/checker/check_admitted.ts";
import { threadMs, wallMs } from "../../../tests/support/cost.ts";

/** What admitting a module took. */
export interface AdmissionTimes {
  /** Time of a core, in a thread that has admitted nothing before. */
  firstMs: number;
  /** The least of the rounds that followed. */
  warmMs: number;
  /** Of that, the second checker. */
  checkMs: number;
  admittedBytes: number;
  polls: number;
}

/** What the thread is asked for. */
export interface AdmissionRequest {
  bytes: Uint8Array<ArrayBuffer>;
  rounds: number;
}

self.onmessage = ({ data: { bytes, rounds } }: MessageEvent<AdmissionRequest>) => {
  const started = threadMs();
  const { module, polls } = admitModule(bytes);
  const firstMs = threadMs() - started;
  let [warmMs, checkMs] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    warmMs = Math.min(warmMs, wallMs(() => admitModule(bytes)));
    checkMs = Math.min(checkMs, wallMs(() => checkAdmitted(module)));
  }
  const times = { firstMs, warmMs, checkMs, admittedBytes: module.length, polls };
  self.postMessage(times satisfies AdmissionTimes);
};

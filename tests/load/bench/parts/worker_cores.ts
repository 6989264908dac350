/**
 * Tells for how many milliseconds a Web Worker of this process has had a core, as `timeWorkerCores()`
 * has it: while the worker was busy, and while it slept and this thread was busy instead.
 *
 *     deno run -A worker_cores.ts MILLISECONDS
 */
import { timeWorkerCores } from "../../../../load/bench/parts/core_time.ts";
import { beBusy } from "../../../support/busy.ts";
import { pause } from "../../../support/waits.ts";

const ms = Number(Deno.args[0]);
const url = import.meta.resolve("./busy_worker.ts");
const worker = new Worker(url, { type: "module" });

async function workerIsBusyFor(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.onmessage = () => resolve();
  worker.postMessage(ms);
  await promise;
}

await workerIsBusyFor(0); // and so it has begun
const busy = await timeWorkerCores(() => workerIsBusyFor(ms));
const asleep = await timeWorkerCores(async () => {
  beBusy(ms);
  await pause(ms);
});
worker.terminate();
console.log(JSON.stringify({ busy, asleep }));

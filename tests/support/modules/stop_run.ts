import type { AdmittedModule } from "../../../src/kernels/gate/admit_module.ts";
import { ignoreError, own } from "../../../src/async/own.ts";
import { pause, soon, until } from "../waits.ts";
import { createLeash, leashWord } from "./instance.ts";
import type { Ended, Run } from "./run_worker.ts";

/** A run that was stopped. */
export interface Stopped extends Ended {
  /** From the store of the word to the trap. */
  ms: number;
}

/**
 * Runs a kernel on a thread of its own, and stops it by its leash once it has drained.
 *
 * @param warmMs How long it runs before; the engine optimises what runs for some milliseconds.
 */
export async function stopRun(
  { module, memory }: AdmittedModule,
  warmMs: number,
): Promise<Stopped> {
  const leash = createLeash();
  const running = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(import.meta.resolve("./run_worker.ts"), { type: "module" });
  try {
    const ended = Promise.withResolvers<Ended>();
    worker.onmessage = ({ data }) => ended.resolve(data);
    worker.onerror = (event) => ended.reject(new Error(event.message));
    worker.postMessage({ module, memory, leash, running } satisfies Run);
    // No waitAsync: hosts before Deno 2.7.6 may sleep through the notify.
    let hasEnded = false;
    own(ended.promise, ignoreError, () => hasEnded = true);
    await until(() => hasEnded || Atomics.load(running, 0) !== 0);
    await pause(warmMs);
    const at = performance.timeOrigin + performance.now();
    Atomics.store(leashWord(leash), 0, 1);
    const end = await soon(ended.promise);
    return { ...end, ms: end.at - at };
  } finally {
    worker.terminate();
  }
}

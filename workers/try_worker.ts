import { KERNEL_OUT_OF_MEMORY, KERNEL_OUTPUT_TOO_LARGE } from "../src/shared/task_status.ts";
import type { TrialFailure, TrialMessage, TrialReport } from "../src/shared/trial.ts";
import { findBreach } from "./combine_trial.ts";
import { Guest } from "./key_sources/guest.ts";
import { GuestFailure, isStackOverflow, STACK_OVERFLOW } from "./key_sources/guest_failure.ts";
import { KeyOutput } from "./key_sources/key_output.ts";
import { readMemoryImport } from "./key_sources/memory_import.ts";
import { repairText } from "./key_sources/repair.ts";

// The thread of one trial: it runs a kernel on one record, or has it combine values, says what came of
// it, and is ended.

const thread = self as unknown as {
  onmessage: (event: MessageEvent<TrialMessage>) => void;
  postMessage(report: TrialReport): void;
};

thread.onmessage = ({ data }) => thread.postMessage(run(data));

function run(message: TrialMessage): TrialReport {
  const { record, triples, output, valueType, leash } = message;
  const text = message.takesText ? repairText(record).repaired ?? record : record;
  const compiled = {
    module: new WebAssembly.Module(message.module),
    limits: readMemoryImport(message.module),
  };
  const keys = new KeyOutput();
  const latest: { guest?: Guest } = {};
  const start = (): Guest => {
    const guest = latest.guest = new Guest(compiled, message.memoryBytes, keys);
    guest.start(compiled, leash, message.options);
    return guest;
  };
  thread.postMessage({ kind: "begun" });
  const begun = performance.now();
  try {
    if (triples) {
      const parts = { start, keys, valueType, isStopped: () => isStopped(leash) };
      return { kind: "combined", breach: findBreach(triples, parts) };
    }
    const source = { text, start: 0, bytes: text.length, output, valueType, rejects: false };
    keys.begin(source);
    const guest = start();
    guest.map(source);
    const ms = performance.now() - begun;
    return { kind: "done", keys: keys.take().slice(), ms, memoryBytes: guest.memoryBytes };
  } catch (error) {
    const { guest } = latest;
    const { failure, reason } = explain(error, leash, guest);
    return { kind: "failed", failure, message: reason, offset: guest?.at(text.length) ?? 0 };
  }
}

function isStopped(leash: WebAssembly.Memory): boolean {
  return Atomics.load(new Int32Array(leash.buffer as unknown as SharedArrayBuffer), 0) !== 0;
}

/** Why a kernel has ended. The leash says whether the host has stopped it; messages do not. */
function explain(
  error: unknown,
  leash: WebAssembly.Memory,
  guest: Guest | undefined,
): { failure: TrialFailure; reason: string } {
  const { message } = error as Error;
  if (isStopped(leash)) return { failure: "stopped", reason: message };
  if (error instanceof GuestFailure) {
    return { failure: failureOf(error.status), reason: message };
  }
  if (isStackOverflow(error)) return { failure: "trapped", reason: STACK_OVERFLOW };
  const isKernels = error instanceof WebAssembly.RuntimeError ||
    error instanceof WebAssembly.LinkError;
  if (!isKernels) throw error; // no doing of the kernel's
  if (guest?.isCramped) return { failure: "outOfMemory", reason: message };
  return { failure: "trapped", reason: guest?.explainTrap(message) ?? message };
}

function failureOf(status: number): TrialFailure {
  if (status === KERNEL_OUT_OF_MEMORY) return "outOfMemory";
  return status === KERNEL_OUTPUT_TOO_LARGE ? "outputTooLarge" : "trapped";
}

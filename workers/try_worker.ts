import { KERNEL_OUT_OF_MEMORY, KERNEL_OUTPUT_TOO_LARGE } from "../src/shared/task_status.ts";
import type { TrialFailure, TrialMessage, TrialReport } from "../src/shared/trial.ts";
import { Guest } from "./key_sources/guest.ts";
import { GuestFailure } from "./key_sources/guest_failure.ts";
import { KeyOutput } from "./key_sources/key_output.ts";
import { readMemoryImport } from "./key_sources/memory_import.ts";

// The thread of one trial: it runs a kernel on one record, says what came of it, and is ended.

const thread = self as unknown as {
  onmessage: (event: MessageEvent<TrialMessage>) => void;
  postMessage(report: TrialReport): void;
};

thread.onmessage = ({ data }) => thread.postMessage(run(data));

function run(message: TrialMessage): TrialReport {
  const { record: text, options, output, valueType, memoryBytes, leash } = message;
  const compiled = {
    module: new WebAssembly.Module(message.module),
    limits: readMemoryImport(message.module),
  };
  const keys = new KeyOutput();
  const source = {
    text,
    start: 0,
    bytes: text.length,
    output,
    valueType,
    rejects: false,
  };
  let guest: Guest | undefined;
  thread.postMessage({ kind: "begun" });
  const begun = performance.now();
  try {
    keys.begin(source);
    guest = new Guest(compiled, memoryBytes, keys);
    guest.start(compiled, leash, options);
    guest.map(source);
    const ms = performance.now() - begun;
    return { kind: "done", keys: keys.take().slice(), ms, memoryBytes: guest.memoryBytes };
  } catch (error) {
    const { failure, reason } = explain(error, leash, guest);
    return { kind: "failed", failure, message: reason, offset: guest?.at(text.length) ?? 0 };
  }
}

/** Why a kernel has ended. The leash says whether the host has stopped it; messages do not. */
function explain(
  error: unknown,
  leash: WebAssembly.Memory,
  guest: Guest | undefined,
): { failure: TrialFailure; reason: string } {
  const stop = new Int32Array(leash.buffer as unknown as SharedArrayBuffer);
  const { message } = error as Error;
  if (Atomics.load(stop, 0) !== 0) return { failure: "stopped", reason: message };
  if (error instanceof GuestFailure) {
    return { failure: failureOf(error.status), reason: message };
  }
  // V8 throws a RangeError, and no RuntimeError, where the stack is full.
  if (error instanceof RangeError) return { failure: "trapped", reason: "stack overflow" };
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

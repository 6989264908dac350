// What host and thread say to each other when a kernel is tried on one record: a thread for each trial.

/** What the host sends to a new thread. */
export interface TrialMessage {
  /** A module that the gate has admitted. */
  module: Uint8Array<ArrayBuffer>;
  /** What the kernel hands out, one of KERNEL_OUTPUT_*, and the type of its values, one of VALUE_*. */
  output: number;
  valueType: number;
  /** JSON, UTF-8. */
  options: Uint8Array<ArrayBuffer>;
  record: Uint8Array<ArrayBuffer>;
  /** Most bytes of the kernel's memory. */
  memoryBytes: number;
  /** The word at its beginning stops the kernel when the host makes it other than 0. */
  leash: WebAssembly.Memory;
}

/** Why a trial ended without keys; `stopped` by the leash. */
export type TrialFailure = "stopped" | "trapped" | "outOfMemory" | "outputTooLarge";

/** The end of a trial without a failure. */
export interface TrialDone {
  kind: "done";
  /** Packed keys or value records. */
  keys: Uint8Array<ArrayBuffer>;
  ms: number;
  memoryBytes: number;
}

/** What the thread sends back: that code of the kernel begins to run, and then its end. */
export type TrialReport =
  | { kind: "begun" }
  | TrialDone
  | { kind: "failed"; failure: TrialFailure; message: string; offset: number };

/** Most bytes of keys, their lengths and their values for a record of so many bytes. */
export function mostTrialOutput(recordBytes: number): number {
  return 16 * recordBytes + 1024 * 1024;
}

// What host and thread say to each other when a kernel is tried: a thread for each trial, on one record
// or on values that the kernel combines.

/** What the host sends to a new thread. */
export interface TrialMessage {
  /** A module that the gate has admitted. */
  module: Uint8Array<ArrayBuffer>;
  /** What the kernel hands out, one of KERNEL_OUTPUT_*, and the type of its values, one of VALUE_*. */
  output: number;
  valueType: number;
  /** Whether the record must be UTF-8 before the module sees it: it is repaired, as chunks are. */
  takesText: boolean;
  /** JSON, UTF-8. */
  options: Uint8Array<ArrayBuffer>;
  record: Uint8Array<ArrayBuffer>;
  /** The bits of values, three by three, that the kernel combines; then no record is mapped. */
  triples?: BigInt64Array<ArrayBuffer>;
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

/** What does not hold of a kernel's `mr_combine`. */
export type CombineLaw = "commutative" | "associative" | "grouped" | "counted" | "single";

/** Values of which a kernel makes different things, as bits. */
export interface CombineBreach {
  law: CombineLaw;
  /** The triple; a law may be about the first two of them. */
  values: [a: bigint, b: bigint, c: bigint];
  /** What it makes of them in two ways that should make no difference; none for `single`. */
  results: [bigint, bigint] | [];
}

/** The end of a trial of values. */
export interface TrialCombined {
  kind: "combined";
  breach?: CombineBreach;
}

/** What the thread sends back: that code of the kernel begins to run, and then its end. */
export type TrialReport =
  | { kind: "begun" }
  | TrialDone
  | TrialCombined
  | { kind: "failed"; failure: TrialFailure; message: string; offset: number };

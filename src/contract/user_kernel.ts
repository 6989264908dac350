/** What a module says of itself, as far as the engine reads it; the gate has checked it. */
export interface KernelTerms {
  /** What the module is given: `line`, `word`, `paragraph`, `chunk`, `csv`, `ndjson` or `fixed:N`. */
  readonly records: string;
  /** What it drains. Values are not counted yet. */
  readonly output: "keys" | "windows" | "values";
}

/** A kernel that a user has brought. */
export interface UserKernel {
  /** SHA-256 of the module, in hexadecimal. */
  readonly id: string;
  /** A WebAssembly module of ABI 1 that the gate has admitted: with polls, and its memory imported. */
  readonly module: Uint8Array;
  readonly manifest: KernelTerms;
  /** JSON of its options, in UTF-8. */
  readonly options: Uint8Array;
}

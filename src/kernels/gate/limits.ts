/** What the gate lets through at most; see the guide of this folder for the reasons. */
export interface GateLimits {
  /** Bytes of a module as it comes in. @default {1_048_576} */
  moduleBytes: number;
  /** Functions, imported ones included. @default {5_000} */
  functions: number;
  /** Parameters and locals of one function together. @default {1_000} */
  locals: number;
  /** Bytes of one function's body. @default {65_536} */
  bodyBytes: number;
  /**
   * Of one function: the locals and operands that there are at each block and branch, summed up,
   * and an eighth of those at each call. So many values the engine copies when it compiles the
   * function, and no leash stops it then. @default {250_000}
   */
  stateCopies: number;
  /** Blocks within blocks. @default {4_096} */
  nesting: number;
  /** Parameters of one type. @default {100} */
  parameters: number;
  /** Results of one type. @default {16} */
  results: number;
  /** @default {1_000} */
  globals: number;
  /** @default {1_000} */
  types: number;
  /** Data segments; as many element segments. @default {1_000} */
  segments: number;
  /** Targets of one `br_table`. @default {4_096} */
  branchTargets: number;
  /** Entries of the table. @default {4_096} */
  tableEntries: number;
  /** @default {50} */
  imports: number;
  /** Pages of 64 KiB that an instance's memory may grow to. @default {1_024} */
  memoryPages: number;
  /** Bytes of the manifest. @default {65_536} */
  manifestBytes: number;
}

export const GATE_LIMITS: Readonly<GateLimits> = {
  moduleBytes: 1_048_576,
  functions: 5_000,
  locals: 1_000,
  bodyBytes: 65_536,
  stateCopies: 250_000,
  nesting: 4_096,
  parameters: 100,
  results: 16,
  globals: 1_000,
  types: 1_000,
  segments: 1_000,
  branchTargets: 4_096,
  tableEntries: 4_096,
  imports: 50,
  memoryPages: 1_024,
  manifestBytes: 65_536,
};

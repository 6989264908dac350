import type { Diagnostic } from "./diagnostics.ts";

// What the compiler and its process say to each other: a line of JSON each.

/** The first line that the process gets. */
export interface Greeting {
  sdk: Record<string, string>;
}

/** Then one of these at a time. */
export interface CompileRequest {
  source: string;
  name?: string;
}

/** What the process answers to each. */
export interface CompileAnswer {
  /** The module in base 64. */
  binary?: string;
  diagnostics?: Diagnostic[];
  /** What the compiler said when it failed by itself, not because of what it found. */
  failure?: string;
  /** CPU time of the process since its start. */
  cpuMs: number;
  /** Memory of the process. */
  residentBytes: number;
}

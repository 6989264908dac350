import type { Chart } from "../support/charts.ts";
import type { Environment } from "../support/environment.ts";
import type { Second } from "./series.ts";

/** What k6 says of a metric. */
export interface Metric {
  type: "counter" | "gauge" | "rate" | "trend";
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

/** What k6 says at the end. */
export interface K6Summary {
  metrics: Record<string, Metric>;
  checks: { name: string; passes: number; fails: number }[];
}

/** What the runner found out beside k6. */
export interface Finding {
  lines: string[];
  /** Why the run has failed. */
  faults: string[];
  table?: { header: string[]; rows: string[][] };
  charts: Chart[];
}

/** A run of a scenario. */
export interface Outcome {
  name: string;
  about: string;
  command: string;
  environment: Environment;
  books: string;
  /** Undefined if k6 did not come so far as to write one. */
  summary: K6Summary | undefined;
  seconds: Second[];
  findings: Finding[];
  /** Whether it fails when a time is missed. */
  timed: boolean;
  /** Exit codes. */
  k6: number;
  server: number;
}

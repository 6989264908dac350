import type { EngineStatus } from "../engine/status.ts";
import type { JobHandle, JobInput, SubmitOptions } from "../engine/job_contract.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import type { CountOptions } from "../contract/options.ts";
import type { HttpOptions } from "./http_options.ts";
import type { JobRegistry } from "../jobs/job_registry.ts";
import type { IntakeOptions } from "../intake/intake_options.ts";
import type { RequestGate } from "./door/gate.ts";
import type { Readiness } from "./door/readiness.ts";

/** As much of an engine as the HTTP surface uses. */
export interface CountEngine {
  readonly workers: number;
  submit(input: JobInput, options: CountOptions, limits?: SubmitOptions): JobHandle;
  /** A text in the form of the keys of such a job: normalized and folded, in UTF-8. */
  toKey(text: string, options: CountOptions): Uint8Array;
  /** The description that each kernel gives of itself. */
  kernels(): Promise<readonly unknown[]>;
  status(): EngineStatus;
  /** A new path for a file, which the caller removes; undefined where there is no disk. */
  scratchPath?(): string | undefined;
}

/** The parts that every resource is made of. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  options: HttpOptions & IntakeOptions;
  /** Holds a shutdown until work ends that has its response already. @default {nothing does} */
  gate?: Pick<RequestGate, "hold" | "closed">;
  /** The reasons not to take new work. @default {there are none} */
  readiness?: Pick<Readiness, "reasons">;
  /** Counts the requests that are observed. @default {metrics that count none} */
  metrics?: HttpMetrics;
}

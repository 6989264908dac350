import type { EngineStatus } from "../engine/status.ts";
import type { JobHandle, JobInput, SubmitOptions } from "../engine/job_contract.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import type { CountOptions } from "../contract/options.ts";
import type { HttpOptions } from "./http_options.ts";
import type { JobRegistry } from "../jobs/job_registry.ts";
import type { InputOptions } from "./read/body.ts";
import type { RequestGate } from "./door/gate.ts";
import type { Readiness } from "./door/readiness.ts";

/** What the HTTP surface asks of an engine. */
export interface CountEngine {
  readonly workers: number;
  submit(input: JobInput, options: CountOptions, limits?: SubmitOptions): JobHandle;
  /** A text as the keys of such a job are: normalized and folded, in UTF-8. */
  toKey(text: string, options: CountOptions): Uint8Array;
  /** What each kernel says of itself. */
  kernels(): Promise<readonly unknown[]>;
  status(): EngineStatus;
  /** A new path for a file that its user removes; undefined where there is no disk. */
  scratchPath?(): string | undefined;
}

/** What every resource is built from. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  options: HttpOptions & InputOptions;
  /** What a shutdown waits for, beside requests without a response. @default {nothing else} */
  gate?: Pick<RequestGate, "hold" | "closed">;
  /** What stands between the server and new work. @default {nothing ever does} */
  readiness?: Pick<Readiness, "reasons">;
  /** Where requests are counted by who observes them. @default {none: nobody does} */
  metrics?: HttpMetrics;
}

import type { JobHandle, JobInput, SubmitOptions } from "../engine/types.ts";
import type { CountOptions } from "../options.ts";
import type { ServerOptions } from "../server_options.ts";
import type { JobRegistry } from "../store/job_registry.ts";
import type { Readiness } from "./readiness.ts";

/** What the HTTP surface asks of an engine. */
export interface CountEngine {
  readonly workers: number;
  submit(input: JobInput, options: CountOptions, limits?: SubmitOptions): JobHandle;
  /** What each kernel says of itself. */
  kernels(): Promise<readonly unknown[]>;
  status(): object;
}

/** What every resource is built from. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  options: Pick<ServerOptions, "maxBodyBytes" | "readTimeoutMs">;
  /** What stands between the server and new work. @default {nothing ever does} */
  readiness?: Pick<Readiness, "reasons">;
}

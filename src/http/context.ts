import type { JobHandle, JobInput } from "../engine/types.ts";
import type { CountOptions } from "../options.ts";
import type { ServerOptions } from "../server_options.ts";
import type { JobRegistry } from "../store/job_registry.ts";

/** Bounds of one job's input. */
export interface InputLimits {
  /** Most bytes; beyond them the job fails with `body_too_large`. */
  maxBytes?: number;
  /** Longest wait for the next bytes; beyond it the job fails with `read_timeout`. */
  readTimeoutMs?: number;
  /** Whether the input is a chunked body. */
  framed?: boolean;
}

/** What the HTTP surface asks of an engine. */
export interface CountEngine {
  readonly workers: number;
  submit(input: JobInput, options: CountOptions, limits?: InputLimits): JobHandle;
  /** What each kernel says of itself. */
  kernels(): Promise<readonly unknown[]>;
  status(): object;
}

/** What every resource is built from. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  options: Pick<ServerOptions, "maxBodyBytes" | "readTimeoutMs">;
}

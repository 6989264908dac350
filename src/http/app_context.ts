import type { CountEngine } from "../engine/count_engine.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import type { ServerOptions } from "../settings/server_options.ts";
import type { JobRegistry } from "../jobs/job_registry.ts";
import type { InputOptions } from "./read/body.ts";
import type { RequestGate } from "./door/gate.ts";
import type { Readiness } from "./door/readiness.ts";

/** What every resource is built from. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  options: InputOptions & Partial<Pick<ServerOptions, "metricsPublic" | "basePath">>;
  /** What a shutdown waits for, beside requests without a response. @default {nothing else} */
  gate?: Pick<RequestGate, "hold" | "closed">;
  /** What stands between the server and new work. @default {nothing ever does} */
  readiness?: Pick<Readiness, "reasons">;
  /** Where requests are counted by who observes them. @default {none: nobody does} */
  metrics?: HttpMetrics;
}

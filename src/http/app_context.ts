import type { TenantLimits } from "../access/api_key_ring.ts";
import type { Grouper } from "../algebra/grouper.ts";
import type { EachCounter } from "../each/each_counter.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import type { HttpOptions } from "./http_options.ts";
import type { JobRegistry } from "../jobs/job_registry.ts";
import type { IntakeOptions } from "../intake/intake_options.ts";
import type { KernelRegistry } from "../kernels/kernel_registry.ts";
import type { KernelTrier } from "../kernels/kernel_trier.ts";
import type { RequestGate } from "./door/gate.ts";
import type { Readiness } from "./door/readiness.ts";

/** The parts that every resource is made of. */
export interface AppContext {
  engine: CountEngine;
  jobs: JobRegistry;
  /** Shows results in groups of forms. */
  grouper: Grouper;
  /** The kernels beside that of the engine itself. */
  kernels: KernelRegistry;
  /** Runs kernels on single records. @default {no client can} */
  trier?: KernelTrier;
  options: HttpOptions & IntakeOptions;
  /** What a tenant may use. @default {all, as far as anybody is told} */
  limitsOf?: (tenant: string | undefined) => TenantLimits;
  /** Holds a shutdown until work ends that has its response already. @default {nothing does} */
  gate?: Pick<RequestGate, "hold" | "closed">;
  /** Counts many texts of one request. @default {one that is never closed} */
  each?: EachCounter;
  /** The reasons not to take new work. @default {there are none} */
  readiness?: Pick<Readiness, "reasons">;
  /** Answers what a page about the cluster's queue asks for. @default {there is no cluster} */
  board?: (root: string, request: Request) => Promise<Response>;
  /** Throws where the server takes no texts to be counted. @default {it does} */
  checkAccepts?: () => void;
  /** Counts the requests that are observed. @default {metrics that count none} */
  metrics?: HttpMetrics;
}

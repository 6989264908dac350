import type { Priority } from "./types.ts";

/** How an engine is built. */
export interface EngineOptions {
  /** Threads that count. @default {navigator.hardwareConcurrency} */
  workers?: number;
  /** Shared memory for chunks, tables and results, in bytes; at most 4 GiB. @default {half of the system's memory} */
  memoryBytes?: number;
  /** Most bytes in a chunk: small ones fit the caches, large ones cost fewer hops. @default {262016} */
  chunkBytes?: number;
  /** Chunks per worker that are in shared memory at once. @default {8} */
  slotsPerWorker?: number;
  /** Tasks per worker that are in the queue at once: few decide order late. @default {4} */
  queueDepth?: number;
  /** Share of a job of each priority; a tenant has that of a normal job. @default {{ low: 1, normal: 4, high: 16 }} */
  weights?: Partial<Record<Priority, number>>;
  /** Most jobs that wait for one of the 256 places; beyond them `submit` fails. @default {4096} */
  maxQueuedJobs?: number;
  /** Most bytes of whole inputs that wait with them; streams and promises count as nothing. @default {268435456} */
  maxQueuedBytes?: number;
  /** Most jobs of one tenant that have not ended. @default {128} */
  maxTenantJobs?: number;
  /** Longest time from a job's submission to its answer. @default {Infinity} */
  jobTimeoutMs?: number;
  /** What a tenant may use, asked when it submits. @default {every tenant weighs 1 and may have maxTenantJobs} */
  tenantTerms?: (tenant: string) => TenantTerms | undefined;
}

/** What one tenant may use. */
export interface TenantTerms {
  /** Share of the workers, relative to the other tenants. @default {1} */
  weight?: number;
  /** Most jobs that have not ended. @default {maxTenantJobs} */
  maxJobs?: number;
}

/** What bounds the jobs of an engine. */
export type EngineBounds = Required<
  Pick<EngineOptions, "maxQueuedJobs" | "maxQueuedBytes" | "maxTenantJobs" | "jobTimeoutMs">
>;

/** Every option, filled. */
export type FilledEngineOptions = Required<Omit<EngineOptions, "weights">> & {
  weights: Record<Priority, number>;
};

/** The defaults that do not depend on the machine. */
export const ENGINE_DEFAULTS = Object.freeze({
  chunkBytes: 256 * 1024 - 128,
  slotsPerWorker: 8,
  queueDepth: 4,
  weights: Object.freeze({ low: 1, normal: 4, high: 16 }),
  maxQueuedJobs: 4096,
  maxQueuedBytes: 256 * 1024 * 1024,
  maxTenantJobs: 128,
  jobTimeoutMs: Infinity,
});

const NO_TERMS = () => undefined;

const MAX_MEMORY_BYTES = 2 ** 32;

/** @throws {RangeError} If a bound or a weight is out of range. */
export function fillEngineOptions(options: EngineOptions): FilledEngineOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const filled: FilledEngineOptions = {
    workers: navigator.hardwareConcurrency,
    memoryBytes: defaultMemoryBytes(),
    ...ENGINE_DEFAULTS,
    tenantTerms: NO_TERMS,
    ...given,
    weights: { ...ENGINE_DEFAULTS.weights, ...options.weights },
  };
  checkBounds(filled);
  return filled;
}

function checkBounds(options: FilledEngineOptions): void {
  for (
    const name of ["maxQueuedJobs", "maxQueuedBytes", "maxTenantJobs", "jobTimeoutMs"] as const
  ) {
    if (options[name] >= 0) continue;
    throw new RangeError(`Cannot use option ${name}: ${options[name]} is not 0 or more`);
  }
  for (const [priority, weight] of Object.entries(options.weights)) {
    if (weight > 0 && weight < Infinity) continue;
    throw new RangeError(`Cannot use weight ${weight} of ${priority}: it is not above 0`);
  }
}

function defaultMemoryBytes(): number {
  return Math.min(Deno.systemMemoryInfo().total / 2, MAX_MEMORY_BYTES);
}

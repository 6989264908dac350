import { JobError } from "../errors.ts";
import { createSharedFlow, type Flow } from "./scheduler.ts";

/** One tenant: its share, and its jobs that have not ended. */
interface Tenant {
  readonly flow: Flow;
  jobs: number;
}

/** Idle tenants that are kept before somebody looks whether they can go. */
const IDLE_TENANTS = 64;

/**
 * Who shares the engine: a flow for each tenant, and how many jobs it has.
 *
 * A tenant without jobs is remembered until virtual time has reached its flow's last finish, so
 * that nobody gains by ending one job before the next; after that a new flow is as good as the
 * old one. Forgetting costs a constant time per job.
 */
export class Tenants {
  readonly #maxJobs: number;
  readonly #weight: number;
  readonly #now: () => number;
  readonly #tenants = new Map<string, Tenant>();
  #idle = 0;
  #sweepAt = IDLE_TENANTS;

  /**
   * @param maxJobs Most jobs of one tenant that have not ended.
   * @param weight Share of each tenant.
   * @param now The scheduler's virtual time.
   */
  constructor(maxJobs: number, weight: number, now: () => number) {
    this.#maxJobs = maxJobs;
    this.#weight = weight;
    this.#now = now;
  }

  /** Tenants that are remembered. */
  get size(): number {
    return this.#tenants.size;
  }

  /**
   * Counts a job of a tenant in.
   *
   * @returns The flow that its jobs share.
   * @throws {JobError} `too_many_jobs`.
   */
  join(name: string): Flow {
    let tenant = this.#tenants.get(name);
    if (!tenant) {
      tenant = { flow: createSharedFlow(this.#weight), jobs: 0 };
      this.#tenants.set(name, tenant);
    } else if (tenant.jobs >= this.#maxJobs) {
      throw new JobError(
        "too_many_jobs",
        `Cannot submit: ${tenant.jobs} jobs of the tenant reach the limit of ${this.#maxJobs}`,
        { details: { limit: this.#maxJobs } },
      );
    } else if (tenant.jobs === 0) {
      this.#idle--;
    }
    tenant.jobs++;
    return tenant.flow;
  }

  /** Counts a job of a tenant out. */
  leave(name: string): void {
    const tenant = this.#tenants.get(name)!;
    if (--tenant.jobs > 0) return;
    if (++this.#idle >= this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    for (const [name, { jobs, flow }] of this.#tenants) {
      if (jobs > 0 || flow.finishTag > this.#now()) continue;
      this.#tenants.delete(name);
      this.#idle--;
    }
    this.#sweepAt = Math.max(IDLE_TENANTS, 2 * this.#idle);
  }
}

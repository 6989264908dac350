import { JobError } from "../contract/problems.ts";
import type { TenantTerms } from "./engine_options.ts";
import type { LanesBeside } from "./lanes_beside.ts";
import { createSharedFlow, type Flow } from "./scheduler.ts";

/** One tenant: its share, and its jobs that have not ended. */
interface Tenant {
  flow: Flow;
  jobs: number;
}

/** The rules that an engine has for tenants. */
export interface TenantRules {
  /** Most jobs of a tenant that have not ended, unless its terms say otherwise. */
  maxJobs: number;
  /** Share of a tenant of weight 1, which is the default. */
  weight: number;
  /** What a tenant may use. */
  terms(name: string): TenantTerms | undefined;
  /** The scheduler's virtual time. */
  now(): number;
  /** A tenant was given what no task of it was pushed for. */
  charge(flow: Flow, bytes: number): void;
  /** Threads that count short texts of tenants beside the engine. */
  beside: LanesBeside;
}

/** So many idle tenants are kept before a look whether they can be forgotten. */
const IDLE_TENANTS = 64;

/**
 * The tenants that share the engine: a flow for each, and its number of jobs.
 *
 * A tenant without jobs is remembered until virtual time has reached its flow's last finish, so
 * that no tenant gains by ending one job before the next; after that a new flow is as good as the
 * old one. Forgetting costs a constant time per job.
 */
export class Tenants {
  readonly #rules: TenantRules;
  readonly #tenants = new Map<string, Tenant>();
  #idle = 0;
  #sweepAt = IDLE_TENANTS;

  constructor(rules: TenantRules) {
    this.#rules = rules;
  }

  /** Tenants that are remembered. */
  get size(): number {
    return this.#tenants.size;
  }

  /**
   * A tenant has one job more. A share that has changed takes effect once its jobs have ended.
   *
   * @param isAdmitted Whether it is let in however many there are.
   * @returns The flow that its jobs share.
   * @throws {JobError} `too_many_jobs`.
   */
  join(name: string, isAdmitted = false): Flow {
    this.settleCharges();
    const weight = this.#weightOf(name);
    const maxJobs = this.#rules.terms(name)?.maxJobs ?? this.#rules.maxJobs;
    let tenant = this.#tenants.get(name);
    if (!tenant) {
      tenant = { flow: createSharedFlow(weight), jobs: 0 };
      this.#tenants.set(name, tenant);
    } else if (tenant.jobs >= maxJobs && !isAdmitted) {
      throw new JobError(
        "too_many_jobs",
        `Cannot submit: ${tenant.jobs} jobs of the tenant reach the limit of ${maxJobs}`,
        { details: { limit: maxJobs } },
      );
    } else if (tenant.jobs === 0) {
      this.#idle--;
      if (tenant.flow.weight !== weight) tenant.flow = reweigh(tenant.flow, weight);
    }
    tenant.jobs++;
    this.#rules.beside.tellJobs(name, tenant.jobs);
    return tenant.flow;
  }

  #weightOf(name: string): number {
    return this.#rules.weight * (this.#rules.terms(name)?.weight ?? 1);
  }

  /** A tenant has one job less. */
  leave(name: string): void {
    const tenant = this.#tenants.get(name)!;
    tenant.jobs--;
    this.#rules.beside.tellJobs(name, tenant.jobs);
    if (tenant.jobs > 0) return;
    if (++this.#idle >= this.#sweepAt) this.#sweep();
  }

  /** Charges tenants for what was counted for them beside the engine since the last time. */
  settleCharges(): void {
    for (const [name, bytes] of this.#rules.beside.takeCharges()) {
      let tenant = this.#tenants.get(name);
      if (!tenant) {
        tenant = { flow: createSharedFlow(this.#weightOf(name)), jobs: 0 };
        this.#tenants.set(name, tenant);
        this.#idle++;
      }
      this.#rules.charge(tenant.flow, bytes);
    }
    if (this.#idle >= this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    for (const [name, { jobs, flow }] of this.#tenants) {
      if (jobs > 0 || flow.finishTag > this.#rules.now()) continue;
      this.#tenants.delete(name);
      this.#idle--;
    }
    this.#sweepAt = Math.max(IDLE_TENANTS, 2 * this.#idle);
  }
}

/** An idle flow of another weight that has been served as much. */
function reweigh({ startTag, finishTag, virtualTime }: Flow, weight: number): Flow {
  return { ...createSharedFlow(weight), startTag, finishTag, virtualTime };
}

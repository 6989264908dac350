import type { Flow } from "../scheduler.ts";

/** What the engine decides about a job before it begins. */
export interface AdmittedTerms<Job> {
  id: string;
  /** Share of the workers next to its siblings. */
  weight: number;
  /** The share that it divides with the tenant's other jobs, if it has a tenant. */
  parent?: Flow;
  timeoutMs: number;
  /** Called once, when nothing of the job is left. */
  onEnded: (job: Job) => void;
}

import type { CountOptions } from "../contract/options.ts";
import type { KernelDescription } from "../kernels/registry.ts";
import type { JobHandle, JobInput, SubmitOptions } from "./job_contract.ts";
import type { EngineStatus } from "../contract/engine_status.ts";

/** A place among the jobs of an engine, for one that is counted elsewhere. */
export interface JobPlace {
  /** Share of the workers that the job has, or all jobs of its tenant: a normal job has 4. */
  readonly weight: number;
  /** Gives the place back; does nothing when called again. */
  leave(): void;
}

/**
 * What counts: the engine of this process, or another thing that does as an engine does, such as
 * many processes behind one door.
 *
 * 1. Methods other than `kernels` answer at once. A job goes on by itself after `submit`.
 * 2. Each job that `submit` has returned settles `received` and `done`, also when the engine
 *    closes: then with `engine_closed`.
 * 3. What a client may have done wrong is a {@linkcode JobError} with its code, thrown by `submit`
 *    or given by `done`. Any other error is the caller's, or a fault of the engine.
 */
export interface CountEngine {
  /** How many chunks are counted at once. Callers size what they buffer by it. */
  readonly workers: number;
  /**
   * Begins to count.
   *
   * @param input Is the engine's from here on, unless this throws.
   * @param options Checked and filled: see `createCountOptions`.
   * @param limits How the job may behave; what is left out is the engine's to choose.
   * @throws {JobError} If the job is not let in: `engine_closed`, `too_many_jobs`,
   * `engine_unavailable`, or `unknown_charset`.
   */
  submit(input: JobInput, options: CountOptions, limits?: SubmitOptions): JobHandle;
  /**
   * Lets in a job that is counted elsewhere: it counts among those that wait, and among its tenant's.
   * No such method where nothing bounds jobs.
   *
   * @throws {JobError} As `submit`.
   */
  reserve?(limits: Pick<SubmitOptions, "tenant" | "priority">): JobPlace;
  /**
   * A text in the form of the keys of a job with these options: normalized and folded, in UTF-8.
   * Takes time that is linear in the text.
   */
  toKey(text: string, options: CountOptions): Uint8Array;
  /** Descriptions of the engine's own kernels. */
  kernels(): Promise<readonly KernelDescription[]>;
  /** A snapshot for people and monitors. Sums never shrink from one snapshot to the next. */
  status(): EngineStatus;
  /**
   * A new path for a file on the engine's disk, where nothing is yet; the caller makes the file
   * and removes it. Undefined, or no such method, where there is no disk.
   */
  scratchPath?(): string | undefined;
}

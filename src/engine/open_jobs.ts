import { own } from "../async/own.ts";
import type { CountOptions } from "../contract/options.ts";
import type { JobError } from "../contract/problems.ts";
import { isPresent, knownBytes } from "../input/text_input.ts";
import { Deadlines } from "./deadlines.ts";
import type { JobPlace } from "./count_engine.ts";
import type { EngineContext } from "./engine_context.ts";
import type { EngineMeter } from "./engine_meter.ts";
import type { FilledEngineOptions } from "./engine_options.ts";
import { CountJob } from "./job/job.ts";
import type { AdmittedTerms } from "./job/admitted_terms.ts";
import { engineUnavailable } from "./job/job_errors.ts";
import type { JobInput, SubmitOptions } from "./job_contract.ts";
import { KernelHolds } from "./kernel_holds.ts";
import { Roster } from "./roster.ts";
import type { Flow } from "./scheduler.ts";
import { Tenants } from "./tenants.ts";
import type { Breaker } from "./workforce/breaker.ts";

/**
 * The jobs of an engine, from submission until nothing of them is left: lets them in, ends them at
 * their deadlines and signals, and tells observers and the meter when they have left.
 */
export class OpenJobs implements Iterable<CountJob> {
  readonly #context: EngineContext;
  readonly #options: FilledEngineOptions;
  readonly #breaker: Breaker;
  readonly #meter: EngineMeter;
  readonly #tenants: Tenants;
  readonly #holds: KernelHolds;
  readonly #deadlines = new Deadlines();
  readonly #jobs = new Roster<CountJob>();

  constructor(
    context: EngineContext,
    options: FilledEngineOptions,
    breaker: Breaker,
    meter: EngineMeter,
  ) {
    this.#context = context;
    this.#options = options;
    this.#breaker = breaker;
    this.#meter = meter;
    this.#holds = new KernelHolds(options.maxKernelFailures, context.now);
    this.#tenants = new Tenants({
      maxJobs: options.maxTenantJobs,
      weight: options.weights.normal,
      terms: options.tenantTerms,
      now: () => context.scheduler.now,
      charge: (flow, bytes) => context.scheduler.charge(flow, bytes),
      beside: options.beside,
    });
    const tell = () =>
      options.beside.tellOpen(context.admission.isOpen && breaker.state === "closed");
    context.admission.onTurn = breaker.onTurn = tell;
    tell();
  }

  /** A task has come back: what tenants were given elsewhere counts before the next one goes. */
  completed(): void {
    this.#tenants.settleCharges();
  }

  [Symbol.iterator](): IterableIterator<CountJob> {
    return this.#jobs[Symbol.iterator]();
  }

  /**
   * Begins a job.
   *
   * @throws As `Engine.submit` does.
   */
  open(input: JobInput, options: CountOptions, submitOptions: SubmitOptions): CountJob {
    const { id = crypto.randomUUID(), signal, priority = "normal" } = submitOptions;
    const { timeoutMs = this.#options.jobTimeoutMs } = submitOptions;
    const weight = this.#options.weights[priority];
    if (typeof weight !== "number") throw new RangeError(`Cannot use priority ${priority}`);
    if (!(timeoutMs >= 0)) throw new RangeError(`Cannot use timeoutMs ${timeoutMs}: it is below 0`);
    const parent = this.#admit(input, submitOptions);
    const onEnded = this.#onEnded;
    const terms = { id, weight, parent, timeoutMs, onEnded };
    const job = this.#create(terms, input, options, submitOptions);
    this.#jobs.add(job);
    for (const observer of this.#options.observers) observer.submitted?.(job);
    if (timeoutMs !== Infinity) this.#deadlines.add(job);
    if (signal) this.#watch(job, signal);
    return job;
  }

  /**
   * Lets in a job that is counted elsewhere.
   *
   * @throws {JobError} `too_many_jobs` or `engine_unavailable`.
   */
  reserve({ tenant, priority = "normal" }: SubmitOptions): JobPlace {
    const { admission } = this.#context;
    const flow = this.#countingRefusals(() => {
      admission.check(0, false);
      return tenant === undefined ? undefined : this.#tenants.join(tenant);
    });
    admission.expect();
    let isTaken = true;
    const leave = () => {
      if (!isTaken) return;
      isTaken = false;
      admission.expectNoMore();
      if (tenant !== undefined) this.#tenants.leave(tenant);
    };
    return { weight: flow?.weight ?? this.#options.weights[priority], leave };
  }

  /**
   * Lets a job in.
   *
   * @returns The flow of its tenant, if it has one.
   */
  #admit(input: JobInput, { tenant, kernel, isAdmitted }: SubmitOptions): Flow | undefined {
    return this.#countingRefusals(() => {
      if (kernel) this.#holds.check(kernel.id, tenant);
      if (!isAdmitted) this.#context.admission.check(knownBytes(input), isPresent(input));
      return tenant === undefined ? undefined : this.#tenants.join(tenant, isAdmitted);
    });
  }

  /** Lets something in by its rules, if anything is let in. */
  #countingRefusals<T>(admit: () => T): T {
    try {
      if (this.#breaker.state !== "closed") throw this.#unavailable();
      return admit();
    } catch (error) {
      this.#meter.ended.refused++;
      throw error;
    }
  }

  #unavailable(): JobError {
    const { maxFaults, windowMs } = this.#breaker;
    return engineUnavailable(maxFaults, windowMs);
  }

  #create(
    terms: AdmittedTerms<CountJob>,
    input: JobInput,
    options: CountOptions,
    submitOptions: SubmitOptions,
  ): CountJob {
    try {
      return new CountJob(terms, input, options, submitOptions, this.#context);
    } catch (error) {
      if (submitOptions.tenant !== undefined) this.#tenants.leave(submitOptions.tenant);
      throw error;
    }
  }

  #watch(job: CountJob, signal: AbortSignal): void {
    const cancel = () => job.cancel(signal.reason);
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    own(job.settled.then(() => signal.removeEventListener("abort", cancel)));
  }

  /** Nothing of a job is left. */
  readonly #onEnded = (job: CountJob): void => {
    this.#jobs.delete(job);
    if (job.kernel) this.#holds.note(job.kernel.id, job.limits.tenant, job.failure?.code);
    this.#meter.noteEnd(job, job.failure);
    this.#meter.stages.read += job.readMs;
    for (const observer of this.#options.observers) observer.ended?.(job);
    if (job.deadline !== Infinity) this.#deadlines.delete(job);
    if (job.limits.tenant !== undefined) this.#tenants.leave(job.limits.tenant);
  };

  /** Resolves when nothing is left of the jobs that are open now. */
  async settled(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.settled));
  }

  /** Fails every job. */
  failAll(errorOf: (job: CountJob) => JobError): void {
    for (const job of this.#jobs) job.fail(errorOf(job));
  }

  /**
   * Too many threads were lost: fails the jobs that wait.
   *
   * @param nobody Whether no thread counts any more: then the running ones fail too.
   */
  readonly failUnavailable = (nobody: boolean): void => {
    for (const job of this.#jobs) {
      if (nobody || job.state === "pending") job.fail(this.#unavailable());
    }
  };

  /** Watches no deadline any more. */
  close(): void {
    this.#deadlines.clear();
  }
}

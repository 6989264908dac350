import type { CountOptions } from "../../../src/contract/options.ts";
import { JobError } from "../../../src/contract/problems.ts";
import type { Engine, Job } from "../../../src/mod.ts";
import type { BusyKind } from "./busy_kernels.ts";
import { checkSample, type TextSample } from "./samples.ts";

const TENANT = "busy";

/** A tenant whose jobs follow each other without a pause. */
export class BusyNeighbour {
  /** Jobs that have ended by themselves. */
  ended = 0;
  readonly #engine: Engine;
  readonly #kind: BusyKind;
  readonly #sample: TextSample;
  readonly #options: Partial<CountOptions>;
  readonly #running: Promise<void>;
  #job: Job | undefined;
  #isStopped = false;

  /**
   * @param sample What each job reads.
   * @param options Of jobs that run the server's own kernel.
   */
  constructor(engine: Engine, kind: BusyKind, sample: TextSample, options: Partial<CountOptions>) {
    this.#engine = engine;
    this.#kind = kind;
    this.#sample = sample;
    this.#options = kind.kernel ? { top: options.top } : options;
    this.#running = this.#run();
    this.#running.catch(() => {}); // stop() tells
  }

  /**
   * Ends the job in hand, and sees it off.
   *
   * @throws {Error} If a job has ended as none of its kind does.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#job?.cancel();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { kernel, failures } = this.#kind;
    while (!this.#isStopped) {
      const job = this.#job = this.#engine.submit(this.#sample.text, this.#options, {
        tenant: TENANT,
        kernel,
      });
      try {
        const { totals } = await job.done;
        if (!failures) checkSample(totals, this.#sample);
        this.ended++;
      } catch (error) {
        this.#takeFailure(error);
      }
      await job[Symbol.asyncDispose]();
    }
  }

  #takeFailure(error: unknown): void {
    if (!(error instanceof JobError)) throw error;
    if (error.code === "job_cancelled" && this.#isStopped) return;
    if (!this.#kind.failures?.includes(error.code)) throw error;
    this.ended++;
  }
}

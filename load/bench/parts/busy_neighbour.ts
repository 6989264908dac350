import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import type { CountOptions } from "../../../src/contract/options.ts";
import { JobError } from "../../../src/contract/problems.ts";
import type { Engine, Job } from "../../../src/mod.ts";
import { pause } from "../../../tests/support/waits.ts";
import type { BusyKind } from "./busy_kernels.ts";
import { checkSample, type TextSample } from "./samples.ts";

const TENANT = "busy";
/** So soon a client asks again whose kernel is held back: sooner than it was told. */
const HELD_MS = 2;

/** A tenant whose jobs follow each other without a pause, unless its kernel is held back. */
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
      const job = this.#job = this.#submit(kernel);
      if (!job) {
        await pause(HELD_MS);
        continue;
      }
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

  /** @returns Undefined while the engine holds the kernel back. */
  #submit(kernel: RunnableKernel | undefined): Job | undefined {
    try {
      const limits = { tenant: TENANT, kernel };
      return this.#engine.submit(this.#sample.text, this.#options, limits);
    } catch (error) {
      if (error instanceof JobError && error.code === "kernel_held") return undefined;
      throw error;
    }
  }

  #takeFailure(error: unknown): void {
    if (!(error instanceof JobError)) throw error;
    if (error.code === "job_cancelled" && this.#isStopped) return;
    if (!this.#kind.failures?.includes(error.code)) throw error;
    this.ended++;
  }
}

import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import { Engine } from "../../../src/mod.ts";
import { timeWorkerCores } from "./core_time.ts";
import { checkSample, type TextSample } from "./samples.ts";

const OPTIONS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;

/** Counts a text by kernels, in an engine of one worker. */
export class CountedKernels implements AsyncDisposable {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async start(): Promise<CountedKernels> {
    const engine = await Engine.start({ workers: 1 });
    await engine.ready();
    return new CountedKernels(engine);
  }

  /**
   * MB for each second that the worker has a core, the reduce included.
   *
   * @param kernel The server's own without one.
   * @throws {Error} If it finds other words than the sample says.
   */
  async rateOf(sample: TextSample, kernel?: RunnableKernel): Promise<number> {
    const options = kernel ? { top: OPTIONS.top } : OPTIONS;
    const ms = await timeWorkerCores(async () => {
      const { totals } = await this.#engine.submit(sample.text, options, { kernel }).done;
      checkSample(totals, sample);
    });
    return sample.text.length / ms / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.close();
  }
}

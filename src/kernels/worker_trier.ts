import type { KernelManifest, RunnableKernel } from "../contract/kernel_manifest.ts";
import { heldAs } from "../contract/decimals.ts";
import { type ErrorCode, JobError } from "../contract/problems.ts";
import type {
  TrialCombined,
  TrialDone,
  TrialFailure,
  TrialMessage,
  TrialReport,
} from "../shared/trial.ts";
import { explainBreach, refuseCombine, triplesOf } from "./combine_check.ts";
import { mostOutput, SPARE_MEMORY } from "../shared/kernel_limits.ts";
import { readEmitted } from "./emitted.ts";
import { encodeOutput, encodeValueType } from "../shared/kernel_output.ts";
import type { KernelTrial, KernelTrier } from "./kernel_trier.ts";

/** Bounds of trials. */
export interface TrialLimits {
  /** How long code of the kernel may run. */
  ms: number;
  /** How long the thread may take to say so after the leash has stopped the kernel. */
  graceMs: number;
  /** How long a new thread may take until code of the kernel begins to run. */
  startMs: number;
  /** Most bytes of the kernel's memory. */
  memoryBytes: number;
  /** Most trials that wait for the one that runs. */
  waiting: number;
}

const LIMITS: TrialLimits = {
  ms: 1000,
  graceMs: 2000,
  startMs: 30_000,
  memoryBytes: 64 * 1024 * 1024,
  waiting: 32,
};

/** The page whose first word stops a kernel: what the gate's polls look at. */
const LEASH = { initial: 1, maximum: 1, shared: true } as const;
const STOP = 1;

/** The record of a trial that maps none. */
const NOTHING = new Uint8Array(0);

const CODES: Readonly<Record<TrialFailure, ErrorCode>> = {
  stopped: "kernel_timeout",
  trapped: "kernel_trapped",
  outOfMemory: "kernel_out_of_memory",
  outputTooLarge: "kernel_output_too_large",
};

/**
 * Tries kernels in threads of their own, one at a time: no job waits for a trial, and nothing of a
 * kernel survives its trial.
 *
 * The host holds the leash. A thread that ends in time is ended by `terminate`; one whose kernel runs
 * too long stops at its next poll, since `terminate` alone does not stop a loop.
 */
export class WorkerTrier implements KernelTrier {
  readonly #entry: URL;
  readonly #limits: TrialLimits;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param entry Module of the threads, which take a TrialMessage and send TrialReports. */
  constructor(entry: URL, limits: Partial<TrialLimits> = {}) {
    this.#entry = entry;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** @throws {JobError} Also `too_many_jobs` if too many wait, `worker_lost` if the thread fails. */
  async try(kernel: RunnableKernel, record: Uint8Array<ArrayBuffer>): Promise<KernelTrial> {
    const done = await this.#enqueue(kernel, { record }) as TrialDone;
    return describe(done, kernel.manifest, record.length, this.#limits);
  }

  /** @throws {JobError} Likewise. */
  async checkCombine(kernel: RunnableKernel): Promise<void> {
    const value = heldAs(kernel.manifest.value!);
    const triples = triplesOf(value);
    try {
      const { breach } = await this.#enqueue(kernel, { record: NOTHING, triples }) as TrialCombined;
      if (breach) refuseCombine(explainBreach(breach, value));
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      const why = explainEnd(error.code, this.#limits);
      throw why === undefined ? error : refuseCombine(`combine, tried with values, ${why}`, error);
    }
  }

  /** Runs a trial behind those that wait already. */
  async #enqueue(
    { module, options, manifest }: RunnableKernel,
    input: Pick<TrialMessage, "record" | "triples">,
  ): Promise<TrialDone | TrialCombined> {
    const { waiting, memoryBytes } = this.#limits;
    if (this.#waiting > waiting) {
      throw new JobError("too_many_jobs", `Cannot try kernel: ${waiting} trials wait already`, {
        details: { limit: waiting },
      });
    }
    const leash = new WebAssembly.Memory(LEASH);
    const output = encodeOutput({ output: manifest.output });
    const valueType = encodeValueType(manifest.value);
    const takesText = manifest.input === "text";
    const given = { module, output, valueType, takesText, options };
    const message: TrialMessage = { ...given, ...input, memoryBytes, leash };
    this.#waiting++;
    const report = this.#last.then(() => this.#run(message)).finally(() => this.#waiting--);
    this.#last = report.catch(() => {}); // the next trial is no matter of this one
    return await report;
  }

  /** The last report of a thread. */
  async #run(message: TrialMessage): Promise<TrialDone | TrialCombined> {
    const { ms, graceMs, startMs } = this.#limits;
    const thread = new Worker(this.#entry, { type: "module", name: "millrace-trial" });
    const stop = new Int32Array(message.leash.buffer as unknown as SharedArrayBuffer);
    const end = Promise.withResolvers<TrialReport>();
    const giveUp = () => end.reject(timedOut(ms));
    let timer = setTimeout(() => end.reject(lost("it did not start")), startMs);
    thread.onmessage = ({ data }: MessageEvent<TrialReport>) => {
      if (data.kind !== "begun") return end.resolve(data);
      clearTimeout(timer);
      timer = setTimeout(() => {
        Atomics.store(stop, 0, STOP); // polls of the kernel read it, at any time
        timer = setTimeout(giveUp, graceMs);
      }, ms);
    };
    thread.onerror = (event) => {
      event.preventDefault(); // else it would end the process
      end.reject(lost(event.message));
    };
    try {
      thread.postMessage(message);
      const report = await end.promise;
      if (report.kind === "failed") throw failed(report, this.#limits);
      return report as TrialDone | TrialCombined;
    } finally {
      clearTimeout(timer);
      Atomics.store(stop, 0, STOP);
      thread.terminate();
    }
  }
}

function describe(
  { keys, ms, memoryBytes }: TrialDone,
  manifest: KernelManifest,
  recordBytes: number,
  limits: TrialLimits,
): KernelTrial {
  return {
    emitted: [...readEmitted(keys, manifest)],
    ms: { used: Math.round(ms * 1000) / 1000, limit: limits.ms },
    memory: { used: memoryBytes, limit: limits.memoryBytes },
    output: { used: keys.length, limit: mostOutput(recordBytes) },
  };
}

function failed(
  { failure, message, offset }: TrialReport & { kind: "failed" },
  { ms, memoryBytes }: TrialLimits,
): JobError {
  if (failure === "stopped") return timedOut(ms, offset);
  const isMemory = failure === "outOfMemory";
  const why = isMemory
    ? `it needs more than ${memoryBytes} bytes of memory (${SPARE_MEMORY})`
    : message || "it has trapped";
  const details = { offset, reason: message, ...(isMemory && { limit: memoryBytes }) };
  const where = `at byte ${offset} of the record`;
  return new JobError(CODES[failure], `Cannot try kernel: ${why}, ${where}`, { details });
}

/** Why values could not be combined, where that is the kernel's doing. */
function explainEnd(code: ErrorCode, { ms, memoryBytes }: TrialLimits): string | undefined {
  switch (code) {
    case "kernel_timeout":
      return `takes longer than ${ms} ms`;
    case "kernel_out_of_memory":
      return `needs more than ${memoryBytes} bytes of memory`;
    case "kernel_output_too_large":
      return "hands out too much";
    case "kernel_trapped":
      return "is not reached: the kernel fails when it starts";
  }
}

function timedOut(limit: number, offset?: number): JobError {
  return new JobError("kernel_timeout", `Cannot try kernel: it ran longer than ${limit} ms`, {
    details: { limit, offset },
  });
}

function lost(why: string): JobError {
  return new JobError("worker_lost", `Cannot try kernel: its thread was lost, ${why}`);
}

import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { kernelOf } from "../../../tests/support/modules/kernels.ts";
import { timeOwnCore } from "./core_time.ts";
import { compileKernelSource } from "../../../tests/support/user_kernel.ts";

/** A source as the compiler leaves it, and as an engine takes it. */
export interface AdmittedSource {
  compiled: Uint8Array<ArrayBuffer>;
  kernel: RunnableKernel;
}

/** Compiles a source in this process, and lets the module through the gate. */
export async function admitSource(source: string): Promise<AdmittedSource> {
  const compiled = await compileKernelSource(source);
  const { module, manifest } = admitModule(compiled);
  return { compiled, kernel: await kernelOf(module, manifest) };
}

/** What a module of ABI 1 exports. */
interface Exports {
  mr_reserve(bytes: number): number;
  mr_map(bytes: number): void;
  mr_at: WebAssembly.Global;
}

const MEMORY = { initial: 16, maximum: 1024 };
const LEASH = { initial: 1, maximum: 1, shared: true };

/**
 * Runs a module in this thread as a worker does, whether the gate has put polls in it or not: the
 * chunk is copied in, and what comes out is copied and dropped.
 */
export class UserRunner {
  /** Bytes that were drained so far. */
  drainedBytes = 0;
  readonly #memory = new WebAssembly.Memory(MEMORY);
  readonly #exports: Exports;

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const fail = () => {
      throw new Error("A kernel of a benchmark has failed");
    };
    const drain = (at: number, bytes: number) =>
      void (this.drainedBytes += new Uint8Array(this.#memory.buffer, at, bytes).slice().length);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      env: { memory: this.#memory, abort: fail },
      millrace: { leash: new WebAssembly.Memory(LEASH), drain, fail },
    });
    this.#exports = instance.exports as unknown as Exports;
  }

  /** Offset of the record that the kernel had in hand last. */
  get at(): number {
    return this.#exports.mr_at.value;
  }

  run(chunk: Uint8Array): void {
    const at = this.#exports.mr_reserve(chunk.length);
    new Uint8Array(this.#memory.buffer).set(chunk, at);
    this.#exports.mr_map(chunk.length);
  }

  /** MB for each second of a core, over the chunks of a text. @param ends Where each chunk ends. */
  async rateOf(text: Uint8Array, ends: readonly number[]): Promise<number> {
    const ms = await timeOwnCore(() => {
      let from = 0;
      for (const end of ends) {
        this.run(text.subarray(from, end));
        from = end;
      }
    });
    return text.length / ms / 1000;
  }
}

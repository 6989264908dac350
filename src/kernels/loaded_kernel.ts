import { withMemoryLimits } from "./memory_limits.ts";
import { KeyKernel } from "./key_kernel.ts";
import { compileKernel, describeKernel, type KernelDescription, readKernel } from "./registry.ts";

/** A built kernel in the forms that an engine needs; the rare ones are made when asked for. */
export class LoadedKernel {
  /** The code that worker threads run. */
  readonly module: WebAssembly.Module;
  readonly #binary: Uint8Array<ArrayBuffer>;
  #description: Promise<KernelDescription> | undefined;
  #keys: KeyKernel | undefined;

  private constructor(module: WebAssembly.Module, binary: Uint8Array<ArrayBuffer>) {
    this.module = module;
    this.#binary = binary;
  }

  /**
   * Reads and compiles a kernel.
   *
   * @param pages Pages of the memory that it will run on.
   * @throws {Error} If the kernel was not built.
   */
  static async load(name: string, pages: number): Promise<LoadedKernel> {
    const binary = readKernel(name);
    return new LoadedKernel(await compileKernel(binary, pages), binary);
  }

  /** The code for a memory of so many pages, compiled at once. */
  compileFor(pages: number): WebAssembly.Module {
    return new WebAssembly.Module(withMemoryLimits(this.#binary, pages));
  }

  /** What the kernel says of itself. */
  describe(): Promise<KernelDescription> {
    return this.#description ??= describeKernel(this.#binary);
  }

  /** The kernel for single keys, on the host. */
  readonly keys = (): KeyKernel => this.#keys ??= new KeyKernel(this.#binary);
}

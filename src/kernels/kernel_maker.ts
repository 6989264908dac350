import type { KernelManifest } from "../contract/kernel_manifest.ts";
import { JobError } from "../contract/problems.ts";

/** A module that the gate has let in. */
export interface AdmittedKernel {
  /** With the gate's polls in it. */
  module: Uint8Array<ArrayBuffer>;
  manifest: KernelManifest;
}

/** What makes runnable kernels of what clients send. */
export interface KernelMaker {
  /**
   * Lets a module through the gate.
   *
   * @throws {JobError} `kernel_refused` or `kernel_too_large`.
   */
  admit(bytes: Uint8Array<ArrayBuffer>): AdmittedKernel | Promise<AdmittedKernel>;
  /** Whether the gate, as it is now, would let through what it has written before. */
  isAdmitted(module: Uint8Array): boolean | Promise<boolean>;
  /**
   * Compiles a source to a module, which has to pass the gate as any other.
   *
   * @throws {JobError} `kernel_not_compiled` with `diagnostics`, `kernel_compile_limit`,
   * `compiler_busy` or `compiler_unavailable`.
   */
  compile(source: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Whether there is a compiler; without one, modules alone are taken. */
  readonly compiles: boolean;
  /** Gets ready to compile, where that takes long. */
  warm?(): void;
}

/** A maker where neither a gate nor a compiler is. */
export const NO_MAKER: KernelMaker = {
  admit: () => {
    throw unavailable();
  },
  isAdmitted: () => false,
  compiles: false,
  compile: () => Promise.reject(unavailable()),
};

function unavailable(): JobError {
  return new JobError("compiler_unavailable", "Cannot make kernel: this server makes none");
}

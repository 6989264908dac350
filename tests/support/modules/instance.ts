import type { AdmittedModule } from "../../../src/kernels/gate/admit_module.ts";

/** The leash of a thread: a word that stops whatever runs on it. */
export function createLeash(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
}

export function leashWord(leash: WebAssembly.Memory): Int32Array<SharedArrayBuffer> {
  return new Int32Array(leash.buffer as unknown as SharedArrayBuffer, 0, 1);
}

/** What a kernel calls, doing nothing unless told otherwise. */
export interface Host {
  abort?: () => void;
  drain?: (ptr: number, len: number) => void;
  fail?: (ptr: number, len: number) => void;
}

/** An instance on fresh memory. Its start function runs, as long as the leash allows. */
export function instantiate(
  { module, memory }: Pick<AdmittedModule, "module" | "memory">,
  leash: WebAssembly.Memory,
  { abort = () => {}, drain = () => {}, fail = () => {} }: Host = {},
): Kernel {
  const own = new WebAssembly.Memory(memory);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), {
    env: { memory: own, abort },
    millrace: { leash, drain, fail },
  });
  return { memory: own, exports: exports as Kernel["exports"] };
}

export interface Kernel {
  memory: WebAssembly.Memory;
  exports: Record<string, ((...parameters: number[]) => number) | WebAssembly.Global>;
}

/** Calls an export of a kernel. */
export function callExport(kernel: Kernel, name: string, ...parameters: number[]): number {
  return (kernel.exports[name] as (...parameters: number[]) => number)(...parameters);
}

import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { CountOptions } from "../../contract/options.ts";
import { resultValues } from "../../contract/result_values.ts";
import type { EncodedKernel } from "../../shared/job_block.ts";
import { encodeOutput } from "../../shared/kernel_output.ts";

/** Kernels by their modules: jobs of one kernel share the hash. */
const hashes = new WeakMap<Uint8Array, Promise<Uint8Array>>();

/** Brings a kernel to the form in which workers read it; they keep modules by their hashes. */
export async function encodeKernel(kernel: RunnableKernel): Promise<EncodedKernel> {
  const { module, manifest, options } = kernel;
  let hashing = hashes.get(module);
  if (!hashing) hashes.set(module, hashing = hashOf(module));
  return { hash: await hashing, module, options, output: encodeOutput(manifest.output) };
}

async function hashOf(module: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", module.slice()));
}

/** @throws {RangeError} If jobs of such a kernel and such options have no answer. */
export function checkKernel({ id, manifest }: RunnableKernel, { n, min }: CountOptions): void {
  const { output, value } = manifest;
  if (output !== "values") return;
  if (value === undefined) throw new RangeError(`Cannot use kernel ${id}: its values have no type`);
  if (n !== 1) throw new RangeError(`Cannot use option n: kernel ${id} emits values, no tokens`);
  if (min > 1 && resultValues(manifest)) {
    throw new RangeError(`Cannot use option min: kernel ${id} emits values, which are no counts`);
  }
}

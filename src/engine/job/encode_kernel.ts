import { KERNEL_OUTPUT_KEYS, KERNEL_OUTPUT_WINDOWS } from "../../../assembly/layout.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { EncodedKernel } from "../../shared/job_block.ts";

/** Kernels by their modules: jobs of one kernel share the hash. */
const hashes = new WeakMap<Uint8Array, Promise<Uint8Array>>();

/** Brings a kernel to the form in which workers read it; they keep modules by their hashes. */
export async function encodeKernel(kernel: RunnableKernel): Promise<EncodedKernel> {
  const { module, manifest, options } = kernel;
  let hashing = hashes.get(module);
  if (!hashing) hashes.set(module, hashing = hashOf(module));
  const hash = await hashing;
  const output = manifest.output === "windows" ? KERNEL_OUTPUT_WINDOWS : KERNEL_OUTPUT_KEYS;
  return { hash, module, options, output };
}

async function hashOf(module: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", module.slice()));
}

/** @throws {RangeError} If jobs of such a kernel cannot be counted. */
export function checkKernel({ id, manifest: { output } }: RunnableKernel): void {
  if (output === "keys" || output === "windows") return;
  throw new RangeError(`Cannot use kernel ${id}: its output is ${output}, not keys or windows`);
}

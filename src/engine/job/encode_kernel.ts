import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { CountOptions } from "../../contract/options.ts";
import { haveLeast, keepsKeys, resultValues } from "../../contract/result_values.ts";
import { sha256 } from "../../digest.ts";
import type { RecordTerms } from "./encode_terms.ts";
import type { EncodedKernel } from "../../shared/job_terms.ts";
import { encodeOutput } from "../../shared/kernel_output.ts";

/** Kernels by their modules: jobs of one kernel share the hash. */
const hashes = new WeakMap<Uint8Array, Promise<Uint8Array>>();

/** Brings a kernel to the form in which workers read it; they keep modules by their hashes. */
export async function encodeKernel(
  { module, options, manifest }: RunnableKernel,
  records: RecordTerms,
): Promise<EncodedKernel> {
  let hashing = hashes.get(module);
  if (!hashing) hashes.set(module, hashing = sha256(module.slice()));
  // What a kernel combines are records, whatever it maps.
  const takesText = manifest.input === "text" && records.entry === undefined;
  return { hash: await hashing, module, options, output: encodeOutput(records), takesText };
}

/** @throws {RangeError} If jobs of such a kernel and such options have no answer. */
export function checkKernel({ id, manifest }: RunnableKernel, options: CountOptions): void {
  const { output, value, stats } = manifest;
  if (output === "keys" || output === "windows") return;
  if (output === "values" && value === undefined && stats === undefined) {
    throw new RangeError(`Cannot use kernel ${id}: its values have no type`);
  }
  const refuse = (option: string, why: string) => {
    throw new RangeError(`Cannot use option ${option}: kernel ${id} emits ${output}, ${why}`);
  };
  if (options.n !== 1) refuse("n", "no tokens");
  if (!haveLeast(resultValues(manifest))) {
    if (options.min > 1) refuse("min", "which have no counts");
    if (options.max > 0) refuse("max", "which have no counts");
  }
  if (!keepsKeys(manifest) || manifest.finishesWords) return;
  if (options.case === "fold") refuse("case", "whose keys stay as they are");
  if (options.normalization !== "none") refuse("normalization", "whose keys stay as they are");
}

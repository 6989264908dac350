import { pairOp, valueOp } from "../../contract/result_values.ts";
import type { KernelDescription } from "../../kernels/registry.ts";
import type { KernelInfo } from "../../kernels/kernel_registry.ts";
import type { KernelDocument } from "../../contract/documents.ts";

/** The path of a kernel, behind the prefix that the client knows. */
export function kernelPathOf(id: string, prefix: string): string {
  return `${prefix}/v1/kernels/${id}`;
}

/** The document that shows one of the engine's own kernels, by what the kernel says of itself. */
export function describeOwnKernel(
  { name, abi, tokenizers, options: parameters }: KernelDescription,
): KernelDocument {
  return { id: name, name, builtIn: true, abi, options: [], tokenizers, parameters };
}

/** The document that shows any other kernel. */
export function describeKernel(
  { id, name, builtIn, manifest, record }: KernelInfo,
): KernelDocument {
  const { abi, options, records, value } = manifest;
  const op = valueOp(manifest) ?? pairOp(manifest);
  return {
    id,
    name,
    builtIn,
    abi,
    options,
    records,
    value,
    op,
    createdAt: record && new Date(record.createdAt).toISOString(),
    moduleBytes: record?.moduleBytes,
    sourceBytes: record?.sourceBytes,
  };
}

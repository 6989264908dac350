import type { KernelDocument, Millrace } from "../../client/mod.ts";
import type { ResultValues } from "../../contract/documents.ts";
import type { KernelChoice } from "../../contract/kernel_manifest.ts";
import { readKernelOptions } from "../../contract/kernel_options.ts";
import { resultValues } from "../../contract/result_values.ts";
import { readKernel } from "../remote/read_kernel.ts";
import type { NamedKernel } from "./settings.ts";

/** What a server calls a kernel: one that stands in a file is sent first, if it is not there. */
export async function nameOnServer(
  millrace: Millrace,
  { name, file }: NamedKernel,
): Promise<string | undefined> {
  if (file === undefined) return name;
  return (await millrace.kernels.push(await readKernel(file))).id;
}

/** What the server would have said of a count by a kernel, where there is nothing to count. */
export async function chooseOnServer(
  millrace: Millrace,
  name: string,
  { options }: NamedKernel,
): Promise<{ choice: KernelChoice; values: ResultValues | undefined }> {
  const kernel = await millrace.kernels.get(name);
  const choice = { id: kernel.id, options: readKernelOptions(kernel.name, kernel, options) };
  return { choice, values: valuesOf(kernel) };
}

function valuesOf({ value, op }: KernelDocument): ResultValues | undefined {
  const output = value !== undefined ? "values" : op !== undefined ? "pairs" : "keys";
  return resultValues({ output, value, op });
}

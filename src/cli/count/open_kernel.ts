import type { KernelChoice, RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { ResultValues } from "../../contract/documents.ts";
import type { CountOptions, OutputOptions } from "../../contract/options.ts";
import { resultValues } from "../../contract/result_values.ts";
import { refuseBesideKernel } from "../../contract/value_options.ts";
import { JobError } from "../../contract/problems.ts";
import { KernelRegistry } from "../../kernels/kernel_registry.ts";
import { Workshop } from "../../kernels/workshop.ts";
import { MemoryKernels } from "../../store/memory_kernels.ts";
import { readKernel } from "../remote/read_kernel.ts";
import { asFlags, CommandError, usageError } from "../terminal/explain.ts";
import { EXIT } from "../terminal/exit_codes.ts";
import { misread } from "./read_api.ts";
import type { NamedKernel } from "./settings.ts";

/** A kernel that counts in this process, and what was chosen of it. */
export interface OpenedKernel {
  choice: KernelChoice;
  kernel: RunnableKernel;
  /** What its results hold in place of counts; undefined for counts. */
  values: ResultValues | undefined;
}

/**
 * Gets a kernel ready as a server does: one of the library, or one that stands in a file, which is
 * compiled if it is a source.
 *
 * @param asked What else is asked for, of which the kernel may leave something without effect.
 * @throws {CommandError} If there is none of this name, it is refused, or it has no such options.
 */
export async function openKernel(
  { name, file, options }: NamedKernel,
  asked: { count: CountOptions; output: OutputOptions },
): Promise<OpenedKernel> {
  await using workshop = new Workshop();
  const kernels = new KernelRegistry(new MemoryKernels(), workshop);
  try {
    const known = file === undefined ? name! : await pushFile(kernels, file);
    const choice = await kernels.choose({ name: known, options }, undefined);
    const kernel = await kernels.prepare(choice, undefined);
    refuseBesideKernel(asked, kernel);
    return { choice, kernel, values: resultValues(kernel.manifest) };
  } catch (error) {
    throw error instanceof JobError ? explained(error, file) : error;
  }
}

async function pushFile(kernels: KernelRegistry, file: string): Promise<string> {
  const sent = await readKernel(file);
  const { kernel } = await kernels.push(
    typeof sent === "string" ? { source: sent } : { module: sent },
    undefined,
  );
  return kernel.id;
}

function explained(error: JobError, file: string | undefined): CommandError {
  const { code, details } = error;
  const said = asFlags(error.message);
  if (code === "unknown_kernel") {
    const advice = `There are ${(details.allowed as string[]).join(", ")}; ` +
      "or name a file that ends in .ts or .wasm";
    return new CommandError(said, advice, EXIT.usage);
  }
  if (code === "invalid_parameter") return misread(error);
  if (code === "unknown_parameter") return usageError(said);
  return new CommandError(file === undefined ? said : `${said}, in '${file}'`);
}

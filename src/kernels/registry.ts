import { ABI_VERSION } from "../../assembly/layout.ts";
import { withMemoryLimits } from "./memory_limits.ts";

/** A kernel's description of itself. */
export interface KernelDescription {
  name: string;
  abi: number;
  tokenizers: string[];
  options: string[];
}

const COMPILED = new URL("../../assembly/compiled/", import.meta.url);

/**
 * Reads a built-in kernel as the build left it: at once, since another thread would take longer to
 * wake up.
 *
 * @throws {Error} If it was not built.
 */
export function readKernel(name: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(new URL(`${name}.wasm`, COMPILED));
  } catch (cause) {
    throw new Error(`Cannot read kernel ${name}: run "deno task build" first`, { cause });
  }
}

/** Compiles a kernel for a memory of `pages` pages; all threads run the same compiled code. */
export function compileKernel(
  binary: Uint8Array<ArrayBuffer>,
  pages: number,
): Promise<WebAssembly.Module> {
  return WebAssembly.compile(withMemoryLimits(binary, pages));
}

/**
 * Asks a kernel for its description, through as-bind.
 *
 * @throws {TypeError} If the kernel speaks another version of the ABI.
 */
export async function describeKernel(
  binary: Uint8Array<ArrayBuffer>,
): Promise<KernelDescription> {
  const { bindKernel } = await import("./asbind.ts"); // no count waits for it
  const bound = await bindKernel<{ describe(): string }>(binary);
  const description: KernelDescription = JSON.parse(bound.describe());
  if (description.abi !== ABI_VERSION) {
    throw new TypeError(
      `Cannot use kernel ${description.name}: its ABI is ${description.abi}, not ${ABI_VERSION}`,
    );
  }
  return description;
}

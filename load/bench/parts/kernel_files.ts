import { withMemoryLimits } from "../../../src/kernels/memory_limits.ts";
import type { Side } from "../../support/benchmark.ts";
import { Refusal } from "../../support/options.ts";

/** Where revisions keep compiled kernels, the newest first. */
const FOLDERS = ["assembly/compiled/", "assembly/build/"];

/** The compiled kernel of a revision, before its memory has limits. @throws {Refusal} If it is missing. */
async function readKernel({ name, root }: Side): Promise<Uint8Array<ArrayBuffer>> {
  for (const folder of FOLDERS) {
    try {
      return await Deno.readFile(new URL(`${folder}words.wasm`, root));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Refusal(`Cannot find words.wasm of ${name} in ${FOLDERS.join(" or ")}`);
}

/** The kernel of a revision, for memories of `pages` pages. */
export async function loadKernelOf(side: Side, pages: number): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(withMemoryLimits(await readKernel(side), pages));
}

/**
 * Checks that the harness of this revision can drive the kernel of another one: the numbers of
 * `assembly/layout.ts` are the same, and so is what both kernels import, and what both export.
 *
 * @throws {Refusal} If the ABI differs, with what differs.
 */
export async function requireSameAbi(
  [a, b]: readonly [Side, Side],
  [kernelA, kernelB]: readonly [WebAssembly.Module, WebAssembly.Module],
): Promise<void> {
  const differences = [
    ...compareLayouts(await readLayout(a), await readLayout(b)),
    ...compareImports(kernelA, kernelB),
    ...REQUIRED_EXPORTS.filter((name) => !exportsOf(kernelA).has(name)),
  ];
  if (differences.length === 0) return;
  throw new Refusal(
    `Cannot compare the kernels of ${a.name} and ${b.name}: their ABI differs in ` +
      differences.join(", "),
  );
}

/** What the benchmark calls. */
const REQUIRED_EXPORTS = ["attach", "mapChunk", "partitionTable", "reducePartition", "finishJob"];

async function readLayout({ root }: Side): Promise<Record<string, unknown>> {
  return await import(new URL("assembly/layout.ts", root).href);
}

/** Names of the constants of both that differ. One that is in one layout alone does no harm. */
export function compareLayouts(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(a).filter((name) =>
    name in b && typeof a[name] === "number" && a[name] !== b[name]
  );
}

function compareImports(a: WebAssembly.Module, b: WebAssembly.Module): string[] {
  const namesOf = (module: WebAssembly.Module) =>
    new Set(WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`));
  return [...namesOf(a).symmetricDifference(namesOf(b))];
}

function exportsOf(module: WebAssembly.Module): Set<string> {
  return new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
}

import configuration from "../../deno.json" with { type: "json" };
import { readSdkSources } from "../../src/kernels/compiler/sdk_sources.ts";
import { digestOf, listSources, readIfThere, ROOT, writeAtomically } from "./build_files.ts";

const LIBRARY = new URL("assembly/library/", ROOT);
/** What decides what the compiler writes, beside the library itself. */
const MAKERS = ["assembly/sdk/", "assembly/blocks/", "src/kernels/compiler/"];

/**
 * Compiles each file of the library as if a client had sent it, without the process that bounds
 * what a client's source may cost.
 *
 * @returns Whether anything was compiled.
 */
export async function buildLibrary(output: URL, force: boolean): Promise<boolean> {
  const sources = await listSources(LIBRARY);
  const stamp = new URL("fingerprint", output);
  const current = await fingerprint(sources);
  if (await readIfThere(stamp) === current && !force) return false;
  const started = performance.now();
  await Deno.mkdir(output, { recursive: true });
  const sdk = await readSdkSources();
  // Loading the compiler takes longer than finding out that there is nothing to compile.
  const { compileSource } = await import("../../src/kernels/compiler/compile_source.ts");
  for (const source of sources) {
    const name = source.pathname.slice(LIBRARY.pathname.length, -".ts".length);
    const result = await compileSource(await Deno.readTextFile(source), sdk, name);
    if ("diagnostics" in result) {
      throw new Error(`Cannot compile ${name} of the library: ${Deno.inspect(result.diagnostics)}`);
    }
    await writeAtomically(new URL(`${name}.wasm`, output), result.binary);
  }
  await writeAtomically(stamp, new TextEncoder().encode(current));
  const ms = Math.round(performance.now() - started);
  console.error(`built library  ${sources.length} kernels  ${ms} ms`);
  return true;
}

async function fingerprint(sources: readonly URL[]): Promise<string> {
  const makers = await Promise.all(MAKERS.map((folder) => listSources(new URL(folder, ROOT))));
  return await digestOf([configuration.imports["assemblyscript/asc"]], [
    ...sources,
    ...makers.flat(),
  ]);
}

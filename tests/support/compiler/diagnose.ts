import { compileSource } from "../../../src/kernels/compiler/compile_source.ts";
import type { Diagnostic } from "../../../src/kernels/compiler/diagnostics.ts";
import { readSdkSources } from "../../../src/kernels/compiler/sdk_sources.ts";

const sdk = await readSdkSources();

/** What the compiler says of a source. */
export async function diagnose(source: string): Promise<Diagnostic[]> {
  const result = await compileSource(source, sdk);
  return "diagnostics" in result ? result.diagnostics : [];
}

import type { KernelManifest, RunnableKernel } from "../../../src/contract/kernel_manifest.ts";

/** A module as a kernel that an engine takes. */
export async function kernelOf(
  module: Uint8Array<ArrayBuffer>,
  terms: Partial<KernelManifest> = {},
  options = "{}",
): Promise<RunnableKernel> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", module));
  return {
    id: hash.toHex(),
    module,
    manifest: { abi: 1, records: "line", output: "keys", options: [], ...terms },
    options: new TextEncoder().encode(options),
  };
}

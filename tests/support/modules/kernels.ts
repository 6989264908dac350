import type { KernelTerms, UserKernel } from "../../../src/contract/user_kernel.ts";

/** A module as a kernel that an engine takes. */
export async function kernelOf(
  module: Uint8Array<ArrayBuffer>,
  terms: Partial<KernelTerms> = {},
  options = "{}",
): Promise<UserKernel> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", module));
  return {
    id: hash.toHex(),
    module,
    manifest: { records: "line", output: "keys", ...terms },
    options: new TextEncoder().encode(options),
  };
}

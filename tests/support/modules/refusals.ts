import { JobError } from "../../../src/contract/problems.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import type { GateLimits } from "../../../src/kernels/gate/limits.ts";

/** What the gate says when it refuses a module, which it must. */
export function refusalOf(
  bytes: Uint8Array,
  limits?: Partial<GateLimits>,
): { code: string; reason: string; offset?: number; function?: number } {
  try {
    admitModule(bytes, limits);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return { code: error.code, reason: error.message, ...error.details };
  }
  throw new Error("the gate admitted the module");
}

/** Where the last occurrence of some bytes begins in a module. */
export function offsetOf(bytes: Uint8Array, wanted: number[]): number {
  for (let at = bytes.length - wanted.length; at >= 0; at--) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new Error("the module does not have these bytes");
}

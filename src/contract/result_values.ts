import type { ResultValues } from "./documents.ts";
import type { KernelManifest } from "./kernel_manifest.ts";

/**
 * What the results of a kernel hold in place of counts; undefined where they hold counts, as those of
 * values that are only counted do.
 */
export function resultValuesOf(
  { value, op = "sum" }: Pick<KernelManifest, "value" | "op">,
): ResultValues | undefined {
  if (value === undefined || op === "count") return undefined;
  return { op, type: op === "avg" ? "f64" : value };
}

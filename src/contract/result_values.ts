import type { ResultValues } from "./documents.ts";
import type { KernelManifest } from "./kernel_manifest.ts";

/**
 * What results of a kernel hold in place of counts; undefined where they hold counts. The number of
 * values is a count.
 */
export function resultValues(
  { output, value, op = "sum" }: Pick<KernelManifest, "output" | "value" | "op">,
): ResultValues | undefined {
  if (output !== "values" || op === "count") return undefined;
  return { op, type: op === "avg" ? "f64" : value! };
}

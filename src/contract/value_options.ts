import type { ResultReport, ResultValues } from "./documents.ts";
import type { KernelManifest, RunnableKernel } from "./kernel_manifest.ts";
import { type CountOptions, DEFAULT_COUNT_OPTIONS, type OutputOptions } from "./options.ts";
import { conflictError } from "./conflict.ts";
import { haveLeast, keepsKeys, resultShape, resultValues } from "./result_values.ts";

/** What a request to count asks for. */
interface Asked {
  count: CountOptions;
  output: OutputOptions;
}

/**
 * Refuses what a kernel leaves without effect: what only counts have, where it emits values. That is
 * known once the kernel is found, which is later than the options are read.
 *
 * @throws {JobError} `invalid_parameter`.
 */
export function refuseBesideKernel(
  { count, output }: Asked,
  { manifest, isTrusted }: Pick<RunnableKernel, "manifest" | "isTrusted">,
): void {
  const { min, max, group } = count;
  const other = isTrusted ? "value" : "kernel";
  const shape = resultShape(manifest);
  refuseCountOptions({ min, max, columns: output.columns }, shape.values, other);
  refuseGroup(group, shape, isTrusted && shape.values === undefined ? "key" : other);
  refuseApprox(count, manifest, other);
  if (!keepsKeys(manifest) || manifest.finishesWords) return;
  for (const name of ["case", "normalization"] as const) {
    const allowed = KEPT[name];
    if (allowed.includes(count[name])) continue;
    const reason = "keys stay as they are, since what belongs to them is put together first";
    throw conflictError({ parameter: name, value: count[name], other, reason, allowed });
  }
}

/** @throws {JobError} `invalid_parameter` where a key has more than a count. */
function refuseApprox(
  { mode: value }: CountOptions,
  manifest: KernelManifest,
  other: "kernel" | "value",
): void {
  const hasValues = resultValues(manifest) !== undefined;
  if (value !== "approx" || !hasValues && !keepsKeys(manifest)) return;
  const reason = hasValues
    ? "only counts have a bound, and keys have values"
    : "all that belongs to a key is put together before it is counted";
  throw conflictError({ parameter: "mode", value, other, reason, allowed: "exact" });
}

/** What leaves keys as they are. */
const KEPT = { case: ["auto", "preserve"], normalization: ["none"] };

/**
 * Refuses what only counts have, where the rows hold values. A default value is never refused.
 *
 * @param values What the result holds in place of counts; undefined for counts.
 * @param other The option that asks for them.
 * @throws {JobError} `invalid_parameter`.
 */
export function refuseCountOptions(
  { min, max, columns }: Pick<CountOptions, "min" | "max"> & Pick<OutputOptions, "columns">,
  values: ResultValues | undefined,
  other: "kernel" | "value",
): void {
  if (values === undefined) return;
  const bounds = { min: ["least", min], max: ["most", max] } as const;
  for (const [name, [bound, value]] of Object.entries(bounds)) {
    const standard = DEFAULT_COUNT_OPTIONS[name as keyof typeof bounds];
    if (value === standard || haveLeast(values)) continue;
    const reason = `keys have values, and no ${bound} count`;
    throw conflictError({ parameter: name, value, other, reason, allowed: standard });
  }
  if (columns.every((column) => column === "rank")) return;
  const reason = "keys have values, and no sum that a share would be of";
  const value = columns.join();
  throw conflictError({ parameter: "columns", value, other, reason, allowed: ["rank"] });
}

/**
 * Refuses groups where rows are no counts of keys that have forms.
 *
 * @param other The option that makes the rows what they are.
 * @throws {JobError} `invalid_parameter`.
 */
export function refuseGroup(
  value: string,
  { values, keyParts = 1, approx }: Pick<ResultReport, "values" | "keyParts" | "approx">,
  other: "kernel" | "value" | "key",
): void {
  if (value === "") return;
  if (approx && approx.bound > 0) {
    const reason = `each form has a count that is up to ${approx.bound} too low, ` +
      "and forms that left are unknown";
    throw conflictError({ parameter: "group", value, other: "mode", reason, allowed: "" });
  }
  if (values === undefined && keyParts === 1) return;
  const reason = values === undefined
    ? "keys have several parts, and forms have one"
    : "keys have values, and forms are put together by their counts";
  throw conflictError({ parameter: "group", value, other, reason, allowed: "" });
}

import type { ResultValues } from "./documents.ts";
import type { RunnableKernel } from "./kernel_manifest.ts";
import { type CountOptions, DEFAULT_COUNT_OPTIONS, type OutputOptions } from "./options.ts";
import { JobError } from "./problems.ts";
import { haveLeast, keepsKeys, resultValues } from "./result_values.ts";

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
  const { min, max } = count;
  const other = isTrusted ? "value" : "kernel";
  refuseCountOptions({ min, max, columns: output.columns }, resultValues(manifest), other);
  if (!keepsKeys(manifest)) return;
  for (const name of ["case", "normalization"] as const) {
    const allowed = KEPT[name];
    if (allowed.includes(count[name])) continue;
    const reason = "keys stay as they are, since what belongs to them is put together first";
    throw refusal(name, count[name], reason, allowed, other);
  }
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
    throw refusal(name, value, `keys have values, and no ${bound} count`, standard, other);
  }
  if (columns.every((column) => column === "rank")) return;
  const reason = "keys have values, and no sum that a share would be of";
  throw refusal("columns", columns.join(), reason, ["rank"], other);
}

function refusal(
  parameter: string,
  value: unknown,
  reason: string,
  allowed: unknown,
  other: string,
): JobError {
  return new JobError("invalid_parameter", `Cannot use '${parameter}': ${reason}`, {
    details: { parameter, value, other, allowed },
  });
}

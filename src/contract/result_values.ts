import { isDecimalType } from "./decimals.ts";
import type { ResultShape, ResultValues } from "./documents.ts";
import type { KernelManifest, PairOp, ValueOp } from "./kernel_manifest.ts";

type Terms = Pick<KernelManifest, "output" | "value" | "op" | "stats">;

/** What becomes of the values that a kernel emits; undefined if it emits none. */
export function valueOp({ output, op, stats }: Terms): ValueOp | undefined {
  return output === "values" && !stats ? op as ValueOp ?? "sum" : undefined;
}

/** What becomes of the pairs that a kernel emits; undefined if it emits none. */
export function pairOp({ output, op }: Terms): PairOp | undefined {
  return output === "pairs" ? op as PairOp ?? "distinct" : undefined;
}

/**
 * What results of a kernel hold in place of counts; undefined where they hold counts. The number of
 * values is a count.
 */
export function resultValues(terms: Terms): ResultValues | undefined {
  if (terms.stats) return { op: "stats", ...terms.stats };
  const ofPairs = pairOp(terms);
  if (ofPairs) return { op: ofPairs, type: "i64" };
  const op = valueOp(terms);
  if (op === undefined || op === "count") return undefined;
  return { op, type: op === "avg" ? "f64" : terms.value! };
}

/** What rows of a kernel consist of; of counts without one. */
export function resultShape(manifest: KernelManifest | undefined): ResultShape {
  return manifest ? { values: resultValues(manifest), keyParts: manifest.keyParts } : {};
}

/**
 * Whether what rows are ordered by has 128 bits: sums of decimals reach further than what they are sums
 * of, and numbers of any scale are brought to one.
 */
export function areWide(values: ResultValues | undefined): boolean {
  return values?.op === "stats" || values?.op === "sum" && isDecimalType(values.type);
}

/** Whether `min` may leave out keys: only numbers of something have a least one. */
export function haveLeast(values: ResultValues | undefined): boolean {
  return values === undefined || values.op === "distinct";
}

/**
 * Whether keys of a kernel stay as they are: those that folding or normalizing makes one would have
 * been different before what belongs to them was put together.
 */
export function keepsKeys(terms: Terms): boolean {
  return pairOp(terms) !== undefined || valueOp(terms) === "combine";
}

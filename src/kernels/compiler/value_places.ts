import type { Diagnostic, SourceText } from "./diagnostics.ts";
import { SOURCE_PATH, type Survey } from "./survey.ts";

/** An error of asc's. */
export interface AscError {
  message: string;
  range: { start: number; end: number; source: { normalizedPath: string } | null } | null;
}

/** Files that asc reads: in place of the first, the second tells where a value has a wrong type. */
export const VALUES_PATH = "millrace/values.ts";
export const STRICT_VALUES_PATH = "millrace/strict_values.ts";

const FROM_INTEGER = /^Conversion from type '[iu]64' to 'f64' /;
const FROM_FLOAT = /^Conversion from type 'f\d\d' to 'i64' /;

/** Whether an error stands where the SDK refuses the type of a value. */
export function isOfValue({ range }: AscError): boolean {
  return range?.source?.normalizedPath.endsWith(VALUES_PATH) ?? false;
}

/** Whether an error is of the user's text. */
export function isOwn({ range }: AscError): boolean {
  return range?.source?.normalizedPath === SOURCE_PATH;
}

/**
 * Explains that values have wrong types.
 *
 * @param refusals What the SDK refused.
 * @param own Errors of the user's text in the same compilation.
 * @param strict Errors with STRICT_VALUES_PATH in place of VALUES_PATH.
 */
export function explainValues(
  source: SourceText,
  { firstValue = 0 }: Survey,
  refusals: readonly AscError[],
  own: readonly AscError[],
  strict: readonly AscError[],
): Diagnostic[] {
  const isNew = ({ message, range }: AscError) =>
    !own.some((each) => each.message === message && each.range?.start === range?.start);
  const found = strict.filter((error) =>
    isOwn(error) && isNew(error) && !FROM_INTEGER.test(error.message)
  );
  const reasons = refusals.map(({ message }) => message.replace(/^User-defined: '(.*)'$/, "$1"));
  // Where a call names the type itself, no argument has to have another.
  if (found.length === 0) return [source.diagnose(firstValue, reasons[0])];
  const ofFloat = reasons.find((reason) => reason.includes("export const value")) ?? reasons[0];
  return found.map(({ message, range }) =>
    FROM_FLOAT.test(message)
      ? source.diagnose(range!.start, ofFloat)
      : source.explain(range!, message)
  );
}

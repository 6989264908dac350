import { isDecimalType } from "../../contract/decimals.ts";
import type { AscError } from "./asc_api.ts";
import type { Diagnostic, SourceText } from "./diagnostics.ts";
import { SOURCE_PATH, type Survey } from "./survey.ts";

/** Files that asc reads: in place of the first, the second tells where a value has a wrong type. */
export const VALUES_PATH = "millrace/values.ts";
export const STRICT_VALUES_PATH = "millrace/strict_values.ts";

const FROM_INTEGER = /^Conversion from type '[iu]64' to 'f64' /;
/** What decimals are made of, beside integers. */
const FROM_TEXT =
  /^Type '(\S*\/)?(String|string|Chunk)( \| null)?' is not assignable to type 'i64'/;
/** A refusal of the SDK that is about doubles alone. */
const OF_FLOAT = /double/;
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
  { firstValue = 0, values }: Survey,
  refusals: readonly AscError[],
  own: readonly AscError[],
  strict: readonly AscError[],
): Diagnostic[] {
  const areDecimals = isDecimalType(values?.value);
  const isNew = ({ message, range }: AscError) =>
    !own.some((each) => each.message === message && each.range?.start === range?.start);
  const found = strict.filter((error) =>
    isOwn(error) && isNew(error) && !FROM_INTEGER.test(error.message) &&
    !(areDecimals && FROM_TEXT.test(error.message))
  );
  const reasons = refusals.map(({ message }) =>
    message.replace(/^User-defined: (['"])(.*)\1$/, "$2")
  );
  // Where a call names the type itself, no argument has to have another.
  if (found.length === 0) return [source.diagnose(firstValue, reasons[0])];
  const isOfFloat = (reason: string) => OF_FLOAT.test(reason);
  const ofFloat = reasons.find(isOfFloat) ?? reasons[0];
  const ofOthers = reasons.find((reason) => !isOfFloat(reason)) ?? reasons[0];
  return found.map(({ message, range }) => {
    if (FROM_FLOAT.test(message)) return source.diagnose(range!.start, ofFloat);
    // What the strict file would have is less than what decimals can be.
    return areDecimals ? source.diagnose(range!.start, ofOthers) : source.explain(range!, message);
  });
}

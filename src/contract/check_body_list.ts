import { type BodyList, MOST_LIST_BYTES } from "./body_lists.ts";
import { COUNT_PARAMETERS } from "./options.ts";
import { JobError } from "./problems.ts";

/**
 * Checks a list that came with a body.
 *
 * @throws {JobError} `invalid_parameter` with the limit that it exceeds, or the item that is wrong.
 */
export function checkBodyList(name: BodyList, items: readonly string[]): void {
  const { maxItems, ...parameter } = COUNT_PARAMETERS[name];
  const maxChars = "maxChars" in parameter ? parameter.maxChars : Infinity;
  if (items.length > maxItems) {
    const reason = `it has ${items.length} items, and the limit is ${maxItems}`;
    throw refusal(name, reason, { limit: maxItems });
  }
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const at = { item: index + 1 };
    if (item === "") throw refusal(name, `item ${at.item} is empty`, at);
    if (!item.isWellFormed()) throw refusal(name, `item ${at.item} is no Unicode text`, at);
    if (item.length > maxChars) {
      const reason = `item ${at.item} has ${item.length} characters, and the limit is ${maxChars}`;
      throw refusal(name, reason, { ...at, limit: maxChars });
    }
    bytes += encoder.encode(item).length;
  }
  if (bytes > MOST_LIST_BYTES) throw tooManyBytes(name);
}

/** The refusal of a list that is too long to be looked at. */
export function tooManyBytes(name: BodyList): JobError {
  const reason = `it has more than ${MOST_LIST_BYTES} bytes`;
  return refusal(name, reason, { limit: MOST_LIST_BYTES });
}

/** The refusal of a list that is said more than once. @param places Where, in words. */
export function saidTwice(name: BodyList, places: readonly string[]): JobError {
  return new JobError(
    "duplicate_parameter",
    `Cannot choose between the '${name}' of ${places.join(" and of ")}; say it once`,
    { details: { parameter: name, values: places } },
  );
}

function refusal(name: BodyList, reason: string, details: Record<string, unknown>): JobError {
  return new JobError("invalid_parameter", `Cannot read '${name}' of the body: ${reason}`, {
    details: { parameter: name, ...details },
  });
}

import { COUNT_PARAMETERS, type CountOptions } from "./options.ts";
import { JobError } from "./problems.ts";

/** Lists that a body may bring beside its texts, since an address has no room for long ones. */
export const BODY_LISTS = ["patterns", "stopWords", "keep", "borders"] as const;

/** One of BODY_LISTS. */
export type BodyList = typeof BODY_LISTS[number];

/** What a body brings of them. */
export type OptionLists = Partial<Pick<CountOptions, BodyList>>;

/** Most bytes of a list that comes with a body. */
export const MOST_LIST_BYTES = 2 ** 20;

/** Whether a member or a field of a body is a list of an option. */
export function isBodyList(name: string): name is BodyList {
  return (BODY_LISTS as readonly string[]).includes(name);
}

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

import { BUILT_IN_KERNEL } from "../contract/kernel_parameters.ts";
import { findNearest } from "../contract/nearest.ts";

/** What clients may call a kernel by. */
interface NamedKernel {
  id: string;
  name: string;
  builtIn: boolean;
}

/** The beginning of an id, long enough to name one kernel. */
export const ID_BEGINNING = /^[0-9a-f]{8,64}$/;
/** What can only be meant as an id: names of the library are words. */
const LIKE_ID = /^(?=.*[0-9])[0-9a-f]{4,}$/;
const ID_DIGITS = 64;
/** Digits of an id that stand for it in messages, and for a name where a kernel has none. */
const SHOWN_DIGITS = 12;
/** What to do where no name is near. */
const LISTED = "GET /v1/kernels lists those that there are";

export function shortenId(id: string): string {
  return id.slice(0, SHOWN_DIGITS);
}

/** As much of an id as messages show. */
export function shownId({ id, builtIn }: NamedKernel): string {
  return builtIn ? id : shortenId(id);
}

/**
 * Says why nothing is called so, and what is nearly.
 *
 * @param wanted In small letters.
 */
export function explainUnknown(
  wanted: string,
  known: readonly NamedKernel[],
): { reason: string; nearest?: string } {
  const sent = known.filter(({ builtIn }) => !builtIn);
  if (LIKE_ID.test(wanted)) return explainUnknownId(wanted, sent.map(({ id }) => id));
  const namesake = known.find(({ name }) => name.toLowerCase() === wanted);
  const nearest = namesake
    ? shownId(namesake)
    : findNearest(wanted, [BUILT_IN_KERNEL, ...known.map(shownId)]);
  const reason = namesake
    ? `kernels that were sent go by their ids, and one of this name is '${nearest}'`
    : `there is no such kernel; ${nearest ? `the nearest is '${nearest}'` : LISTED}`;
  return { reason, nearest };
}

function explainUnknownId(wanted: string, ids: readonly string[]) {
  const form = `an id has ${ID_DIGITS} hexadecimal digits, and its first 8 or more name it`;
  if (ids.length === 0) return { reason: `${form}; no kernel has been sent here` };
  const shown = shortenId(wanted);
  const beginnings = ids.map((id) => id.slice(0, shown.length));
  const closest = findNearest(shown, beginnings);
  if (closest === undefined) return { reason: `${form}; ${LISTED}` };
  const nearest = shortenId(ids[beginnings.indexOf(closest)]);
  return { reason: `${form}; the nearest that is here is '${nearest}'`, nearest };
}

import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";

/** Bytes of a representation, from `offset` on. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** One range of bytes; names of units take any case (RFC 9110, 14.1). */
const ONE_RANGE = /^bytes=[\s,]*(\d*)-(\d*)[\s,]*$/i;

/**
 * Whether a request asks for one part of its answer (RFC 9110, 14.2). Several ranges, other units
 * and headers that cannot be read are ignored, as the RFC allows: the answer is the whole then.
 *
 * @param etag The entity tag of the whole. With `If-Range`, a request gets its part only if it
 * names this tag; a date gets no part, since it is no strong validator.
 */
export function asksForRange({ method, headers }: Request, etag: string): boolean {
  const range = method === "GET" ? headers.get("range") : null;
  if (range === null || parseRange(range) === undefined) return false;
  const condition = headers.get("if-range");
  return condition === null || condition === etag;
}

/**
 * The part of a representation that Range names.
 *
 * @param range The header, of a request that asks for a range.
 * @param length Of the whole.
 * @throws {JobError} `range_not_satisfiable`.
 */
export function selectRange(range: string, length: number): ByteRange {
  const { first, last } = parseRange(range)!;
  const offset = first ?? Math.max(0, length - last!);
  const end = first === undefined || last === undefined ? length : Math.min(last + 1, length);
  if (offset < end) return { offset, length: end - offset };
  const value = shorten(range);
  throw new JobError(
    "range_not_satisfiable",
    `Cannot answer with '${value}' of ${length} bytes`,
    { details: { header: "range", value, length } },
  );
}

/** `first-last`, `first-` or `-last`, which then is a length from the end. */
function parseRange(header: string): { first?: number; last?: number } | undefined {
  const match = ONE_RANGE.exec(header);
  if (match === null) return undefined;
  const [first, last] = [match[1], match[2]].map((text) => text === "" ? undefined : Number(text));
  if (first === undefined && last === undefined) return undefined;
  if (first !== undefined && last !== undefined && last < first) return undefined;
  return { first, last };
}

/** The `Content-Range` of a part. */
export function formatContentRange({ offset, length }: ByteRange, whole: number): string {
  return `bytes ${offset}-${offset + length - 1}/${whole}`;
}

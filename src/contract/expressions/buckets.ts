import type { Cursor } from "./cursor.ts";

/** How long a bucket of time is: seconds that divide a day, weeks, or months that divide a year. */
export interface Bucket {
  unit: "second" | "week" | "month";
  count: number;
}

const UNITS: Readonly<Record<string, Bucket>> = {
  s: { unit: "second", count: 1 },
  m: { unit: "second", count: 60 },
  h: { unit: "second", count: 3600 },
  d: { unit: "second", count: 86_400 },
  w: { unit: "week", count: 1 },
  mo: { unit: "month", count: 1 },
  q: { unit: "month", count: 3 },
  y: { unit: "month", count: 12 },
};

/** Buckets begin with each of these anew. */
const WHOLES: Readonly<Record<Bucket["unit"], number>> = { second: 86_400, week: 1, month: 12 };

const ALLOWED = "a number and s, m, h, d, w, mo, q or y, so that buckets divide a day or a year, " +
  "as 15m, 1d, 1w or 1mo do,";

/** The bucket that a text names; undefined for one that is none. */
export function readBucket(text: string): Bucket | undefined {
  const [, digits, name] = /^([1-9][0-9]{0,5})(s|mo?|h|d|w|q|y)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const { unit, count } = UNITS[name];
  const all = Number(digits) * count;
  return WHOLES[unit] % all === 0 ? { unit, count: all } : undefined;
}

/** Passes a text that names a bucket. @throws {ExpressionError} */
export function parseBucket(cursor: Cursor): string {
  cursor.skipBlanks();
  const start = cursor.at;
  const text = cursor.match(/[0-9]+[a-z]+/y) ?? "";
  if (readBucket(text)) return text;
  throw cursor.refuse(ALLOWED, start);
}

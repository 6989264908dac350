/** The wall clock of a time zone. Times are whole seconds since 1970. */
export interface ZoneTable {
  readonly name: string;
  /** From when on the clock is so many seconds ahead of UTC; the first one has no beginning. */
  readonly segments: readonly ZoneSegment[];
  /** Nothing is known from here on. */
  readonly until: number;
}

interface ZoneSegment {
  readonly from: number;
  readonly offset: number;
}

/** No time of the wall clock is as early, and none of four digits of a year as late. */
const BEFORE_ALL = -(2 ** 40);
const BEHIND_ALL = 2 ** 40;

/** Clocks that are still moved are known from one to the other. */
const FIRST = Date.UTC(1840) / 1000;
const LAST = Date.UTC(2200) / 1000;
const YEAR = 366 * 86_400;

/** Intl is asked so often; clocks are not moved to and fro within. */
const STEP = 8 * 86_400;

/** There are some hundred zones. */
const tables = new Map<string, ZoneTable>([
  ["UTC", { name: "UTC", segments: [{ from: BEFORE_ALL, offset: 0 }], until: BEHIND_ALL }],
]);

/**
 * When the clocks of a zone were moved, up to the year 2200 where they are still moved.
 *
 * @param name As Intl knows it.
 */
export function zoneTable(name: string): ZoneTable {
  const known = tables.get(name);
  if (known) return known;
  const table = tableOf(name, typeof Temporal === "undefined" ? askIntl(name) : askTemporal(name));
  tables.set(name, table);
  return table;
}

/** Puts a table together, of segments whose first one begins before all others. */
export function tableOf(name: string, all: Iterable<ZoneSegment>): ZoneTable {
  const segments = [...all];
  const isMoved = segments[segments.length - 1].from > LAST - YEAR;
  return { name, segments, until: isMoved ? LAST : BEHIND_ALL };
}

/** In a millisecond. */
export function* askTemporal(name: string): Generator<ZoneSegment, void, void> {
  const first = Temporal.Instant.fromEpochMilliseconds(FIRST * 1000);
  let zoned: Temporal.ZonedDateTime | null = first.toZonedDateTimeISO(name);
  let from = BEFORE_ALL;
  do {
    yield { from, offset: Math.round(zoned.offsetNanoseconds / 1e9) };
    zoned = zoned.getTimeZoneTransition("next");
    from = zoned === null ? LAST : Math.floor(zoned.epochMilliseconds / 1000);
  } while (zoned !== null && from < LAST);
}

/** In some hundred milliseconds: for Deno Deploy, whose Deno has no Temporal. */
export function* askIntl(name: string): Generator<ZoneSegment, void, void> {
  const format = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" });
  const offsetAt = (seconds: number) => readOffset(format.format(seconds * 1000));
  let offset = offsetAt(FIRST);
  yield { from: BEFORE_ALL, offset };
  for (let at = FIRST; at < LAST; at += STEP) {
    if (offsetAt(at + STEP) === offset) continue;
    let [same, other] = [at, at + STEP];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (offsetAt(middle) === offset) same = middle;
      else other = middle;
    }
    offset = offsetAt(other);
    if (other < LAST) yield { from: other, offset };
  }
}

/** Seconds of `1/1/1970, GMT-05:29:36`; `GMT` alone is none. */
function readOffset(text: string): number {
  const found = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!found) return 0;
  const [hours, minutes, seconds] = found.slice(2).map((digits) => Number(digits ?? 0));
  const offset = (hours * 60 + minutes) * 60 + seconds;
  return found[1] === "-" ? -offset : offset;
}

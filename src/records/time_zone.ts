import { JobError } from "../contract/problems.ts";

/** The wall clock of a time zone. Times are whole seconds since 1970. */
export interface ZoneTable {
  readonly name: string;
  /** From when on the clock is so many seconds ahead of UTC; the first one has no beginning. */
  readonly segments: readonly { readonly from: number; readonly offset: number }[];
  /** Nothing is known from here on. */
  readonly until: number;
}

/** No time of the wall clock is as early. */
const BEFORE_ALL = -(2 ** 40);
const YEAR_1 = "0001-01-01T00:00Z";
const YEAR_2200 = "2200-01-01T00:00Z";
/** No year of four digits is behind it. */
const BEHIND_ALL = 2 ** 40;

const UTC: ZoneTable = {
  name: "UTC",
  segments: [{ from: BEFORE_ALL, offset: 0 }],
  until: BEHIND_ALL,
};

/** There are some hundred zones. */
const tables = new Map([["UTC", UTC]]);

/**
 * When the clocks of a zone were moved, up to the year 2200 where they are still moved.
 *
 * @param name As Intl knows it.
 * @throws {JobError} `invalid_parameter` if this Deno has no Temporal, and the zone is not UTC.
 */
export function zoneTable(name: string): ZoneTable {
  const known = tables.get(name);
  if (known) return known;
  if (typeof Temporal === "undefined") {
    throw new JobError("invalid_parameter", `Cannot use 'tz': this Deno knows no zone but UTC`, {
      details: { parameter: "tz", value: name, allowed: "UTC" },
    });
  }
  const table = readZone(name);
  tables.set(name, table);
  return table;
}

function readZone(name: string): ZoneTable {
  const until = secondsOf(Temporal.Instant.from(YEAR_2200));
  let zoned: Temporal.ZonedDateTime | null = Temporal.Instant.from(YEAR_1).toZonedDateTimeISO(name);
  const segments = [{ from: BEFORE_ALL, offset: offsetOf(zoned) }];
  while ((zoned = zoned.getTimeZoneTransition("next")) !== null) {
    const from = secondsOf(zoned);
    if (from >= until) return { name, segments, until };
    segments.push({ from, offset: offsetOf(zoned) });
  }
  return { name, segments, until: BEHIND_ALL };
}

function offsetOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return Math.round(offsetNanoseconds / 1e9);
}

function secondsOf({ epochMilliseconds }: { epochMilliseconds: number }): number {
  return Math.floor(epochMilliseconds / 1000);
}

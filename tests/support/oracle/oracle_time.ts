import type { Bucket } from "../../../src/contract/expressions/buckets.ts";

// Times and their buckets, by regular expressions and Temporal; without Temporal, in UTC by Date.

/** Deno Deploy's Deno has none. */
export const HAS_TEMPORAL = typeof Temporal !== "undefined";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?`;
const OFFSET = String.raw`(?: ?([Zz])| ?([+-])(\d\d)(?::?(\d\d))?)?`;
const ISO = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt ]${CLOCK}${OFFSET})?$`);
const LOG = new RegExp(`^\\[?(\\d\\d)/(${MONTHS.join("|")})/(\\d{4}):${CLOCK}\\]?${OFFSET}\\]?$`);
const EPOCH = /^(-?)(\d{1,19})(?:\.(\d+))?$/;

/** Seconds since 1970, rounded down, and whether they are a wall clock's. */
interface ReadTime {
  seconds: number;
  isLocal: boolean;
}

function readTime(text: string): ReadTime | undefined {
  const epoch = EPOCH.exec(text);
  if (epoch) return readEpoch(epoch);
  const log = LOG.exec(text);
  const [, ...parts] = log ?? ISO.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  if (log) [parts[0], parts[1], parts[2]] = [parts[2], `${MONTHS.indexOf(parts[1]) + 1}`, parts[0]];
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.slice(0, 6)
    .map((part) => part === undefined ? undefined : Number(part));
  if (year! < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return undefined;
  const wall = date.getTime() / 1000 + hour * 3600 + minute * 60 + Math.min(second, 59);
  const [zulu, sign, hours, minutes = "0"] = parts.slice(6);
  if (zulu) return { seconds: wall, isLocal: false };
  if (!sign) return { seconds: wall, isLocal: true };
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  return { seconds: wall - (sign === "-" ? -offset : offset), isLocal: false };
}

function readEpoch([, sign, digits, fraction = ""]: RegExpExecArray): ReadTime {
  // In units of 10^-18 of what is written.
  let number = BigInt(digits);
  let unit = 1n;
  while (number / unit >= 100_000_000_000n) unit *= 1000n;
  const hasRest = number % unit !== 0n || /[1-9]/.test(fraction);
  number /= unit;
  const seconds = sign ? -Number(number) - (hasRest ? 1 : 0) : Number(number);
  return { seconds: seconds + 0, isLocal: false };
}

const BEHIND_ALL = 253_402_300_800;

export function oracleTime(text: string, bucket: Bucket, zone: string): string | undefined {
  const read = readTime(text);
  if (!read) return undefined;
  return zone === "UTC" ? inUtc(read.seconds, bucket) : inZone(read, bucket, zone);
}

function inUtc(seconds: number, bucket: Bucket): string | undefined {
  if (seconds < -62_135_596_800 || seconds >= BEHIND_ALL) return undefined;
  return `${new Date(floorWall(seconds, bucket) * 1000).toISOString().slice(0, 19)}+00:00`;
}

function floorWall(wall: number, { unit, count }: Bucket): number {
  if (unit === "second") return Math.floor(wall / count) * count;
  const date = new Date(wall * 1000);
  date.setUTCHours(0, 0, 0, 0);
  if (unit === "week") date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  else date.setUTCMonth(Math.floor(date.getUTCMonth() / count) * count, 1);
  return date.getTime() / 1000;
}

function plainOf(wall: number): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(new Date(wall * 1000).toISOString().replace(/\.000Z$/, ""));
}

function inZone({ seconds, isLocal }: ReadTime, bucket: Bucket, zone: string): string | undefined {
  if (Math.abs(seconds) > BEHIND_ALL + 86_400) return undefined;
  const zoned = isLocal
    ? plainOf(seconds).toZonedDateTime(zone)
    : Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(zone);
  const { year } = zoned;
  const isKnown = zoned.epochMilliseconds < Date.UTC(2200) ||
    Temporal.Instant.from("2199-12-31T00:00Z").toZonedDateTimeISO(zone)
        .getTimeZoneTransition("next") === null;
  if (year < 1 || year > 9999 || !isKnown) return undefined;
  const wall = Date.parse(`${zoned.toPlainDateTime().toString({ smallestUnit: "second" })}Z`) /
    1000;
  const plain = plainOf(floorWall(wall, bucket));
  const isDay = bucket.unit !== "second" || bucket.count === 86_400;
  let start = isDay
    ? plain.toZonedDateTime(zone)
    : Temporal.ZonedDateTime.from(`${plain}${zoned.offset}[${zone}]`, { offset: "prefer" });
  if (!start.toPlainDateTime().equals(plain)) {
    start = plain.toZonedDateTime(zone, { disambiguation: "earlier" })
      .getTimeZoneTransition("next")!;
  }
  return start.toString({ smallestUnit: "second", timeZoneName: "never" });
}

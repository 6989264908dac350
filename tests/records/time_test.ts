import { assert, assertEquals } from "@std/assert";
import { readBucket } from "../../src/contract/expressions/buckets.ts";
import { zoneTable } from "../../src/records/time_zone.ts";
import { cutRecords, readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { HAS_TEMPORAL, oracleTime } from "../support/oracle/oracle_time.ts";
import { freshSeed, Random } from "../support/random.ts";
import { countPlan } from "../support/record_plan.ts";

const PLANS = 60;
const LINES = 300;
const encoder = new TextEncoder();

function guestOf(bucket: string, zone: string) {
  const of = { kind: "record" } as const;
  const key = { kind: "time", of, bucket: readBucket(bucket)!, zone: zoneTable(zone) } as const;
  return recordGuest(countPlan("line", [key]));
}

function bucketOf(text: string, bucket: string, zone = "UTC"): string | undefined {
  return readChunks(guestOf(bucket, zone), [encoder.encode(text)]).keys[0];
}

const READ: [text: string, second: string][] = [
  ["2000-10-10T13:55:36Z", "2000-10-10T13:55:36+00:00"],
  ["2000-10-10t13:55:36.999999999z", "2000-10-10T13:55:36+00:00"],
  ["2000-10-10 13:55:36,5-07:00", "2000-10-10T20:55:36+00:00"],
  ["2000-10-10 13:55:36 +0530", "2000-10-10T08:25:36+00:00"],
  ["2000-10-10T13:55+02", "2000-10-10T11:55:00+00:00"],
  ["2000-10-10T13:55:36", "2000-10-10T13:55:36+00:00"],
  ["2000-10-10", "2000-10-10T00:00:00+00:00"],
  ["2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"],
  ["2000-02-29", "2000-02-29T00:00:00+00:00"],
  ["0001-01-01", "0001-01-01T00:00:00+00:00"],
  ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"],
  ["[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36+00:00"],
  ["10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36+00:00"],
  ["[10/Oct/2000:13:55:36", "2000-10-10T13:55:36+00:00"],
  ["971186136", "2000-10-10T13:55:36+00:00"],
  ["971186136.75", "2000-10-10T13:55:36+00:00"],
  ["971186136750", "2000-10-10T13:55:36+00:00"],
  ["971186136750000", "2000-10-10T13:55:36+00:00"],
  ["971186136750000000", "2000-10-10T13:55:36+00:00"],
  ["-0.5", "1969-12-31T23:59:59+00:00"],
  ["0", "1970-01-01T00:00:00+00:00"],
];

for (const [text, second] of READ) {
  Deno.test(`the second of ${text} is ${second}`, () => {
    assertEquals(bucketOf(text, "1s"), second);
    assertEquals(oracleTime(text, readBucket("1s")!, "UTC"), second);
  });
}

Deno.test("what is no time has no bucket", () => {
  const texts = [
    "yesterday",
    "2000-13-10",
    "2000-00-10",
    "2001-02-29",
    "2000-10-32",
    "0000-01-01",
    "2000-10-10T24:00:00Z",
    "2000-10-10T13:60:00Z",
    "2000-10-10T13:55:61Z",
    "2000-10-10T13:55:36.Z",
    "2000-10-10T13:55:36+24:00",
    "2000-10-10T13:55:36+7:00",
    "2000-10-10T13:55:36Z ",
    "2000-10-10T",
    "2000-1-10",
    "10/oct/2000:13:55:36 -0700",
    "10/Okt/2000:13:55:36 -0700",
    "[971186136",
    "1e9",
    "12345678901234567890",
    "1.",
    "-",
    "[",
  ];
  for (const text of texts) {
    assertEquals(oracleTime(text, readBucket("1s")!, "UTC"), undefined, text);
    const { keys, missing } = readChunks(guestOf("1s", "UTC"), [encoder.encode(text)]);
    assertEquals([keys, missing], [[], 1], text);
  }
});

/** Around the moments at which clocks are moved; what is here can be checked by hand. */
const MOVED: [zone: string, bucket: string, text: string, start: string][] = [
  ["Europe/Berlin", "1h", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00+02:00"],
  ["Europe/Berlin", "1h", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00+01:00"],
  ["Europe/Berlin", "6h", "2026-10-25T01:30:00Z", "2026-10-25T00:00:00+02:00"],
  ["Europe/Berlin", "1d", "2026-10-25T22:59:59Z", "2026-10-25T00:00:00+02:00"],
  ["Europe/Berlin", "1d", "2026-10-25T23:00:00Z", "2026-10-26T00:00:00+01:00"],
  ["Europe/Berlin", "2h", "2026-03-29T01:30:00Z", "2026-03-29T03:00:00+02:00"],
  ["Europe/Berlin", "1w", "2026-03-29T12:00:00", "2026-03-23T00:00:00+01:00"],
  ["Europe/Berlin", "1mo", "2026-03-31T22:00:00Z", "2026-04-01T00:00:00+02:00"],
  ["Europe/Berlin", "1q", "2026-06-30", "2026-04-01T00:00:00+02:00"],
  ["Europe/Berlin", "1y", "2026-12-31T23:00:00Z", "2027-01-01T00:00:00+01:00"],
  ["Europe/Berlin", "1m", "2026-03-29T02:30:15", "2026-03-29T03:30:00+02:00"], // in the gap
  ["Europe/Berlin", "1m", "2026-10-25T02:30:15", "2026-10-25T02:30:00+02:00"], // the first one
  ["America/Sao_Paulo", "1d", "2018-11-04T12:00:00", "2018-11-04T01:00:00-02:00"],
  ["America/Havana", "1d", "2026-11-01T12:00:00", "2026-11-01T00:00:00-04:00"],
  ["America/Havana", "1h", "2026-11-01T05:10:00Z", "2026-11-01T00:00:00-05:00"],
  ["Australia/Lord_Howe", "1h", "2026-10-03T15:35:00Z", "2026-10-04T02:30:00+11:00"],
  ["Asia/Kathmandu", "1d", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+05:45"],
  ["Pacific/Apia", "1d", "2011-12-30T10:30:00Z", "2011-12-31T00:00:00+14:00"],
];

for (const [zone, bucket, text, start] of MOVED) {
  Deno.test(`the ${bucket} of ${text} in ${zone} begins at ${start}`, () => {
    assertEquals(bucketOf(text, bucket, zone), start);
    if (HAS_TEMPORAL) assertEquals(oracleTime(text, readBucket(bucket)!, zone), start);
  });
}

const BUCKETS = "1s 10s 1m 15m 90m 1h 2h 6h 12h 1d 1w 1mo 2mo 1q 6mo 1y".split(" ");
const ZONES = HAS_TEMPORAL
  ? [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Asia/Gaza",
    "Europe/Dublin",
  ]
  : ["UTC"];

Deno.test("buckets are those that Temporal makes, however a text is cut", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let known = 0;
  let told = 0;
  for (let i = 0; i < PLANS; i++) {
    const [bucket, zone] = [random.pick(BUCKETS), random.pick(ZONES)];
    const lines = randomTimes(random, zone);
    const what = `MILLRACE_SEED=${seed}, plan ${i}: ${bucket} in ${zone}`;
    const expected = lines.map((line) => oracleTime(line, readBucket(bucket)!, zone));
    const found = expected.filter((key) => key !== undefined);
    const text = encoder.encode(lines.join("\n"));
    const run = readChunks(guestOf(bucket, zone), cutRecords(text, "line", random));
    for (const [at, key] of run.keys.entries()) {
      if (key === found[at]) continue;
      const { 0: line } = lines.filter((_, j) => expected[j] !== undefined).slice(at);
      assertEquals(key, found[at], `${what}: ${line}`);
    }
    assertEquals([run.keys.length, run.missing], [found.length, lines.length - found.length], what);
    known += found.length;
    const others = lines.map((line) => oracleTime(line, readBucket("30m")!, "UTC"));
    told += others.filter((key, at) => key !== expected[at]).length;
  }
  assert(known > PLANS * LINES / 2, `only ${known} are times`);
  assert(told > known / 2, `half hours of UTC differ only ${told} times`);
});

/** Mostly in order, near to where clocks are moved or far from it, and some that are broken. */
function randomTimes(random: Random, zone: string): string[] {
  const { segments } = zoneTable(zone);
  let seconds = random.pick(segments.slice(1).concat({ from: 971_186_136, offset: 0 })).from - 9000;
  return Array.from({ length: LINES }, () => {
    seconds += random.between(-50, 120);
    if (random.oneIn(20)) seconds = random.pick(segments.slice(-1000)).from + random.below(9000);
    if (random.oneIn(20)) seconds = random.between(-70_000_000_000, 260_000_000_000);
    const line = writeTime(random, seconds);
    if (!random.oneIn(12)) return line;
    const at = random.below(line.length);
    return line.slice(0, at) + random.pick([..."0159:-+TZ[]/ .", ""]) + line.slice(at + 1);
  });
}

function writeTime(random: Random, seconds: number): string {
  const date = new Date(seconds * 1000);
  const fraction = random.oneIn(3) ? `.${random.below(1000)}` : "";
  const offset = random.pick(["Z", " Z", "", "+00:00", "-0000", "+00"]);
  const clock = date.toISOString().slice(-13, -5);
  const month = date.toLocaleString("en", { month: "short", timeZone: "UTC" });
  const day = date.toISOString().slice(-16, -14);
  switch (random.below(4)) {
    case 0:
      return `${seconds}${fraction}`;
    case 1:
      return `${seconds}${random.pick(["000", "123", "999999", "000000001"])}${fraction}`;
    case 2:
      return `[${day}/${month}/${`${date.getUTCFullYear()}`.padStart(4, "0")}:${clock} +0000]`;
    default:
      return date.toISOString().slice(0, -5).replace("T", () => random.pick(["T", " "])) +
        fraction + offset;
  }
}

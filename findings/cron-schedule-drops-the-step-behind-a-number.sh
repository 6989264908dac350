#!/usr/bin/env bash
# cron-schedule 6.0.0 (npm): parseCronExpression() of a step behind a number, 5/15, and of what Quartz and others know: 1#2, 5L, 15W.
# Guess: 5/15 is every 15 minutes from the 5th on, as in Quartz and cron-parser, and 1#2 the second Monday; what is not known is refused.
# Seen: what stands behind the number is dropped without a word: 5/15 is once an hour, 1#2 every Monday, 5L every Friday, 15W the 15th, also
# on a weekend, and 8:30 of the hours is 8. Only a field that begins with something else than a digit is refused.
# Hurt: whoever counts by schedule: three of four windows are never counted, or four reports come where one was meant.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund cron-schedule@6.0.0 cron-parser@5.10.6

cat >run.mjs <<'E'
import { parseCronExpression } from "cron-schedule";
import { CronExpressionParser } from "cron-parser";

const from = new Date("2026-08-01T00:00:00Z");
const text = (date) => date.toISOString().slice(5, 16);
for (const cron of ["*/15 * * * *", "5/15 * * * *", "0 0 * * 1#2", "0 0 * * 5L", "0 0 15W * *", "0 8:30 * * *", "L * * * *"]) {
  let seen, other;
  try {
    seen = parseCronExpression(cron).getNextDates(3, from).map(text).join(" ");
  } catch (error) {
    seen = error.constructor.name;
  }
  try {
    other = CronExpressionParser.parse(cron, { currentDate: from, tz: "UTC" }).take(3).map((date) => text(date.toDate())).join(" ");
  } catch {
    other = "refused";
  }
  console.log(`${cron}: ${seen} | cron-parser ${other}`);
}
E
TZ=UTC node run.mjs | tee seen

cat >expected <<'E'
*/15 * * * *: 08-01T00:15 08-01T00:30 08-01T00:45 | cron-parser 08-01T00:15 08-01T00:30 08-01T00:45
5/15 * * * *: 08-01T00:05 08-01T01:05 08-01T02:05 | cron-parser 08-01T00:05 08-01T00:20 08-01T00:35
0 0 * * 1#2: 08-03T00:00 08-10T00:00 08-17T00:00 | cron-parser 08-10T00:00 09-14T00:00 10-12T00:00
0 0 * * 5L: 08-07T00:00 08-14T00:00 08-21T00:00 | cron-parser 08-28T00:00 09-25T00:00 10-30T00:00
0 0 15W * *: 08-15T00:00 09-15T00:00 10-15T00:00 | cron-parser refused
0 8:30 * * *: 08-01T08:00 08-02T08:00 08-03T08:00 | cron-parser refused
L * * * *: Error | cron-parser refused
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

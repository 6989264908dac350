#!/usr/bin/env bash
# syslog-parse 2.0.0 (npm): the time of RFC 3164 lines, which have no year, read on the last days of a month.
# Guess: the day and the month that the line says, of the year of the reader, and whole seconds.
# Seen: month and day are set one after the other in the time of the reader, so what today's day makes of that month counts: on the 31st
# lines of February are of March, those of April of May and those of June of July; on the 15th they are right. The milliseconds are those
# of the moment of reading, so one line read twice has two times.
# Hurt: whoever counts lines by day or by time: a job that is right for weeks moves whole months, and equal lines are apart.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund syslog-parse@2.0.0

cat >run.mjs <<'E'
const Actual = Date;
let now = "";
globalThis.Date = class extends Actual {
  constructor(...given) {
    super(...(given.length > 0 ? given : [now]));
  }
};
const { default: parse } = await import("syslog-parse");
for (now of ["2026-12-15T12:00:00.100Z", "2026-12-30T12:00:00.200Z", "2026-12-31T12:00:00.300Z"]) {
  const days = ["Feb  5", "Apr  5", "May  5", "Jun 30"];
  const times = days.map((day) => `${day} is ${parse(`<34>${day} 22:14:15 host su: text`).time.toISOString().slice(5)}`);
  console.log(`read on ${now.slice(5, 10)}: ${times.join(", ")}`);
}
E
TZ=UTC node run.mjs | tee seen

cat >expected <<'E'
read on 12-15: Feb  5 is 02-05T22:14:15.100Z, Apr  5 is 04-05T22:14:15.100Z, May  5 is 05-05T22:14:15.100Z, Jun 30 is 06-30T22:14:15.100Z
read on 12-30: Feb  5 is 03-05T22:14:15.200Z, Apr  5 is 04-05T22:14:15.200Z, May  5 is 05-05T22:14:15.200Z, Jun 30 is 06-30T22:14:15.200Z
read on 12-31: Feb  5 is 03-05T22:14:15.300Z, Apr  5 is 05-05T22:14:15.300Z, May  5 is 05-05T22:14:15.300Z, Jun 30 is 07-30T22:14:15.300Z
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

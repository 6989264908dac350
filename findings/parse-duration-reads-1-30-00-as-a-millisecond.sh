#!/usr/bin/env bash
# parse-duration 2.1.9 (npm): durations as clocks and tools such as ffmpeg write them, and a minus within.
# Guess: 1:30:00 is an hour and a half, or null, as for other text that it does not know; 1d -1h is 23 hours, as -1h is minus one hour.
# Seen: 1:30:00 is 1.03 milliseconds: the first number is taken in the unit that is asked for, what follows in the next smaller ones, so in
# hours it is 1.5. A minus counts only where the text begins with it, and there for all of it: 1d -1h is 25 hours, -1h 30m is -1.5.
# Hurt: whoever takes windows or timeouts from a form or a flag: an hour and a half is a window of a millisecond, in which nothing is counted.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund parse-duration@2.1.9

cat >run.mjs <<'E'
import parse from "parse-duration";
for (const text of ["1h 30m", "1.5h", "1:30:00", "2:30", "00:05", "-1h", "1d -1h", "-1h 30m", "half an hour"]) {
  console.log(`${text}: ${parse(text)} ms, ${parse(text, "h")} h`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
1h 30m: 5400000 ms, 1.5 h
1.5h: 5400000 ms, 1.5 h
1:30:00: 1.03 ms, 1.5 h
2:30: 2.03 ms, 2.5 h
00:05: 0.005 ms, 0.08333333333333333 h
-1h: -3600000 ms, -1 h
1d -1h: 90000000 ms, 25 h
-1h 30m: -5400000 ms, -1.5 h
half an hour: null ms, null h
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# humanfriendly 10.0 (PyPI): parse_timespan() and format_timespan() of years.
# Guess: a year of 365 or 365.25 days, or no years at all.
# Seen: a year is 52 weeks, 364 days: "1y" is 31449600 seconds, a day less than "365d", which is written as "1 year and 1 day"; ten years are
# 12 days short, and "366d", a leap year, is a year and two days.
# Hurt: whoever keeps or compares counts for a year by such a flag: the last day is gone, and a year's total lacks a day.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check humanfriendly==10.0

cat >run.py <<'E'
from humanfriendly import format_timespan, parse_timespan

for text in ["1d", "1w", "52w", "1y", "365d", "366d", "10y"]:
    seconds = parse_timespan(text)
    print(text, seconds, "seconds", seconds / 86400, "days, written", format_timespan(seconds))
E
env/bin/python run.py | tee seen

cat >expected <<'E'
1d 86400.0 seconds 1.0 days, written 1 day
1w 604800.0 seconds 7.0 days, written 1 week
52w 31449600.0 seconds 364.0 days, written 1 year
1y 31449600.0 seconds 364.0 days, written 1 year
365d 31536000.0 seconds 365.0 days, written 1 year and 1 day
366d 31622400.0 seconds 366.0 days, written 1 year and 2 days
10y 314496000.0 seconds 3640.0 days, written 10 years
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

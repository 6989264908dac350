#!/usr/bin/env bash
# syslog2cef 0.3.3 (PyPI): the year of a line of RFC 3164 (BSD syslog), which carries none; the caller may say what time it is.
# Guess: the year in which the line lies in the past, or within hours of now, since logs tell of what was.
# Seen: the year in which the line is nearest to now: of a line of May, read on the 29th of November 2026, it is 2027, half a year ahead.
# Hurt: whoever converts archives: what is older than half a year (a year's log read at its end) lies in the future, behind all else,
# and falls out of each search for "before now".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check syslog2cef==0.3.3

cat >probe.py <<'E'
from datetime import datetime, timezone

from syslogcef import convert_line, parse_syslog

now = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
for day in ("Jan  5", "May 30", "Jun  5", "Nov 28", "Dec  5"):
    line = f"<13>{day} 17:32:18 web cron: done"
    event = parse_syslog(line, now=now)
    millis = convert_line(line, now=now).split("rt=")[1].split(" ")[0]
    ahead = (event.ts - now).days
    print(f"{day} read on {now:%Y-%m-%d}: {event.ts:%Y-%m-%d}, rt={millis}, {ahead} days ahead")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
Jan  5 read on 2026-11-29: 2027-01-05, rt=1799170338000, 37 days ahead
May 30 read on 2026-11-29: 2027-05-30, rt=1811698338000, 182 days ahead
Jun  5 read on 2026-11-29: 2026-06-05, rt=1780680738000, -177 days ahead
Nov 28 read on 2026-11-29: 2026-11-28, rt=1795887138000, -1 days ahead
Dec  5 read on 2026-11-29: 2026-12-05, rt=1796491938000, 6 days ahead
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

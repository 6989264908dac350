#!/usr/bin/env bash
# pycron 3.3.0 (PyPI): is_now() of Sunday as 7, alone or as the end of a range: 7, 1-7, mon-sun.
# Guess: 7 is Sunday, as in crontab(5), and 1-7 every day; or an error, as other libraries raise that know 0 alone.
# Seen: 7 never comes, and a range that ends in Sunday has every day but Sunday, by name, too: mon-sun is Monday to Saturday, fri-mon is
# Friday and Saturday. 0, 0-7 and sun are right. 5/15 of the minutes never comes, either. Nothing raises.
# Hurt: whoever has counts closed or sent every day by such a line: those of Sunday are missing, or stand in Monday's.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check pycron==3.3.0

cat >run.py <<'E'
from datetime import datetime, timedelta

import pycron

monday = datetime(2026, 8, 3)
days = [monday + timedelta(days=i) for i in range(7)]
for week in ["*", "0", "sun", "7", "0-7", "1-7", "mon-sun", "fri-sun", "fri-mon", "1-5"]:
    print(f"0 0 * * {week}:", *[day.strftime("%a") for day in days if pycron.is_now(f"0 0 * * {week}", day)])
for minutes in ["*/15", "5-59/15", "5/15"]:
    hour = [monday + timedelta(minutes=i) for i in range(60)]
    print(f"{minutes} * * * *:", *[now.minute for now in hour if pycron.is_now(f"{minutes} * * * *", now)])
E
env/bin/python run.py | tee seen

cat >expected <<'E'
0 0 * * *: Mon Tue Wed Thu Fri Sat Sun
0 0 * * 0: Sun
0 0 * * sun: Sun
0 0 * * 7:
0 0 * * 0-7: Mon Tue Wed Thu Fri Sat Sun
0 0 * * 1-7: Mon Tue Wed Thu Fri Sat
0 0 * * mon-sun: Mon Tue Wed Thu Fri Sat
0 0 * * fri-sun: Fri Sat
0 0 * * fri-mon: Fri Sat
0 0 * * 1-5: Mon Tue Wed Thu Fri
*/15 * * * *: 0 15 30 45
5-59/15 * * * *: 5 20 35 50
5/15 * * * *:
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# csvkit 2.2.0 with agate 1.14.2 (PyPI): csvsort of a column of weekdays or of months.
# Guess: the rows in another order, with the texts that stood there; csvsort knows texts, numbers and ISO dates.
# Seen: where all values of a column can be read so, they are written as dates: "may" is 0001-05-01, "monday" 0001-01-08 and
# "friday" 0001-01-05, a week by itself that begins on a Friday. One value that is no day or month leaves all as they were.
# With --no-inference they stay too.
# Hurt: whoever sorts a table by key, such as counts per weekday, before joining it: the keys are others than in the file.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2

sorted() {
  printf '%s:' "$*"
  { echo key,n; printf '%s,1\n' "$@"; } >keys.csv
  venv/bin/csvsort --snifflimit 0 $OPTION -c key keys.csv | tail -n +2 | cut -d, -f1 | tr '\n' ' ' | sed 's/^/ /; s/ $//'
  echo
}
{
  OPTION=
  sorted may june april
  sorted monday friday sunday
  sorted monday friday holiday
  OPTION=--no-inference
  sorted monday friday sunday
} | tee seen

cat >expected <<'E'
may june april: 0001-04-01 0001-05-01 0001-06-01
monday friday sunday: 0001-01-05 0001-01-07 0001-01-08
monday friday holiday: friday holiday monday
monday friday sunday: friday monday sunday
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

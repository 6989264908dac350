#!/usr/bin/env bash
# csvkit 2.2.0 (PyPI): csvstat --freq, the counts of each value of a column.
# Guess: counts of the texts that stand in the file; perhaps 1 and 1.0 as one, since the column's type is inferred.
# Seen: in a column that can be read as numbers "$1", "1%", "1.0", "01" and "1" are one value "1", and 1% is not a
# hundredth; "none", "null", "N/A", "NA" and "." are one "None"; "t", "yes" and "true" are one "True". With -I the numbers and
# the booleans stay apart, and "none", "N/A" and "." are still joined.
# Hurt: whoever holds an exact count by key against csvstat's: the groups differ, and one text of letters anywhere in the column
# makes them fall apart again.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2

count() {
  printf '%s: ' "$*"
  { echo key; printf '%s\n' "$@"; } >keys.csv
  venv/bin/csvstat --snifflimit 0 --freq keys.csv 2>&1
  printf '  with -I: '
  venv/bin/csvstat --snifflimit 0 --freq -I keys.csv 2>&1
}
{
  count 1 1.0 01 '$1' '1%'
  count none null N/A NA .
  count t yes true
  count none N/A . apple
  count 1 01 '$1' apple
} | tee seen

cat >expected <<'E'
1 1.0 01 $1 1%: { "1": 5 }
  with -I: { "1": 1, "1.0": 1, "01": 1, "$1": 1, "1%": 1 }
none null N/A NA .: { "None": 5 }
  with -I: { "None": 5 }
t yes true: { "True": 3 }
  with -I: { "t": 1, "yes": 1, "true": 1 }
none N/A . apple: { "None": 3, "apple": 1 }
  with -I: { "None": 3, "apple": 1 }
1 01 $1 apple: { "1": 1, "01": 1, "$1": 1, "apple": 1 }
  with -I: { "1": 1, "01": 1, "$1": 1, "apple": 1 }
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

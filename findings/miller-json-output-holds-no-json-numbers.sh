#!/usr/bin/env bash
# Miller 6.6.0-2+b3 (Debian 12): CSV to JSON of fields that look like numbers to Miller but not to JSON.
# Guess: what is no JSON number is quoted, or written as the number it stands for: "007" and "1_000" are quoted.
# Seen: 0xff, 0b11, 0o17, -0x1, .5 and 5. are written bare, as they stood. The output is not JSON; strict readers refuse
# the whole line.
# Hurt: whoever pipes mlr --ojson or --ojsonl on: one key such as 0x1f in a column of text, out of millions, stops the reader.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C
apt-get -qq download miller=6.6.0-2+b3 2>apt.err || { apt-get -qq update >apt.log 2>&1; apt-get -qq download miller=6.6.0-2+b3 2>apt.err; }
dpkg -x miller_*.deb root

printf '%s\n' key 007 1_000 12 1e5 0xff 0b11 0o17 -0x1 .5 5. >keys.csv
root/usr/bin/mlr --icsv --ojsonl cat keys.csv >out.jsonl
python3 - <<'E' | tee seen
import json
for line in open("out.jsonl"):
    line = line.strip()
    try:
        print(line, "->", repr(json.loads(line)["key"]))
    except ValueError as error:
        print(line, "-> no JSON:", type(error).__name__)
E

cat >expected <<'E'
{"key": "007"} -> '007'
{"key": "1_000"} -> '1_000'
{"key": 12} -> 12
{"key": 1e5} -> 100000.0
{"key": 0xff} -> no JSON: JSONDecodeError
{"key": 0b11} -> no JSON: JSONDecodeError
{"key": 0o17} -> no JSON: JSONDecodeError
{"key": -0x1} -> no JSON: JSONDecodeError
{"key": .5} -> no JSON: JSONDecodeError
{"key": 5.} -> no JSON: JSONDecodeError
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

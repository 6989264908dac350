#!/usr/bin/env bash
# cfin-merge-sort 0.4.0 (PyPI): merge_sort.sorted(), an external sort of lines, where a line holds a carriage return.
# Guess: the lines that went in come out in order; a line ends in its line feed, as each that is given does.
# Seen: the chunks on disk are read with any line end: "b\rx\n" comes out as the two lines "b\n" and "x\n", so that three lines become
# four, and they stand where they sort only if chunks are small. "a\r\n" comes out as "a\n". U+2028 and U+0085 stay.
# Hurt: whoever sorts keys with a CR (progress bars in logs, old exports) before counting: one key becomes two; lines of CRLF files lose
# a byte each, so that sums over sizes or hashes do not match.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cfin-merge-sort==0.4.0

cat >probe.py <<'E'
import merge_sort

for lines in (["b\rx\n", "a\n", "c\n"], ["b\r\n", "a\r\n"], ["b\u2028x\n", "a\n"], ["b\x85x\n", "a\n"], ["b\x0cx\n", "a\n"]):
    for size in (1, 100):
        found = list(merge_sort.sorted(lines, chunksize=size))
        print(f"{ascii(lines)} in chunks of {size}: {ascii(found)}{'' if found == sorted(lines) else ' (changed)'}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
['b\rx\n', 'a\n', 'c\n'] in chunks of 1: ['a\n', 'b\n', 'c\n', 'x\n'] (changed)
['b\rx\n', 'a\n', 'c\n'] in chunks of 100: ['a\n', 'b\n', 'x\n', 'c\n'] (changed)
['b\r\n', 'a\r\n'] in chunks of 1: ['a\n', 'b\n'] (changed)
['b\r\n', 'a\r\n'] in chunks of 100: ['a\n', 'b\n'] (changed)
['b\u2028x\n', 'a\n'] in chunks of 1: ['a\n', 'b\u2028x\n']
['b\u2028x\n', 'a\n'] in chunks of 100: ['a\n', 'b\u2028x\n']
['b\x85x\n', 'a\n'] in chunks of 1: ['a\n', 'b\x85x\n']
['b\x85x\n', 'a\n'] in chunks of 100: ['a\n', 'b\x85x\n']
['b\x0cx\n', 'a\n'] in chunks of 1: ['a\n', 'b\x0cx\n']
['b\x0cx\n', 'a\n'] in chunks of 100: ['a\n', 'b\x0cx\n']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

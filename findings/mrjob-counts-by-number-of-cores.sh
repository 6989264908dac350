#!/usr/bin/env bash
# mrjob 0.7.4 (PyPI, MapReduce in Python): counts by keys that JSON tells apart and Python does not, such as 200 and 200.0.
# Guess: two keys, since they are shuffled as the text of the JSON, or one, since Python's dict would say so; whichever, always.
# Seen: it depends on --num-cores, which is that of the machine unless given. Rows are split among reducers by text, and each joins
# neighbours that are equal once decoded: 200 and 200.0 are one where they came to one reducer, and two where not.
# Hurt: whoever counts numbers from several writers: one input and one script give other counts on a laptop than on a server, and on
# few lines other than on many; a reducer meant to see a key once sees it twice.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mrjob==0.7.4 PyYAML==6.0.2 setuptools==65.5.0

cat >count.py <<'E'
import json
from mrjob.job import MRJob

class Count(MRJob):
    def mapper(self, _, line):
        yield json.loads(line), 1

    def reducer(self, key, ones):
        yield key, sum(ones)

if __name__ == "__main__":
    Count.run()
E
printf '%s\n' 200 200 200.0 404 404.0 500 >status
printf '%s\n' '["GET", 200]' '["GET", 200.0]' '["PUT", 200]' '["GET", 200]' >requests
{
  for input in status requests; do
    for cores in 1 2; do
      echo "$input, $cores core(s):"
      venv/bin/python count.py --no-conf --quiet -r local --num-cores "$cores" "$input" | LC_ALL=C sort
    done
  done
} | tee seen

cat >expected <<'E'
status, 1 core(s):
200	3
404	2
500	1
status, 2 core(s):
200	2
200.0	1
404	1
404.0	1
500	1
requests, 1 core(s):
["GET", 200.0]	3
["PUT", 200]	1
requests, 2 core(s):
["GET", 200.0]	1
["GET", 200]	2
["PUT", 200]	1
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

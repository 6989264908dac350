#!/usr/bin/env bash
# apache-arrow (JavaScript) 21.2.0: numbers outside the range of a Float16 column.
# Guess: as every conversion to half precision does: too large gives Infinity, too small gives 0.
# Seen: 100000 is stored as 3.05078125 and a thousand million as 3.72; 1e-8 becomes -Infinity and 1e-10 becomes 0.00005,
# half a million times as large. 65520, the smallest number that is too large, does give Infinity.
# Hurt: whoever packs measurements into Float16: an outlier is not clipped but turns into an ordinary value, and one
# tiny positive number makes every minimum and mean -Infinity.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund apache-arrow@21.2.0

cat >run.mjs <<'E'
import { Float16, vectorFromArray } from "apache-arrow";
const values = [1.5, 65504, 65520, 65536, 100000, 1e9, 3e-8, 1e-8, 1e-10, 1e-30];
const stored = vectorFromArray(values, new Float16());
values.forEach((v, i) => console.log(v, "is stored as", stored.get(i)));
E
node run.mjs | tee seen

cat >expected <<'E'
1.5 is stored as 1.5
65504 is stored as 65504
65520 is stored as Infinity
65536 is stored as 2
100000 is stored as 3.05078125
1000000000 is stored as 3.724609375
3e-8 is stored as 5.960464477539063e-8
1e-8 is stored as -Infinity
1e-10 is stored as 0.00005316734313964844
1e-30 is stored as 0.000004470348358154297
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

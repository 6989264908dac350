#!/usr/bin/env bash
# apache-arrow (JavaScript) 21.2.0: the text of decimal values that pyarrow 26.0.1 wrote at 64, 128 and 256 bits.
# Guess: String(value) is the same unscaled whole number at any width, as it is at 128 bits.
# Seen: at 64 bits each negative number is shown as unsigned (-0.05 as 18446744073709551611); at 256 bits 1.10 and 7.00
# are shown as "0" and -7.00 as "-0". valueOf(scale) gives all of them right.
# Hurt: whoever prints, keys or exports amounts of an Arrow stream as text: the same column, written wider or narrower,
# says 0 or eighteen quintillions.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund apache-arrow@21.2.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyarrow==26.0.1

cat >write.py <<'E'
from decimal import Decimal
import pyarrow as pa
values = [Decimal(text) for text in ("1.10", "7.00", "-0.05", "-7.00")]
for bits, kind in ((64, pa.decimal64(10, 2)), (128, pa.decimal128(20, 2)), (256, pa.decimal256(40, 2))):
    table = pa.table({"amount": pa.array(values, kind)})
    with pa.ipc.new_stream(f"{bits}.arrows", table.schema) as out:
        out.write_table(table)
E
venv/bin/python write.py

cat >run.mjs <<'E'
import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
for (const bits of [64, 128, 256]) {
  const amounts = [...tableFromIPC(readFileSync(`${bits}.arrows`)).getChild("amount")];
  console.log(`decimal${bits}`, amounts.map(String).join(" "), "| valueOf(2):", amounts.map((a) => a.valueOf(2)).join(" "));
}
E
node run.mjs | tee seen

cat >expected <<'E'
decimal64 110 700 18446744073709551611 18446744073709550916 | valueOf(2): 1.1 7 -0.05 -7
decimal128 110 700 -5 -700 | valueOf(2): 1.1 7 -0.05 -7
decimal256 0 0 -5 -0 | valueOf(2): 1.1 7 -0.05 -7
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

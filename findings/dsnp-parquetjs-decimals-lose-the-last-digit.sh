#!/usr/bin/env bash
# @dsnp/parquetjs 1.8.8 (npm): numbers written into DECIMAL columns of scale 2, read back by itself and by pyarrow 26.0.1.
# Guess: the decimal that the number prints as, or the nearest that the column holds: 0.29 is 0.29.
# Seen: the number is multiplied by 100 as a double and taken down to the whole number below: 0.29 is stored as 0.28, 4.35 as 4.34,
# 19.99 as 19.98. With precision 9 its own reader gives a 0 after each value and leaves out the second half; pyarrow gives all.
# Hurt: whoever writes prices, shares or sums of money: some of the values are a hundredth too small, so that the sum is too, and
# nothing is said.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @dsnp/parquetjs@1.8.8
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyarrow==26.0.1

cat >run.mjs <<'E'
import parquet from "@dsnp/parquetjs";
const { ParquetReader, ParquetSchema, ParquetWriter } = parquet;
const numbers = [0.25, 0.29, 1.1, 4.35, 19.99, -0.58];
for (const precision of [9, 18]) {
  const schema = new ParquetSchema({ n: { type: "DECIMAL", precision, scale: 2 } });
  const writer = await ParquetWriter.openFile(schema, `${precision}.parquet`);
  for (const n of numbers) await writer.appendRow({ n });
  await writer.close();
  const cursor = (await ParquetReader.openFile(`${precision}.parquet`)).getCursor();
  const back = [];
  for (let row; (row = await cursor.next());) back.push(row.n);
  console.log(`precision ${precision}: wrote ${numbers.join(" ")}, parquetjs reads ${back.join(" ")}`);
}
const writer = await ParquetWriter.openFile(new ParquetSchema({ n: { type: "DECIMAL", precision: 18, scale: 2 } }), "all.parquet");
for (let cents = 1; cents <= 10000; cents++) await writer.appendRow({ n: cents / 100 });
await writer.close();
E
node run.mjs | tee seen
venv/bin/python - <<'E' | tee -a seen
import pyarrow.parquet as parquet
for precision in (9, 18):
    print(f"precision {precision}: pyarrow reads", *parquet.read_table(f"{precision}.parquet")["n"].to_pylist())
back = [round(n * 100) for n in parquet.read_table("all.parquet")["n"].to_pylist()]
changed = sum(n != i for i, n in enumerate(back, 1))
print("0.01 to 100.00:", changed, "of", len(back), "changed, the sum is short by cents:", 50005000 - sum(back))
E

cat >expected <<'E'
precision 9: wrote 0.25 0.29 1.1 4.35 19.99 -0.58, parquetjs reads 0.25 0 0.28 0 1.1 0
precision 18: wrote 0.25 0.29 1.1 4.35 19.99 -0.58, parquetjs reads 0.25 0.28 1.1 4.34 19.98 -0.58
precision 9: pyarrow reads 0.25 0.28 1.10 4.34 19.98 -0.58
precision 18: pyarrow reads 0.25 0.28 1.10 4.34 19.98 -0.58
0.01 to 100.00: 573 of 10000 changed, the sum is short by cents: 573
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

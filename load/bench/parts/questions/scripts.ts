// What others need for the questions. Each prints lines `key TAB cell TAB …`, in any order.

/** Prints the rows of a question, which is the second argument, of the file that is the first. */
const driver = (setUp: string, rows: string) => `
import sys
${setUp}
path = sys.argv[1]
rows = ${rows}
cell = lambda each: f"{each:.1f}" if isinstance(each, float) else str(each)
print("\\n".join("\\t".join(map(cell, row)) for row in rows))
`;

export const DRIVERS = {
  duckdb: driver(
    "import duckdb\nduckdb.sql('SET enable_progress_bar = false')",
    `duckdb.sql(sys.argv[2].replace("FILE", "'" + path + "'")).fetchall()`,
  ),
  polars: driver("import polars as pl", `eval(sys.argv[2]).collect(engine="streaming").rows()`),
  pandas: driver("import pandas as pd", `eval(sys.argv[2]).itertuples(name=None)`),
} as const;

const csv = (columns: string, more = "delim=','") =>
  `read_csv(FILE, header=false, auto_detect=false, ${more}, quote='', columns={${columns}})`;
const STATIONS = csv("'k': 'VARCHAR', 'v': 'DOUBLE'", "delim=';'");
const ORDERS = csv(
  "'o': 'BIGINT', 'k': 'VARCHAR', 'v': 'BIGINT', 'c': 'VARCHAR', 's': 'VARCHAR'",
);
const LOG = csv(
  Array.from({ length: 10 }, (_, i) => `'f${i + 1}': 'VARCHAR'`).join(", "),
  "delim=' '",
);
const LINES = csv("'line': 'VARCHAR'", "delim='\\x1f'");

export const DUCKDB = {
  stations: `SELECT k, min(v), avg(v), max(v) FROM ${STATIONS} GROUP BY k`,
  count: `SELECT k, count(*) FROM ${ORDERS} GROUP BY k`,
  sum: `SELECT k, sum(v)::BIGINT FROM ${ORDERS} GROUP BY k`,
  page: `SELECT f7, count(*) FROM ${LOG} GROUP BY f7`,
  user: `SELECT "user".id, count(*) FROM
    read_ndjson(FILE, columns={'user': 'STRUCT(id BIGINT)'}) GROUP BY 1`,
  item: `SELECT regexp_extract(line, '/item/([0-9]+)', 1), count(*) FROM ${LINES} GROUP BY 1`,
};

const scan = (names: string, separator = ",") =>
  `pl.scan_csv(path, has_header=False, separator="${separator}", quote_char=None, schema={${names}})`;
const POLARS_ORDERS = scan(`"o": pl.Int64, "k": pl.String, "v": pl.Int64, "c": pl.String,
  "s": pl.String`);

export const POLARS = {
  stations: `${scan(`"k": pl.String, "v": pl.Float64`, ";")}.group_by("k").agg(
    pl.col("v").min().alias("a"), pl.col("v").mean().alias("b"), pl.col("v").max().alias("c"))`,
  count: `${POLARS_ORDERS}.group_by("k").agg(pl.len())`,
  sum: `${POLARS_ORDERS}.group_by("k").agg(pl.col("v").sum())`,
  user: `pl.scan_ndjson(path, schema={"user": pl.Struct({"id": pl.Int64})}).select(
    pl.col("user").struct.field("id")).group_by("id").agg(pl.len())`,
};

export const PANDAS = {
  stations: `pd.read_csv(path, header=None, sep=";", names=["k", "v"], quoting=3
    ).groupby("k")["v"].agg(["min", "mean", "max"])`,
  count: `pd.read_csv(path, header=None, usecols=[1], names=["o", "k", "v", "c", "s"], quoting=3
    ).groupby("k")[["k"]].count()`,
  sum: `pd.read_csv(path, header=None, usecols=[1, 2], names=["o", "k", "v", "c", "s"], quoting=3
    ).groupby("k")[["v"]].sum()`,
};

/** Counts what `$field` of each line is. */
const tally = (field: number) =>
  `'{ n[$${field}]++ } END { for (k in n) printf "%s\\t%d\\n", k, n[k] }'`;

/** Scripts of a shell, whose first argument is the file. */
export const SHELL = {
  stations: `mawk -F';' '{ k = $1; v = $2 + 0
      if (!(k in n)) least[k] = most[k] = v
      else if (v < least[k]) least[k] = v
      else if (v > most[k]) most[k] = v
      n[k]++; sum[k] += v }
    END { for (k in n) printf "%s\\t%.1f\\t%.1f\\t%.1f\\n", k, least[k], sum[k] / n[k], most[k] }' "$1"`,
  count: `mawk -F, ${tally(2)} "$1"`,
  sum: `mawk -F, '{ n[$2] += $3 } END { for (k in n) printf "%s\\t%.0f\\n", k, n[k] }' "$1"`,
  page: `mawk ${tally(7)} "$1"`,
  user: `jq -r .user.id "$1" | mawk ${tally(0)}`,
  item: `rg -o -N -r '$1' '/item/([0-9]+)' "$1" | LC_ALL=C sort | uniq -c |
    mawk '{ printf "%s\\t%d\\n", $2, $1 }'`,
  mlrStations:
    `mlr --icsv --fs ';' --implicit-csv-header --otsv --ofs tab --headerless-csv-output \\
    --ofmt %.1lf stats1 -a min,mean,max -f 2 -g 1 "$1"`,
  mlrCount: `mlr --icsv --implicit-csv-header --otsv --headerless-csv-output count -g 2 "$1"`,
  xanCount: `xan frequency --no-headers -s 1 -l 0 "$1" | mawk -F, 'NR > 1 { print $2 "\\t" $3 }'`,
};

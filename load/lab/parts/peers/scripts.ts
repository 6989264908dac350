import { TOP } from "./answer.ts";

// What peers run that are no programs in JavaScript. Each prints what `parseAnswer` reads.

const BY_COUNT = "sort -k1,1nr -k2";

/** Makes the answer of lines `count word`, the largest count first. */
const TELL = `mawk 'NF == 2 { n++; t += $1; if (n <= ${TOP}) print $1 "\\t" $2 }
  END { printf "%.0f\\n%.0f\\n", n, t }'`;

/** A word on each line; an empty line may stand first. */
const SPLIT = `tr -s ' ' '\\n' < "$1"`;

/** Scripts of a shell, whose first argument is the file. */
export const SHELL = {
  wc: `wc -w < "$1"`,
  sort: `${SPLIT} | sort | uniq -c | ${BY_COUNT} | ${TELL}`,
  mawk: `mawk '{ for (i = 1; i <= NF; i++) count[$i]++ }
    END { for (word in count) print count[word], word }' "$1" | ${BY_COUNT} | ${TELL}`,
  huniq: `${SPLIT} | grep . | "$2" -c | ${BY_COUNT} | ${TELL}`,
} as const;

const PRINT = `
def tell(rows, distinct, total):
    for word, count in rows:
        print(f"{count}\\t{word}")
    print(distinct)
    print(total)
`;

/** Programs in Python, whose first argument is the file. A character that no text has parts lines. */
export const PYTHON = {
  counter: `
import collections, sys
${PRINT}
counts = collections.Counter(open(sys.argv[1], "rb").read().split())
top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:${TOP}]
tell([(word.decode(), count) for word, count in top], len(counts), sum(counts.values()))
`,
  duckdb: `
import duckdb, sys
${PRINT}
duckdb.sql("SET enable_progress_bar = false")  # it goes to stdout when a query takes a while
duckdb.sql("""
  CREATE TABLE counts AS
  SELECT word, count(*) AS count FROM (
    SELECT unnest(string_split(line, ' ')) AS word
    FROM read_csv(?, columns={'line': 'VARCHAR'}, header=false, auto_detect=false, delim='\\x1f',
      quote='', escape='', new_line='\\\\n', strict_mode=false)
  ) WHERE word <> '' GROUP BY word
""", params=[sys.argv[1]])
top = duckdb.sql("SELECT * FROM counts ORDER BY count DESC, word LIMIT ${TOP}").fetchall()
tell(top, *duckdb.sql("SELECT count(*), sum(count)::BIGINT FROM counts").fetchall()[0])
`,
  polars: `
import polars as pl, sys
${PRINT}
lines = pl.scan_csv(sys.argv[1], has_header=False, separator="\\x1f", quote_char=None,
    new_columns=["line"], schema={"line": pl.String})
counts = (lines.select(pl.col("line").str.split(" ").explode().alias("word"))
    .filter(pl.col("word") != "").group_by("word").agg(pl.len().alias("count"))
    .collect(engine="streaming"))
top = counts.sort(["count", "word"], descending=[True, False]).head(${TOP})
tell(top.select("word", "count").rows(), counts.height, counts["count"].sum())
`,
  chdb: `
import chdb, json, sys
${PRINT}
# LIMIT cuts the rows behind the windows, so that one query gives all three.
rows = chdb.query(f"""
  SELECT word, n, count() OVER () AS distinct, sum(n) OVER () AS total FROM (
    SELECT arrayJoin(splitByWhitespace(line)) AS word, count() AS n
    FROM file('{sys.argv[1]}', 'LineAsString') GROUP BY word
  ) ORDER BY n DESC, word LIMIT ${TOP}
  SETTINGS output_format_json_quote_64bit_integers = 0
""", "JSONCompactEachRow")
rows = [json.loads(line) for line in str(rows).splitlines()]
tell([(word, n) for word, n, _, _ in rows], rows[0][2], rows[0][3])
`,
} as const;

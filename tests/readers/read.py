"""Reads files as given lines say: `read.py LINES`, a JSON list of lines; answers a JSON value each.

A line is an expression of Python, or of DuckDB where it begins with FROM. Each comes with the name of
its reader. The answer is a list of keys and counts, or a text that says what went wrong.
"""

import importlib
import json
import sys
import warnings

warnings.simplefilter("ignore")

# What the lines call these.
NAMES = {
    "pd": "pandas",
    "pl": "polars",
    "pa": "pyarrow",
    "duckdb": "duckdb",
}


def load(reader):
    names = {"json": json, "csv": importlib.import_module("csv")}
    for name, module in NAMES.items():
        try:
            names[name] = importlib.import_module(module)
        except ModuleNotFoundError:
            pass
    if reader == "pyarrow":
        names["csv"] = importlib.import_module("pyarrow.csv")
        names["json"] = importlib.import_module("pyarrow.json")
    return names


def rows(table):
    kind = type(table).__module__.split(".")[0].lstrip("_")
    if kind == "pandas":
        return zip(table["key"], table["count"])
    if kind == "polars":
        return table.select("key", "count").rows()
    if kind == "pyarrow":
        return zip(table["key"].to_pylist(), table["count"].to_pylist())
    if kind == "duckdb":
        return table.fetchall()
    return [(row["key"], row["count"]) if isinstance(row, dict) else row for row in table]


for reader, line in json.loads(sys.argv[1]):
    try:
        names = load(reader)
        if line.startswith("FROM "):
            table = names["duckdb"].sql(line)
        else:
            table = eval(line, names)
        # A key that is no text, as NaN is none, is told from one that is.
        answer = [[key if isinstance(key, str) else [str(key)], str(count)] for key, count in rows(table)]
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(json.dumps(answer))

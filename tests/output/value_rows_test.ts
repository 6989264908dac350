import { assert, assertEquals } from "@std/assert";
import { tableFromIPC, type Vector } from "apache-arrow";
import type { ResultValues } from "../../src/contract/documents.ts";
import { isDecimalType, scaleOf } from "../../src/contract/decimals.ts";
import { arrowBlocks } from "../../src/output/arrow.ts";
import { OUTPUT_BLOCK_BYTES } from "../../src/output/block_writer.ts";
import { blocksFrom, indexBytes, markBefore } from "../../src/output/byte_index.ts";
import { jsonBlocks, jsonText } from "../../src/output/json.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import { reorder } from "../../src/output/reorder.ts";
import { PLAIN_ROWS, type RowStyle } from "../../src/output/row_style.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import type { Segment } from "../../src/reduce/segment.ts";
import { freshSeed, Random } from "../support/random.ts";
import { collect } from "../support/results.ts";
import {
  EDGES,
  edgesOf,
  generateRows,
  KINDS,
  orderRows,
  resultOfValues,
  segmentOfValues,
} from "../support/value_results.ts";
import type { ValueRecord, ValueType } from "../support/values.ts";

const ALL: Cut = { top: 0, min: 0, order: "count" };

const edgeRows = (type: ValueType) =>
  edgesOf({ op: "max", type }).map((value, i): ValueRecord => [`k${i}`, value]);

function format(
  rows: readonly ValueRecord[],
  format: LineFormat,
  style: Partial<RowStyle>,
  cut = ALL,
  values?: ResultValues,
): string {
  const segment = segmentOfValues(rows, values);
  const selection = new Selection(openResultRecords(segment, values), cut);
  const { bytes } = collect(lineBlocks(selection, format, false, { ...PLAIN_ROWS, ...style }));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/**
 * Reads the number of a row: integers and units of decimals by all of their digits, whatever a double
 * would hold.
 */
function read(text: string, type: ValueType): bigint | number {
  JSON.parse(text); // it is a number of JSON
  if (type === "f64") return Number(text);
  const [whole, fraction = ""] = text.split(".");
  assertEquals([fraction.length, text.endsWith(".")], [scaleOf(type) ?? 0, false], text);
  const units = BigInt(whole + fraction);
  assertEquals(text.startsWith("-"), units < 0n, text);
  return units;
}

/** The rows of NDJSON, or of a JSON document, whose numbers are read by their digits. */
function readRows(text: string, type: ValueType): ValueRecord[] {
  return Array.from(
    text.matchAll(/\{"key":("(?:[^"\\]|\\.)*"),"value":([^,}]+)/g),
    ([, key, value]) => [JSON.parse(key), read(value, type)],
  );
}

Deno.test("lineBlocks() writes values in place of counts", () => {
  const rows = [["b", 12n], ["é", -1n]] as const;
  const style = { value: "i64" } as const;
  assertEquals(format(rows, "tsv", style), "b\t12\né\t-1\n");
  assertEquals(format(rows, "csv", style), "key,value\r\nb,12\r\né,-1\r\n");
  assertEquals(format(rows, "ndjson", style), '{"key":"b","value":12}\n{"key":"é","value":-1}\n');
  assertEquals(format([], "csv", style), "key,value\r\n");
  const doubles = [["b", 1.5], ["a", -1e-7], ["c", 1e21]] as const;
  assertEquals(format(doubles, "tsv", { value: "f64" }), "b\t1.5\na\t-1e-7\nc\t1e+21\n");
});

Deno.test("lineBlocks() writes integers with all their digits", () => {
  const lines = format(edgeRows("i64"), "tsv", { value: "i64" }).trimEnd().split("\n");
  assertEquals(lines.map((line) => line.split("\t")[1]), EDGES.i64.map(String));
  assert(lines.some((line) => line.endsWith("\t-9223372036854775808")));
  assert(lines.some((line) => line.endsWith("\t9223372036854775807")));
});

Deno.test("lineBlocks() writes doubles as they are read back, in JSON's form", () => {
  for (const [key, value] of readRows(format(edgeRows("f64"), "ndjson", { value: "f64" }), "f64")) {
    assertEquals(value, EDGES.f64[Number(key.slice(1))]);
  }
});

Deno.test("lineBlocks(), jsonBlocks() and arrowBlocks() write random values exactly", () => {
  const random = new Random(freshSeed());
  for (const values of KINDS) {
    const { type } = values;
    const rows = generateRows(values, 20_000, random);
    const seed = `seed ${random.seed}, ${values.op} ${type}`;
    const text = format(rows, "ndjson", { value: type }, ALL, values);
    assertEquals(readRows(text, type), rows, seed);
    const csv = format(rows, "csv", { value: type }, ALL, values).split("\r\n").slice(1, -1);
    const numbers = csv.map((line) => read(line.slice(line.lastIndexOf(",") + 1), type));
    assertEquals(numbers, rows.map(([, value]) => value), seed);

    const result = resultOfValues(rows, values);
    const selection = new Selection(openResultRecords(result.segment, values), ALL);
    const style = { ...PLAIN_ROWS, value: type };
    const { bytes, sizes } = collect(jsonBlocks(result, selection, { options: "{}", style }));
    assertEquals(readRows(new TextDecoder().decode(bytes), type), rows, seed);
    assert(sizes.slice(0, -1).every((size) => size < OUTPUT_BLOCK_BYTES + 64), sizes.join());

    const again = new Selection(openResultRecords(result.segment, values), ALL);
    const table = tableFromIPC(collect(arrowBlocks(again, false, style)).bytes);
    assertEquals(
      table.schema.fields.map((field) => `${field}`),
      ["key: Utf8", `value: ${arrowNameOf(type)}`],
    );
    const [keys, column] = [table.getChild("key")!, table.getChild("value")!];
    const valueAt = (i: number) => isDecimalType(type) ? unitsAt(column, i) : column.get(i);
    assertEquals(Array.from(keys, (key, i) => [key, valueAt(i)]), rows, seed);
  }
});

function arrowNameOf(type: ValueType): string {
  if (type === "f64") return "Float64";
  const scale = scaleOf(type) ?? 0;
  return isDecimalType(type) ? `Decimal[38e${scale > 0 ? "+" : ""}${scale}]` : "Int64";
}

/** The 128 bits of a decimal, as the column has them. */
function unitsAt(values: Vector, row: number): bigint {
  const words: Uint32Array = values.get(row);
  return BigInt.asIntN(128, words.reduceRight((high, word) => high << 32n | BigInt(word), 0n));
}

Deno.test("lineBlocks() writes decimals with all fraction digits, and no negative zero", () => {
  const rows = [12n, 1230n, 0n, -5n, 100n, -100n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n];
  const numbers = ["0.12", "12.30", "0.00", "-0.05", "1.00", "-1.00", "90071992547409.92"];
  numbers.push("-92233720368547758.08", "92233720368547758.07");
  const records = rows.map((value): ValueRecord => ["-k", value]);
  const style = { value: "decimal(2)" } as const;
  const lines = (start: string, between: string, end: string) =>
    numbers.map((number) => `${start}-k${between}${number}${end}`).join("");
  assertEquals(format(records, "tsv", style), lines("", "\t", "\n"));
  assertEquals(format(records, "csv", style), `key,value\r\n${lines("", ",", "\r\n")}`);
  assertEquals(format(records, "ndjson", style), lines('{"key":"', '","value":', "}\n"));
  const safe = { ...style, safe: true };
  assertEquals(format(records, "csv", safe), `key,value\r\n${lines("'", ",", "\r\n")}`);
  assertEquals(format([["k", -7n]], "tsv", { value: "decimal(0)" }), "k\t-7\n");
  assertEquals(format([["k", -7n]], "tsv", { value: "decimal(18)" }), "k\t-0.000000000000000007\n");
});

Deno.test("rows of values have ranks, in every format", () => {
  const rows = [["b", 2n ** 63n - 1n], ["a", -(2n ** 63n)]] as const;
  const style = { value: "i64", columns: ["rank"] } as const;
  assertEquals(
    format(rows, "csv", style),
    "key,value,rank\r\nb,9223372036854775807,1\r\na,-9223372036854775808,2\r\n",
  );
  assertEquals(
    format(rows, "ndjson", style, { ...ALL, before: 4 }),
    '{"key":"b","value":9223372036854775807,"rank":5}\n' +
      '{"key":"a","value":-9223372036854775808,"rank":6}\n',
  );
  const selection = new Selection(segmentOfValues(rows).records(), ALL);
  const blocks = arrowBlocks(selection, false, { ...PLAIN_ROWS, ...style });
  const table = tableFromIPC(collect(blocks).bytes);
  assertEquals(table.toArray().map(({ value, rank }) => [value, rank]), [
    [2n ** 63n - 1n, 1n],
    [-(2n ** 63n), 2n],
  ]);
});

Deno.test("jsonBlocks() says what the values are, and no sum of counts", () => {
  const values = { op: "avg", type: "f64" } as const;
  const result = resultOfValues([["b", 1.5], ["a", -0.25]], values);
  const style = { ...PLAIN_ROWS, value: values.type };
  const totals = { ...result.totals, keys: 5 };
  // An engine that says a sum all the same is not repeated.
  for (const each of [{ ...result, totals }, { ...result, totals: { ...totals, counted: 7 } }]) {
    const selection = new Selection(each.segment.records(), ALL);
    assertEquals(jsonText(each, selection, { options: "{}", style }), undefined);
    const { bytes } = collect(jsonBlocks(each, selection, { options: "{}", style }));
    const answer = JSON.parse(new TextDecoder().decode(bytes));
    assertEquals(answer.values, values);
    assertEquals(answer.totals, { bytes: 10, tokens: 9, keys: 5, replacements: 8 });
    assertEquals(answer.counts, [{ key: "b", value: 1.5 }, { key: "a", value: -0.25 }]);
    assertEquals([answer.truncated, answer.otherKeys, "otherCount" in answer], [3, 3, false]);
  }
});

function rowsOf(selection: Selection, format: LineFormat | "arrow", style: RowStyle) {
  return format === "arrow"
    ? arrowBlocks(selection, false, style)
    : lineBlocks(selection, format, false, style);
}

async function assertParts(segment: Segment, values: ResultValues, cut: Cut, note: string) {
  const { type } = values;
  const style: RowStyle = { ...PLAIN_ROWS, value: type, columns: ["rank"] };
  const open = async (position = 0) =>
    cut.order === "key"
      ? await reorder(segment, "key", position, values)
      : openResultRecords(segment, values, position);
  for (const format of ["csv", "tsv", "ndjson", "arrow"] as const) {
    const whole = collect(rowsOf(new Selection(await open(), cut), format, style)).bytes;
    const index = await indexBytes(await open(), cut, format, style);
    assertEquals(index.bytes, whole.length, `${note}, ${format}`);
    for (const offset of [0, 1, Math.floor(whole.length / 2), whole.length - 9]) {
      const range = { offset, length: Math.min(5000, whole.length - offset) };
      const mark = markBefore(index, offset);
      const records = await open(mark.position);
      const part = collect(await blocksFrom(mark, records, cut, format, range, style)).bytes;
      assertEquals(
        part,
        whole.slice(offset, offset + range.length),
        `${note}, ${format} ${offset}`,
      );
    }
  }
}

Deno.test("blocksFrom() makes any part of an answer of values, in the order that is kept or another", async () => {
  const random = new Random(freshSeed());
  for (const values of KINDS) {
    const { type } = values;
    const segment = segmentOfValues(
      orderRows(generateRows(values, 20_000, random), "value"),
      values,
    );
    const note = `seed ${random.seed}, ${values.op} ${type}`;
    await assertParts(segment, values, ALL, note);
    await assertParts(segment, values, { ...ALL, order: "key", top: 15_000 }, note);
  }
});

Deno.test("values on disk are read through a window as those in memory are", async () => {
  const random = new Random(freshSeed());
  for (const values of KINDS) {
    const { type } = values;
    const rows = generateRows(values, 20_000, random);
    const long: ValueRecord = ["long".repeat(100_000), edgesOf(values)[0]]; // beyond a window
    const all = [...rows.slice(0, 9), long, ...rows.slice(9)];
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, segmentOfValues(all, values).bytes);
    const segment = FileSegment.adopt(path, all.length);
    const style = { ...PLAIN_ROWS, value: type };
    const blocks = lineBlocks(
      new Selection(openResultRecords(segment, values), ALL),
      "ndjson",
      false,
      style,
    );
    const text = new TextDecoder().decode(collect(blocks).bytes);
    segment.close();
    assertEquals(
      text,
      format(all, "ndjson", style, ALL, values),
      `seed ${random.seed}, ${values.op} ${type}`,
    );
  }
});

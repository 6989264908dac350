import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Table, tableFromIPC } from "apache-arrow";
import { JobError } from "../../src/contract/problems.ts";
import { AGGREGATES, type Stats } from "../../src/contract/stats.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { arrowBlocks } from "../../src/output/arrow.ts";
import { blocksFrom, indexBytes, markBefore } from "../../src/output/byte_index.ts";
import { jsonBlocks } from "../../src/output/json.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import { reorder } from "../../src/output/reorder.ts";
import { createRowStyle } from "../../src/output/row_options.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import { type NumberRecord, randomNumbers, tellNaive } from "../support/numbers.ts";
import { freshSeed, Random } from "../support/random.ts";
import { collect, writeLines } from "../support/results.ts";
import { compoundKey, resultOfNumbers } from "../support/stats_results.ts";

const ALL: Cut = { top: 0, min: 0, order: "count" };
const NUMBERS: NumberRecord[] = [
  ["b", -5n, 1],
  ["a", 150n, 2],
  ["a", 2n, 0],
  ["a", 1n, 0],
  ["c", 7n, 0],
  ["c", 8n, 0],
];

const styleOf = (result: JobResult, format: LineFormat | "json" | "arrow") =>
  createRowStyle({ format, columns: [], csvBom: false, csvSafe: false }, result);

function writeArrow(result: JobResult): Table {
  const selection = new Selection(openResultRecords(result.segment, result.values), ALL);
  return tableFromIPC(collect(arrowBlocks(selection, false, styleOf(result, "arrow"))).bytes);
}

Deno.test("rows of one aggregate have a value, those of several a member for each", async () => {
  const one = await resultOfNumbers(NUMBERS, { aggs: ["avg"] });
  assertEquals(writeLines(one, "tsv"), "c\t7.5\na\t1.5\nb\t-0.5\n");
  assertEquals(writeLines(one, "csv"), "key,value\r\nc,7.5\r\na,1.5\r\nb,-0.5\r\n");
  const all = await resultOfNumbers(NUMBERS, { aggs: AGGREGATES });
  assertEquals(
    writeLines(all, "csv"),
    "key,sum,min,max,avg,count\r\n" +
      "c,15,7,8,7.5,2\r\na,4.50,1.00,2.00,1.5,3\r\nb,-0.5,-0.5,-0.5,-0.5,1\r\n",
  );
  assertEquals(
    writeLines(all, "ndjson").split("\n")[1],
    '{"key":"a","sum":4.50,"min":1.00,"max":2.00,"avg":1.5,"count":3}',
  );
});

Deno.test("round rounds half up, towards positive infinity", async () => {
  const stats: Stats = { aggs: ["avg", "sum", "min", "count"], round: 0 };
  const half = await resultOfNumbers(NUMBERS, stats);
  assertEquals(writeLines(half, "tsv"), "c\t8\t15\t7\t2\na\t2\t5\t1\t3\nb\t0\t0\t0\t1\n");
  const more = await resultOfNumbers(NUMBERS, { ...stats, round: 3 });
  assertEquals(writeLines(more, "tsv").split("\n")[0], "c\t7.500\t15.000\t7.000\t2");
  const third: NumberRecord[] = [["k", 1n, 0], ["k", 1n, 0], ["k", 0n, 0], ["m", -25n, 1]];
  const rounded = await resultOfNumbers(third, { aggs: ["avg"], round: 18 });
  assertEquals(writeLines(rounded, "tsv"), "k\t0.666666666666666667\nm\t-2.500000000000000000\n");
});

Deno.test("jsonBlocks() says what is told of numbers, and shows keys of several parts as arrays", async () => {
  const stats: Stats = { aggs: ["max", "count"], round: 1 };
  const key = compoundKey('a"', "\x01", "");
  const made = await resultOfNumbers([[key, 12n, 0], [key, 345n, 2]], stats);
  const result = { ...made, keyParts: 3 };
  const style = styleOf(result, "json");
  const selection = new Selection(openResultRecords(result.segment, result.values), ALL);
  const text = new TextDecoder().decode(
    collect(jsonBlocks(result, selection, { options: "{}", style })).bytes,
  );
  const { counts, values, keyParts, truncated, otherCount } = JSON.parse(text);
  assertEquals(counts, [{ key: ['a"', "\x01", ""], max: 12, count: 2 }]);
  assertEquals([values, keyParts], [{ op: "stats", ...stats }, 3]);
  assertEquals([truncated, otherCount], [0, undefined]);
  assert(text.includes('"max":12.0,'));
});

Deno.test("CSV, TSV and Arrow have a column for each part of a key, of counts as well", async () => {
  const rows: NumberRecord[] = [
    [compoundKey("x,1", "y"), 1n, 0],
    [compoundKey("x,1", "z"), 2n, 0],
  ];
  const made = await resultOfNumbers(rows, { aggs: ["sum"] });
  const result = { ...made, keyParts: 2 };
  assertEquals(writeLines(result, "csv"), 'key1,key2,value\r\n"x,1",z,2\r\n"x,1",y,1\r\n');
  assertEquals(writeLines(result, "tsv"), "x,1\tz\t2\nx,1\ty\t1\n");
  const table = writeArrow(result);
  assertEquals(table.schema.fields.map(({ name }) => name), ["key1", "key2", "value"]);
  assertEquals([...table.getChild("key2")!], ["z", "y"]);
  const tab = await resultOfNumbers([[compoundKey("x\ty", "z"), 1n, 0]], { aggs: ["sum"] });
  const error = assertThrows(() => writeLines({ ...tab, keyParts: 2 }, "tsv"), JobError);
  assertEquals(error.code, "not_acceptable");
});

/** The text of 128 bits of a decimal. */
function decimalAt(table: Table, name: string, row: number, scale: number): string {
  const words: Uint32Array = table.getChild(name)!.get(row);
  const units = BigInt.asIntN(
    128,
    words.reduceRight((high, word) => high << 32n | BigInt(word), 0n),
  );
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  return `${sign}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
}

Deno.test("lineBlocks() and arrowBlocks() write what is told of random numbers", async () => {
  const random = new Random(freshSeed());
  const keys = Array.from({ length: 400 }, (_, i) => `key ${i}`);
  const records = randomNumbers(random, "mixed", 9000, keys);
  for (const round of [undefined, 4]) {
    const stats: Stats = { aggs: ["max", "sum", "avg", "count", "min"], round };
    const expected = tellNaive(records, stats, "value");
    const result = await resultOfNumbers(records, stats);
    const lines = writeLines(result, "tsv").trimEnd().split("\n");
    assertEquals(lines.map((line) => line.split("\t")), expected.map((row) => [...row]));
    const table = writeArrow(result);
    const scale = round ?? 18;
    const types = [
      "Utf8",
      "Decimal",
      "Decimal",
      round ? "Decimal" : "Float64",
      "Uint64",
      "Decimal",
    ];
    assertEquals(table.schema.fields.map(({ type }) => `${type}`.split("[")[0]), types);
    const padded = tellNaive(records, { ...stats, round: scale }, "value");
    expected.forEach(([key, , , avg, count], row) => {
      const note = `seed ${random.seed}, ${key}`;
      assertEquals(table.getChild("key")!.get(row), key, note);
      assertEquals(decimalAt(table, "max", row, scale), padded[row][1], note);
      assertEquals(decimalAt(table, "sum", row, scale), padded[row][2], note);
      if (round === undefined) assertEquals(table.getChild("avg")!.get(row), Number(avg), note);
      else assertEquals(decimalAt(table, "avg", row, scale), avg, note);
      assertEquals(String(table.getChild("count")!.get(row)), count, note);
      assertEquals(decimalAt(table, "min", row, scale), padded[row][5], note);
    });
  }
});

Deno.test("reorder() and blocksFrom() make any part of an answer of numbers, in both orders", async () => {
  const random = new Random(freshSeed());
  const keys = Array.from({ length: 9000 }, (_, i) => `key ${i}`);
  const records = randomNumbers(random, "mixed", 20_000, keys);
  const stats: Stats = { aggs: ["avg", "count"] };
  const byKey = await resultOfNumbers(records, stats, "key");
  const byValue = await resultOfNumbers(records, stats, "value");
  const { values } = byKey;
  const style = styleOf(byKey, "csv");
  for (const [kept, order] of [[byKey, "count"], [byValue, "key"]] as const) {
    const open = (position = 0) => reorder(kept.segment, order, position, values);
    const other = order === "key" ? byKey : byValue;
    const cut = { ...ALL, order };
    const whole = collect(lineBlocks(new Selection(await open(), cut), "csv", false, style)).bytes;
    assertEquals(new TextDecoder().decode(whole), writeLines(other, "csv"), `seed ${random.seed}`);
    const index = await indexBytes(await open(), cut, "csv", style);
    const offset = Math.floor(whole.length / 2);
    const mark = markBefore(index, offset);
    const range = { offset, length: 3000 };
    const part = await blocksFrom(mark, await open(mark.position), cut, "csv", range, style);
    assertEquals(collect(part).bytes, whole.slice(offset, offset + 3000));
  }
});

Deno.test("numbers on disk are read through a window as those in memory are", async () => {
  const random = new Random(freshSeed());
  const keys = Array.from({ length: 9000 }, (_, i) => `key ${i}`);
  const records = randomNumbers(random, "mixed", 20_000, keys);
  const result = await resultOfNumbers(records, { aggs: ["sum", "avg"] });
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, result.segment.bytes);
  const segment = FileSegment.adopt(path, result.segment.keys);
  const text = writeLines({ ...result, segment }, "ndjson");
  segment.close();
  assertEquals(text, writeLines(result, "ndjson"), `seed ${random.seed}`);
});

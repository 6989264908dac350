import { assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../src/output/block_writer.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { collect } from "../support/results.ts";

const ALL: Cut = { top: 0, min: 0, order: "count" };
const AWKWARD = ["a\tb", "\\t", '"', "\ufeffx", "\r", "\0", "", "\t", "a,b", " a", 'b"c"', "é😀"];

function format(counts: Iterable<readonly [string, number]>, format: LineFormat, cut = ALL) {
  const blocks = lineBlocks(new Selection(Segment.from(counts).records(), cut), format);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(collect(blocks).bytes);
}

Deno.test("lineBlocks() writes a row per line, and a header in CSV alone", () => {
  const counts = [["b", 12], ["é", 1]] as const;
  assertEquals(format(counts, "tsv"), "b\t12\né\t1\n");
  assertEquals(format(counts, "csv"), "key,count\r\nb,12\r\né,1\r\n");
  assertEquals(format(counts, "ndjson"), '{"key":"b","count":12}\n{"key":"é","count":1}\n');
  assertEquals(format([], "tsv"), "");
  assertEquals(format([], "csv"), "key,count\r\n");
  assertEquals(format([], "ndjson"), "");
});

Deno.test("lineBlocks() leaves keys of TSV as they are: the count follows the last TAB", () => {
  const lines = format(AWKWARD.map((key) => [key, 7] as const), "tsv").split("\n");
  assertEquals(lines.pop(), "");
  assertEquals(lines.map((line) => line.slice(0, line.lastIndexOf("\t"))), AWKWARD);
});

Deno.test("lineBlocks() makes each line of NDJSON a JSON value", () => {
  const keys = [...AWKWARD, "\n", "\u2028"];
  const lines = format(keys.map((key) => [key, 7] as const), "ndjson").split("\n");
  assertEquals(lines.pop(), "");
  assertEquals(lines.map((line) => JSON.parse(line)), keys.map((key) => ({ key, count: 7 })));
});

Deno.test("lineBlocks() quotes in CSV what RFC 4180 asks to, and doubles quotes", () => {
  const rows = [
    ["a", "a"],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["a\nb", '"a\nb"'],
    ["a\r", '"a\r"'],
    [" a", '" a"'],
    ["a ", '"a "'],
    ["", '""'],
    ["it's", "it's"],
  ];
  for (const [key, field] of rows) {
    assertEquals(format([[key, 3]], "csv"), `key,count\r\n${field},3\r\n`);
  }
});

Deno.test("lineBlocks() cuts long keys and many rows into blocks in every format", () => {
  const key = 'long,"é"\n'.repeat(30_000);
  const counts = Array.from({ length: 9000 }, (_, i) => [`k${i}`, 9000 - i] as const);
  const all = [[key, 10_000] as const, ...counts];
  const lines = format(all, "ndjson").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines, all.map(([key, count]) => ({ key, count })));
  const quoted = `"${key.replaceAll('"', '""')}",10000\r\n`;
  assertEquals(format(all, "csv").startsWith(`key,count\r\n${quoted}k0,9000\r\n`), true);
  assertEquals(format(all, "tsv").startsWith(`${key}\t10000\nk0\t9000\n`), true);
  for (const each of ["ndjson", "csv", "tsv"] as const) {
    const blocks = lineBlocks(new Selection(Segment.from(all).records(), ALL), each);
    const { sizes } = collect(blocks);
    const inner = sizes.slice(0, -1);
    assertEquals(inner.every((size) => size >= BLOCK_BYTES && size < BLOCK_BYTES + 64), true);
  }
});

Deno.test("lineBlocks() stops at top and below min", () => {
  const counts = [["a", 3], ["b", 2], ["c", 2], ["d", 1]] as const;
  const rows = [
    { top: 2, min: 1, order: "count", keys: "ab" },
    { top: 9, min: 2, order: "count", keys: "abc" },
    { top: 0, min: 4, order: "count", keys: "" },
    { top: 0, min: 2, order: "key", keys: "abc" },
  ] as const;
  for (const { keys, ...cut } of rows) {
    const lines = format(counts, "tsv", cut).split("\n").slice(0, -1);
    assertEquals(lines.map((line) => line[0]).join(""), keys);
  }
  const unordered = [["a", 1], ["b", 3], ["c", 1], ["d", 2]] as const;
  assertEquals(format(unordered, "tsv", { top: 2, min: 2, order: "key" }), "b\t3\nd\t2\n");
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { OUTPUT_BLOCK_BYTES } from "../../src/output/block_writer.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { PLAIN_ROWS, type RowStyle } from "../../src/output/row_style.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { collect } from "../support/results.ts";

const ALL: Cut = { top: 0, min: 0, order: "count" };
const AWKWARD = ["a\tb", "\\t", '"', "\ufeffx", "\r", "\0", "", "\t", "a,b", " a", 'b"c"', "é😀"];

function format(
  counts: Iterable<readonly [string, number]>,
  format: LineFormat,
  cut = ALL,
  style?: Partial<RowStyle>,
) {
  const selection = new Selection(Segment.from(counts).records(), cut);
  const blocks = lineBlocks(selection, format, false, style && { ...PLAIN_ROWS, ...style });
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
  assert(format(all, "csv").startsWith(`key,count\r\n${quoted}k0,9000\r\n`), "a wrong CSV");
  const [line, ...rest] = all;
  const oneLine = [[line[0].replaceAll("\n", "\t"), line[1]] as const, ...rest];
  assert(
    format(oneLine, "tsv").startsWith(`${oneLine[0][0]}\t10000\nk0\t9000\n`),
    "a wrong TSV",
  );
  for (const each of ["ndjson", "csv"] as const) {
    const blocks = lineBlocks(new Selection(Segment.from(all).records(), ALL), each);
    const { sizes } = collect(blocks);
    const inner = sizes.slice(0, -1);
    assert(
      inner.every((size) => size >= OUTPUT_BLOCK_BYTES && size < OUTPUT_BLOCK_BYTES + 64),
      `blocks of ${inner} bytes`,
    );
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

Deno.test("lineBlocks() refuses a key that would be two rows of TSV, wherever it stands", () => {
  for (const key of ["\n", "a\nb", "a\t5\nb", `${"x".repeat(200_000)}\n`]) {
    const error = assertThrows(() => format([["a", 2], [key, 1]], "tsv"), JobError);
    assertEquals([error.code, error.details.key], ["not_acceptable", key.slice(0, 80)]);
  }
  assertEquals(
    format([["a\nb", 1], ["a", 1]], "tsv", { ...ALL, prefix: new Uint8Array([98]) }),
    "",
  );
});

/** What some reader or other takes for the end of a line: Python's str.splitlines knows all. */
const LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029";

Deno.test("lineBlocks() writes lines of NDJSON that every reader of lines sees as one", () => {
  const lookalikes = ["’é…", "\xa8\xa9\x80", "\u2027\u202a\u20a8", "Â\xa0", "…\x84", "\u3000a"];
  const keys = [...LINE_ENDS, `a${LINE_ENDS}b`, ...lookalikes, "\u2028’", "’\u2028", "\x85\x85"];
  const text = format(keys.map((key) => [key, 7] as const), "ndjson");
  assertEquals(text.split(new RegExp(`[${LINE_ENDS}]`)).length, keys.length + 1);
  const lines = text.split("\n").slice(0, -1);
  assertEquals(lines.map((line) => JSON.parse(line)), keys.map((key) => ({ key, count: 7 })));
  assertEquals(format([["a\x85\u2028", 1]], "ndjson"), '{"key":"a\\u0085\\u2028","count":1}\n');
  for (const key of lookalikes) assert(text.includes(`"${key}"`), `${key} stands for itself`);
});

Deno.test("lineBlocks() escapes line ends wherever the end of a block falls", () => {
  for (const end of ["\x85", "\u2028", "\u2029", "’", "\u2028\u2028"]) {
    for (let bytes = OUTPUT_BLOCK_BYTES - 24; bytes <= OUTPUT_BLOCK_BYTES + 2; bytes++) {
      const key = "x".repeat(bytes) + end + "y";
      const text = format([[key, 1]], "ndjson");
      assertEquals(text.split(/[\x85\u2028\u2029]/).length, 1, `${bytes}`);
      assert(JSON.parse(text).key === key, `a key that ends at ${bytes}`);
    }
  }
});

const COLUMNS = ["share", "perMillion", "rank"] as const;

Deno.test("lineBlocks() writes the columns that are asked for, in that order", () => {
  const counts = [["b", 2], ["a", 1]] as const;
  const rows: [LineFormat, Partial<RowStyle>, string][] = [
    [
      "csv",
      { columns: COLUMNS },
      "key,count,share,perMillion,rank\r\nb,2,0.25,250000,1\r\na,1,0.125,125000,2\r\n",
    ],
    ["csv", { columns: ["rank"] }, "key,count,rank\r\nb,2,1\r\na,1,2\r\n"],
    ["tsv", { columns: ["rank", "share"] }, "b\t2\t1\t0.25\na\t1\t2\t0.125\n"],
    [
      "ndjson",
      { columns: COLUMNS },
      '{"key":"b","count":2,"share":0.25,"perMillion":250000,"rank":1}\n' +
      '{"key":"a","count":1,"share":0.125,"perMillion":125000,"rank":2}\n',
    ],
  ];
  for (const [each, style, text] of rows) {
    assertEquals(format(counts, each, ALL, { counted: 8, ...style }), text);
  }
  const behind = format(counts, "tsv", { ...ALL, before: 40 }, { columns: ["rank"] });
  assertEquals(behind, "b\t2\t41\na\t1\t42\n");
});

Deno.test("lineBlocks() writes shares as short as they can be read back exactly", () => {
  for (const [count, counted] of [[1, 3], [2, 3], [1, 1e9], [1, 2 ** 53 - 1], [7, 7], [7, 100]]) {
    const style = { columns: COLUMNS, counted };
    const row = JSON.parse(format([["a", count]], "ndjson", ALL, style));
    assertEquals([row.share, row.perMillion], [count / counted, count * 1e6 / counted]);
  }
});

Deno.test("lineBlocks() has room in a block for the longest columns of a row", () => {
  const most = Number.MAX_SAFE_INTEGER;
  const counts = Array.from({ length: 3000 }, (_, i) => [`${i}`, most - i] as const);
  const cut = { ...ALL, before: most - 4000 };
  const text = format(counts, "ndjson", cut, { columns: COLUMNS, counted: most * 7 });
  const rows = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ key, count }) => [key, count]), counts);
  assertEquals(rows[2999].rank, most - 1000);
});

Deno.test("lineBlocks() begins with a byte order mark for spreadsheets, once", () => {
  const bom = { bom: true };
  assertEquals(format([["a", 1]], "csv", ALL, bom), "\ufeffkey,count\r\na,1\r\n");
  assertEquals(format([["a", 1]], "tsv", ALL, bom), "\ufeffa\t1\n");
  assertEquals(format([], "tsv", ALL, bom), "\ufeff");
});

Deno.test("lineBlocks() makes text of what a spreadsheet would run", () => {
  const rows = [
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", '"\'\t=1"'],
    ["\r=1", '"\'\r=1"'],
    ["\n=1", '"\'\n=1"'],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠a", "'＠a"],
    ["=1,2", '"\'=1,2"'],
    ['="a"', '"\'=""a"""'],
    ["a;=1", '"a;=1"'],
    ["a\t=1", '"a\t=1"'],
    ["a=1", "a=1"],
    ["1-1", "1-1"],
    ["'", "'"],
    ["", '""'],
    ["（", "（"],
    ["ｱ", "ｱ"],
  ];
  for (const [key, field] of rows) {
    const text = format([[key, 3]], "csv", ALL, { safe: true });
    assertEquals(text, `key,count\r\n${field},3\r\n`);
  }
  assertEquals(format([["=1", 3], ["a", 1]], "tsv", ALL, { safe: true }), "'=1\t3\na\t1\n");
});

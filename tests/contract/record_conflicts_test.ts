import { assertEquals, assertThrows } from "@std/assert";
import { findConflict } from "../../src/contract/option_conflicts.ts";
import {
  type CountOptions,
  createCountOptions,
  DEFAULT_COUNT_OPTIONS,
} from "../../src/contract/options.ts";

const LINE = { key: ["field(1)"] };
const CSV = { key: ["column(1)"] };

const PATTERN = { tokenizer: "pattern", patterns: ["a"] } as const;

const REFUSED: [Partial<CountOptions>, parameter: string, other: string][] = [
  [{ value: "column(2)" }, "value", "key"],
  [{ agg: ["sum"] }, "agg", "key"],
  [{ where: 'field(1)="a"' }, "where", "key"],
  [{ records: "csv" }, "records", "key"],
  [{ header: true }, "header", "key"],
  [{ delimiter: ";" }, "delimiter", "key"],
  [{ onError: "skip" }, "onError", "key"],
  [{ round: 0 }, "round", "key"],
  [{ match: "a" }, "match", "key"],
  [{ key: ["word"], header: true }, "header", "key"],
  [{ key: ["word", "field(1)"] }, "key", "key"],
  [{ ...LINE, value: "word" }, "value", "key"],
  [{ ...LINE, where: 'word="a"' }, "where", "key"],
  [{ ...LINE, tokenizer: "lines" }, "tokenizer", "key"],
  [{ ...LINE, n: 2 }, "n", "key"],
  [{ ...LINE, stop: ["en"] }, "stop", "key"],
  [{ ...LINE, stopWords: ["a"] }, "stopWords", "key"],
  [{ tokenizer: "template", n: 2 }, "n", "tokenizer"],
  [{ tokenizer: "template", key: ["word"], stop: ["en"] }, "stop", "tokenizer"],
  [{ tokenizer: "template", ...LINE }, "tokenizer", "key"],
  [{ ...PATTERN, ...LINE }, "tokenizer", "key"],
  [{ ...PATTERN, patterns: [] }, "tokenizer", "patterns"],
  [{ ...PATTERN, patterns: ["a", "b\nc"] }, "patterns", "tokenizer"],
  [
    { ...PATTERN, patterns: Array.from({ length: 2000 }, () => "é".repeat(270)) },
    "patterns",
    "tokenizer",
  ],
  [{ ...PATTERN, patterns: ["a", "É"], case: "fold" }, "patterns", "case"],
  [{ ...PATTERN, patterns: ["ß"], case: "fold" }, "patterns", "case"],
  [{ ...PATTERN, normalization: "nfc" }, "normalization", "tokenizer"],
  [{ ...PATTERN, where: 'record="a"' }, "where", "tokenizer"],
  [{ ...PATTERN, value: "field(1)" }, "value", "tokenizer"],
  [{ ...PATTERN, records: "csv" }, "records", "tokenizer"],
  [{ ...PATTERN, match: "a" }, "match", "tokenizer"],
  [{ ...PATTERN, n: 2 }, "n", "tokenizer"],
  [{ ...PATTERN, stop: ["en"] }, "stop", "tokenizer"],
  [{ patterns: ["a"] }, "patterns", "tokenizer"],
  [{ overlap: "all" }, "overlap", "tokenizer"],
  [{ key: ["column(1)", "json($.a)"] }, "key", "records"],
  [{ ...CSV, value: "json($.a)" }, "value", "records"],
  [{ ...CSV, records: "line" }, "records", "key"],
  [{ ...LINE, records: "csv", where: 'json($.a)="a"' }, "records", "where"],
  [{ ...LINE, header: true }, "header", "records"],
  [{ ...LINE, delimiter: ";" }, "delimiter", "records"],
  [{ key: ["json($.a)"], header: true }, "header", "records"],
  [{ ...LINE, onError: "skip" }, "onError", "records"],
  [{ ...LINE, agg: ["max"] }, "agg", "value"],
  [{ ...LINE, value: "field(2)", agg: ["min", "min"] }, "agg", "agg"],
  [{ ...LINE, value: "field(2)", agg: ["min", "distinct"] }, "agg", "agg"],
  [{ ...LINE, value: "field(2)", agg: ["count"], round: 1 }, "round", "agg"],
  [{ ...LINE, round: 1 }, "round", "agg"],
  [{ key: ["field(1)", "field(2)"], match: "a" }, "match", "key"],
  [{ by: ["part", "word"] }, "by", "key"],
  [{ key: ["word(column(1))", "word(column(2))"] }, "key", "key"],
  [{ by: ["part"], tokenizer: "icu" }, "tokenizer", "key"],
  [{ key: ["word(column(1))"], tokenizer: "template" }, "tokenizer", "key"],
  [{ key: ["word"], records: "line", where: 'word="a"' }, "where", "key"],
  [{ by: ["part"], n: 2 }, "n", "key"],
  [{ by: ["field(1)"], lineBound: true, n: 2 }, "n", "key"],
  [{ by: ["part"], match: "a" }, "match", "key"],
  [{ key: ["word(field(2))"], records: "word" }, "key", "records"],
  [{ key: ["word(column(2))"], records: "word" }, "key", "records"],
  [{ key: ["record"], by: ["part"], records: "word", stop: ["en"] }, "stop", "key"],
  [{ key: ["record"], records: "word", tokenizer: "template" }, "tokenizer", "key"],
  [{ key: ["word"], value: "part" }, "value", "agg"],
  [{ ...LINE, value: "part", agg: ["max"] }, "value", "agg"],
  [{ ...LINE, by: ["part"], minLength: 2 }, "minLength", "key"],
  [{ tz: "Europe/Berlin" }, "tz", "key"],
  [{ ...LINE, tz: "Europe/Berlin" }, "tz", "key"],
  [{ ...LINE, by: ["word"] }, "by", "key"],
  [{ ...LINE, by: Array(16).fill("field(2)") }, "by", "key"],
  [{ ...CSV, by: ["json($.a)"] }, "key", "records"],
  [{ ...CSV, value: "time(1m,json($.a))" }, "value", "records"],
  [{ ...LINE, by: ["field(2)"], minLength: 2 }, "minLength", "key"],
  [{ key: ["field(1)", "field(2)"], minLength: 2 }, "minLength", "key"],
  [{ key: ["field(1)", "field(2)"], maxLength: 2 }, "maxLength", "key"],
  [{ key: ["field(1)", "field(2)"], partition: "range", borders: ["a"] }, "partition", "key"],
];

for (const [given, parameter, other] of REFUSED) {
  Deno.test(`findConflict() finds what keeps ${JSON.stringify(given)} from its effect`, () => {
    const conflict = findConflict({ ...DEFAULT_COUNT_OPTIONS, ...given });
    assertEquals([conflict?.parameter, conflict?.other], [parameter, other], conflict?.reason);
    assertThrows(() => createCountOptions(given), RangeError, `option ${parameter}`);
  });
}

Deno.test("findConflict() finds that a kernel leaves nothing to expressions", () => {
  const conflict = findConflict({ ...DEFAULT_COUNT_OPTIONS, ...LINE }, "log-status");
  assertEquals([conflict?.parameter, conflict?.other], ["key", "kernel"]);
});

const TAKEN: Partial<CountOptions>[] = [
  { key: ["word"], tokenizer: "lines", n: 2, stop: ["en"] },
  { ...LINE, records: "paragraph", prefix: "a", minLength: 2, match: "a", case: "fold" },
  { ...LINE, records: "fixed:16", normalization: "nfc" },
  { ...LINE, records: "csv", delimiter: ";", header: true, onError: "skip" },
  { ...CSV, value: "regex(a)", agg: ["min", "avg", "count"], round: 2 },
  { ...CSV, agg: ["count"] },
  { key: ["json($.a)", "field(1)"], value: "json($.b)", agg: ["distinct"], onError: "skip" },
  { ...LINE, partition: "range", borders: ["a"] },
  { ...LINE, by: ["field(2)", "time(1d,field(3))"], match: "a", tz: "Europe/Berlin" },
  { ...LINE, where: 'time(1d,field(3)) = "2026"', tz: "Europe/Berlin" },
  { tokenizer: "template", by: ["time(1h,field(1))"] },
  { by: ["part"], tokenizer: "lines", keepCR: true, minLength: 2, stop: ["en"], prefix: "a" },
  { by: ["column(2)"], tokenizer: "ascii", header: true, normalization: "nfc", case: "fold" },
  { key: ["word"], value: "part", agg: ["distinct"], case: "fold", stopWords: ["a"] },
  { key: ["word(json($.a))"], by: ["part", "json($.b)"], where: 'part ^= "a"' },
  { key: ["record"], records: "word", match: "a", where: 'record ^= "a"', stop: ["en"] },
  { by: ["part"], tokenizer: "template" },
  { ...PATTERN, overlap: "all", case: "fold", prefix: "a", minLength: 1, order: "key" },
  { ...PATTERN, patterns: ["漢", "1\r", " a, b "], case: "fold", key: ["word"] },
];

for (const given of TAKEN) {
  Deno.test(`findConflict() lets ${JSON.stringify(given)} pass`, () => {
    assertEquals(findConflict(createCountOptions(given)), undefined);
  });
}

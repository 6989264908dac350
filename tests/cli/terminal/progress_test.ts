import { assertEquals } from "@std/assert";
import { formatLine } from "../../../src/cli/terminal/progress.ts";
import { formatSummary } from "../../../src/cli/count/summary.ts";
import { escapeControls } from "../../../src/cli/terminal/escape_controls.ts";
import { fitText } from "../../../src/cli/terminal/fit_text.ts";
import { type CountOptions, DEFAULT_COUNT_OPTIONS } from "../../../src/contract/options.ts";

const WORDS = { count: DEFAULT_COUNT_OPTIONS, kernel: { options: {} } };
const ALL = { failures: [], noTexts: 0 };

Deno.test("formatLine() tells how far, how fast and how long yet, as far as is known", () => {
  const cases: [read: number, total: number | undefined, ms: number, line: string][] = [
    [250e6, 1e9, 1000, "25 % of 1.0 GB, 250 MB/s, about 3 s left"],
    [999e6, 1e9, 1000, "99 % of 1.0 GB, 999 MB/s, about 1 s left"],
    [0, 1e9, 1000, "0 % of 1.0 GB, 0 B/s"],
    [0, 0, 1000, "100 % of 0 B, 0 B/s"],
    [5000, undefined, 2000, "5.0 KB, 2.5 KB/s"],
    [2000, 1000, 1000, "2.0 KB, 2.0 KB/s"], // a file that has grown
  ];
  for (const [read, total, ms, line] of cases) assertEquals(formatLine(read, total, ms), line);
});

Deno.test("formatSummary() says what was cut, and how fast it was", () => {
  const seen = { keys: 17_213, counted: 214_000, bytes: 231e6 };
  const shown = { keys: 80, counted: 145_520 };
  assertEquals(
    formatSummary({ ...seen, shown }, WORDS, 210, ALL),
    "80 of 17,213 keys shown, 68 % of 214,000 words; 0.21 s, 1.1 GB/s",
  );
  assertEquals(
    formatSummary({ keys: 1, counted: 1, bytes: 2, shown: { keys: 1 } }, WORDS, 1000, {
      failures: [1, 2],
      noTexts: 1,
    }),
    "1 key, 1 word; 1.00 s, 2 B/s; 2 not counted; 1 file is no text",
  );
  const pairs = { ...WORDS, count: { ...DEFAULT_COUNT_OPTIONS, n: 2 } };
  assertEquals(
    formatSummary({ ...seen, shown: { keys: 17_213 } }, pairs, 1000, ALL),
    "17,213 keys, 214,000 2-grams; 1.00 s, 231 MB/s",
  );
  assertEquals(
    formatSummary({ keys: 7, bytes: 1000 }, WORDS, 1000, ALL),
    "7 keys in all; 1.00 s, 1.0 KB/s",
  );
});

Deno.test("formatSummary() calls what was counted what it is, in records as well", () => {
  const records = { records: 2, missing: 0, notNumbers: 0, skipped: 0, skippedAt: [] };
  const cases: [asked: Partial<CountOptions>, said: string][] = [
    [{ key: ["word(column(2))"], by: ["column(1)"] }, "8 words"],
    [{ by: ["part"] }, "8 words"],
    [{ by: ["part"], tokenizer: "lines" }, "8 lines"],
    [{ tokenizer: "pattern", patterns: ["a"] }, "8 occurrences"],
    [{ tokenizer: "template" }, "8 lines"],
    [{ key: ["column(1)"], by: ["part"] }, "8 records"],
  ];
  const seen = { keys: 3, counted: 8, bytes: 1000, shown: { keys: 3 }, records };
  for (const [asked, said] of cases) {
    const count = { ...DEFAULT_COUNT_OPTIONS, ...asked };
    const summary = formatSummary(seen, { ...WORDS, count }, 1000, ALL);
    assertEquals(summary, `3 keys, ${said}; 1.00 s, 1.0 KB/s`);
  }
});

Deno.test("escapeControls() leaves rows as they are, and no command in them", () => {
  const escape = escapeControls();
  const bytes = new TextEncoder().encode("a\tb\r\nc\x1b[2J\u009b1m\u202e世\n");
  let text = "";
  for (const byte of bytes) text += new TextDecoder().decode(escape(Uint8Array.of(byte)));
  assertEquals(text, "a\tb\\r\nc\\u001b[2J\\u009b1m\\u202e世\n");
  const whole = new TextDecoder().decode(escapeControls()(bytes));
  assertEquals(whole, "a\tb\nc\\u001b[2J\\u009b1m\\u202e世\n");
});

Deno.test("fitText() cuts by columns, and never within a character", () => {
  const cases: [text: string, columns: number, fitted: string][] = [
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "abcd…"],
    ["世界世界", 8, "世界世界"],
    ["世界世界", 7, "世界世…"],
    ["世界世界", 6, "世界…"],
    ["e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"],
  ];
  for (const [text, columns, fitted] of cases) assertEquals(fitText(text, columns), fitted);
});

import { assert, assertEquals } from "@std/assert";
import type { ResultValues } from "../../src/contract/documents.ts";
import { OUTPUT_BLOCK_BYTES } from "../../src/output/block_writer.ts";
import type { OutputBlocks } from "../../src/output/body.ts";
import { jsonBlocks } from "../../src/output/json.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { PLAIN_ROWS } from "../../src/output/row_style.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { CursorView } from "../../src/reduce/cursor_view.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import type { RecordCursor, Segment } from "../../src/reduce/segment.ts";
import { latin1 } from "../support/latin1.ts";
import { type PackedRow, packSegment } from "../support/pack_segment.ts";
import { freshSeed, Random } from "../support/random.ts";
import { collect, resultOf } from "../support/results.ts";

// Long answers are written by a kernel. Here they are compared, byte by byte, with rows that are put
// together from strings, and with those that the host writes one by one.

const ALL: Cut = { top: 0, min: 0, order: "count" };
const FORMATS = ["json", "ndjson", "csv", "tsv"] as const;
type RowFormat = typeof FORMATS[number];

/** Bytes that some format writes otherwise than as they are, or that stand beside those. */
const AWKWARD = [
  ...['"', "\\", ",", "\n", "\r", "\t", " ", "\0", "\x1f", "\x7f", "\x08"],
  ...[
    "\xc2\x85",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\x99",
    "\xc2",
    "\xe2",
    "\xe2\x80",
    "\x85",
  ],
  ...[
    "\xc2\x84",
    "\xe2\x80\xa7",
    "\xe2\x81\xa8",
    "\xef\xbf\xbd",
    "\xff",
    "\xc3\xa9",
    "\xf0\x9f\x98\x80",
  ],
];

/** A key, each character of which is one byte: of any length, seldom longer than the kernel takes. */
function randomKey(random: Random, format: RowFormat): string {
  const length = random.oneIn(400)
    ? random.below(9000)
    : random.below(random.pick([4, 14, 18, 60]));
  const odds = random.pick([2, 8, 1e9]);
  const units = Array.from(
    { length },
    () =>
      random.oneIn(odds) ? random.pick(AWKWARD) : String.fromCharCode(random.between(0x61, 0x7a)),
  );
  const key = units.join("");
  return format === "tsv" ? key.replaceAll("\n", "\t") : key;
}

function randomNumber(random: Random): bigint {
  const digits = random.below(17);
  return BigInt(random.below(10 ** Math.min(digits, 9))) * 10n ** BigInt(Math.max(0, digits - 9));
}

const ESCAPES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"' };

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f"]/g;

function escapeJson(key: string): string {
  return key.replaceAll("\\", "\\\\")
    .replaceAll("\xc2\x85", "\\u0085")
    .replaceAll("\xe2\x80\xa8", "\\u2028")
    .replaceAll("\xe2\x80\xa9", "\\u2029")
    .replace(
      CONTROLS,
      (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function quoteCsv(key: string): string {
  return key === "" || /^ | $|[,"\n\r]/.test(key) ? `"${key.replaceAll('"', '""')}"` : key;
}

/** Rows by strings of bytes. */
function writeNaive(
  rows: readonly (readonly [string, bigint | string])[],
  format: RowFormat,
  number = "count",
): string {
  switch (format) {
    case "json":
      return rows.map(([key, n]) => `{"key":"${escapeJson(key)}","${number}":${n}}`).join(",");
    case "ndjson":
      return rows.map(([key, n]) => `{"key":"${escapeJson(key)}","${number}":${n}}\n`).join("");
    case "csv":
      return `key,${number}\r\n` + rows.map(([key, n]) => `${quoteCsv(key)},${n}\r\n`).join("");
    case "tsv":
      return rows.map(([key, n]) => `${key}\t${n}\n`).join("");
  }
}

interface Written {
  rows: string;
  rest: string;
}

/** The rows of an answer, and for JSON what stands behind them. */
function write(
  records: RecordCursor,
  format: RowFormat,
  cut: Cut,
  values?: ResultValues,
): Written {
  const text = latin1(collect(blocksOf(records, format, cut, values)).bytes);
  if (format !== "json") return { rows: text, rest: "" };
  const end = text.lastIndexOf("]");
  return { rows: text.slice(text.indexOf('"counts":[') + 10, end), rest: text.slice(end) };
}

function blocksOf(
  records: RecordCursor,
  format: RowFormat,
  cut: Cut,
  values?: ResultValues,
): OutputBlocks {
  const style = values ? { ...PLAIN_ROWS, value: values.type } : PLAIN_ROWS;
  const selection = new Selection(records, cut);
  if (format !== "json") return lineBlocks(selection, format as LineFormat, false, style);
  return jsonBlocks(resultOf([]), selection, {
    options: "{}",
    style,
    of: values ? { keys: 1e6 } : { keys: 1e6, counted: 1e15 },
  });
}

/** Without a comparison of all rows in the message. */
function assertSame(found: Written, other: Written, context: string): void {
  assert(found.rows === other.rows, context);
  assertEquals(found.rest, other.rest, context);
}

/** A cursor that gives its records one by one alone. */
const oneByOne = (segment: Segment) => new CursorView(segment.records());

async function inFile(segment: Segment): Promise<FileSegment> {
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, segment.bytes);
  return FileSegment.adopt(path, segment.keys);
}

Deno.test("long answers have the bytes of rows that are put together from strings", async () => {
  const random = new Random(freshSeed());
  for (const format of FORMATS) {
    for (let trial = 0; trial < 4; trial++) {
      const of = random.between(100, 20_000);
      const rows = Array.from({ length: of }, (): PackedRow => [
        randomKey(random, format),
        randomNumber(random),
      ]);
      const segment = packSegment(rows);
      const cut = { ...ALL, top: random.pick([0, of, random.between(1, of), of + 7]) };
      const shown = cut.top === 0 ? rows : rows.slice(0, cut.top);
      const context = `seed ${random.seed}, ${format}`;
      const found = write(segment.records(), format, cut);
      assert(found.rows === writeNaive(shown, format), context);
      assertSame(write(oneByOne(segment), format, cut), found, context);
      using file = closing(await inFile(segment));
      assertSame(write(file.segment.records(), format, cut), found, context);
    }
  }
});

function closing(segment: FileSegment) {
  return { segment, [Symbol.dispose]: () => segment.close() };
}

Deno.test("long answers of values have all digits, signs and points", () => {
  const random = new Random(freshSeed());
  const limits = [0n, 1n, -1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];
  for (const [type, scale] of [["i64", 0], ["decimal(2)", 2], ["decimal(18)", 18]] as const) {
    const rows = Array.from({ length: 9000 }, (_, i): PackedRow => {
      const sign = random.oneIn(2) ? 1n : -1n;
      return [`k${i}`, random.oneIn(50) ? random.pick(limits) : sign * randomNumber(random)];
    });
    const segment = packSegment(rows);
    const told = rows.map(([key, units]) => [key, point(units, scale)] as const);
    for (const format of FORMATS) {
      const values = { op: "max", type } as const;
      const found = write(segment.records(), format, ALL, values);
      const context = `seed ${random.seed}, ${format}, ${type}`;
      assert(found.rows === writeNaive(told, format, "value"), context);
      assertSame(write(oneByOne(segment), format, ALL, values), found, context);
    }
  }
});

/** A number of units as its digits. */
function point(units: bigint, scale: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? sign + digits : `${sign}${whole}.${digits.slice(-scale)}`;
}

Deno.test("long answers end at the least count, and tell what they do not show", () => {
  const rows = Array.from({ length: 9000 }, (_, i): PackedRow => [`k${i}`, BigInt(9000 - i)]);
  const segment = packSegment(rows);
  for (const cut of [{ min: 2000 }, { min: 1 }, { min: 5000, top: 7000 }, { min: 0, top: 8999 }]) {
    const least = BigInt(cut.min);
    const shown = rows.filter(([, count]) => count >= least).slice(0, cut.top);
    const { rows: text, rest } = write(segment.records(), "json", { ...ALL, ...cut });
    assert(text === writeNaive(shown, "json"));
    const counted = shown.reduce((sum, [, count]) => sum + Number(count), 0);
    const keys = 1e6 - shown.length;
    assertEquals(
      rest,
      `],"truncated":${keys},"otherKeys":${keys},"otherCount":${1e15 - counted}}\n`,
    );
  }
  const { rows: byKey } = write(segment.records(), "tsv", { ...ALL, min: 3000, order: "key" });
  assert(byKey === writeNaive(rows.slice(0, 6001), "tsv"));
});

Deno.test("long answers that are made in turn do not touch each other's rows", () => {
  const segments = FORMATS.map((format) =>
    packSegment(Array.from({ length: 20_000 }, (_, i): PackedRow => [`${format}-${i}`, 7n]))
  );
  const all = FORMATS.map((format, i) => blocksOf(segments[i].records(), format, ALL));
  const parts: Uint8Array[][] = all.map(() => []);
  for (let open = all.length; open > 0;) {
    open = 0;
    all.forEach((blocks, i) => {
      const { value } = blocks.next();
      if (value) parts[i].push(value);
      open += value ? 1 : 0;
    });
  }
  FORMATS.forEach((format, i) => {
    const alone = collect(blocksOf(segments[i].records(), format, ALL)).bytes;
    assert(latin1(collect(parts[i]).bytes) === latin1(alone), format);
  });
});

Deno.test("blocks of long answers are full, and no longer than a row more", () => {
  const rows = Array.from({ length: 20_000 }, (_, i): PackedRow => [`key${i}`, BigInt(i)]);
  for (const format of FORMATS) {
    const { sizes } = collect(blocksOf(packSegment(rows).records(), format, ALL));
    const inner = sizes.slice(0, -1);
    assert(inner.length > 2);
    for (const size of inner) {
      assert(size >= OUTPUT_BLOCK_BYTES && size < OUTPUT_BLOCK_BYTES + 64, `${format}: ${size}`);
    }
  }
});

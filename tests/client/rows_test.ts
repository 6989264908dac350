import { assertEquals, assertRejects } from "@std/assert";
import * as arrow from "apache-arrow";
import { type ExactRow, Millrace } from "../../src/client/mod.ts";
import { readArrow } from "../../src/client/arrow_rows.ts";
import { Decimal } from "../../src/contract/decimals.ts";
import { arrowBlocks } from "../../src/output/arrow.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import { createRowStyle } from "../../src/output/row_options.ts";
import { Selection } from "../../src/output/selection.ts";
import { startServer } from "../../src/server.ts";
import { collect } from "../support/results.ts";
import { compoundKey, resultOfNumbers } from "../support/stats_results.ts";

const KEYS = ["plain", "", "größer", "\ufefflost", "日本", "x".repeat(300)];
const INTEGERS = [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const DOUBLES = [0, -0.5, 1e308, -1e-300, 1 / 3, Infinity];

/** A stream that Arrow's own package writes of a key and a value, in two batches. */
function write(type: arrow.DataType, data: arrow.Data): Uint8Array<ArrayBuffer> {
  const schema = new arrow.Schema([
    new arrow.Field("key", new arrow.Utf8(), false),
    new arrow.Field("value", type, false),
  ]);
  const key = arrow.vectorFromArray(KEYS, new arrow.Utf8()).data[0];
  const struct = new arrow.Struct(schema.fields);
  const whole = arrow.makeData({
    type: struct,
    length: KEYS.length,
    nullCount: 0,
    children: [key, data],
  });
  const batch = new arrow.RecordBatch(schema, whole);
  return arrow.RecordBatchStreamWriter.writeAll([batch, batch]).toUint8Array(true).slice();
}

/** A body that comes in pieces. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>, pieceBytes = 7): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at += pieceBytes));
    },
  });
}

function decimalsOf(units: readonly bigint[], scale: number): [arrow.DataType, arrow.Data] {
  const type = new arrow.Decimal(scale, 38, 128);
  const words = new BigInt64Array(units.flatMap((each) => [BigInt.asIntN(64, each), each >> 64n]));
  const data = new Uint32Array(words.buffer);
  return [type, arrow.makeData({ type, length: units.length, nullCount: 0, data })];
}

async function values(stream: Uint8Array<ArrayBuffer>, isExact: boolean): Promise<unknown[]> {
  const rows = await Array.fromAsync(readArrow(bodyOf(stream), isExact));
  assertEquals(rows.map(({ key }) => key), [...KEYS, ...KEYS]);
  const found = rows.map((row) => (row as { value: unknown }).value);
  assertEquals(found.slice(0, KEYS.length), found.slice(KEYS.length));
  return found.slice(0, KEYS.length);
}

Deno.test("readArrow() reads what Arrow's own package writes: every type, in any pieces", async () => {
  const signed = new arrow.Int64();
  const integers = write(
    signed,
    arrow.makeData({
      type: signed,
      length: 6,
      nullCount: 0,
      data: new BigInt64Array(INTEGERS),
    }),
  );
  assertEquals(await values(integers, true), INTEGERS);
  assertEquals(await values(integers, false), INTEGERS.map(Number));
  const double = new arrow.Float64();
  const doubles = write(
    double,
    arrow.makeData({
      type: double,
      length: 6,
      nullCount: 0,
      data: new Float64Array(DOUBLES),
    }),
  );
  for (const isExact of [true, false]) assertEquals(await values(doubles, isExact), DOUBLES);
  const units = [...INTEGERS.slice(0, 4), 10n ** 37n + 5n, -(10n ** 37n)];
  for (const scale of [0, 2, 18]) {
    const texts = units.map((each) => String(new Decimal(each, scale)));
    const decimals = write(...decimalsOf(units, scale));
    assertEquals(await values(decimals, true), texts);
    assertEquals(await values(decimals, false), texts.map(Number));
  }
});

Deno.test("readArrow() refuses what is no whole stream of rows", async () => {
  const type = new arrow.Float64();
  const data = arrow.makeData({ type, length: 6, nullCount: 0, data: new Float64Array(DOUBLES) });
  const whole = write(type, data);
  for (const bytes of [0, 5, 100, whole.length - 1]) {
    const read = () => Array.fromAsync(readArrow(bodyOf(whole.slice(0, bytes)), false));
    await assertRejects(read, TypeError, "the answer broke off");
  }
  const noArrow = new TextEncoder().encode('{"key":"a","count":1}');
  const read = () => Array.fromAsync(readArrow(bodyOf(noArrow), false));
  await assertRejects(read, TypeError, "no Arrow stream");
});

Deno.test("rows() are the same of both formats, and exact where that is asked for", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const text = Array.from({ length: 40_000 }, (_, i) => `k${i} größer`).join(" ");
  const columns = ["rank", "share"] as const;
  const request = { top: 0, columns: [...columns] };
  const lines = await Array.fromAsync(millrace.rows(text, request));
  const batches = await Array.fromAsync(millrace.rows(text, { ...request, format: "arrow" }));
  assertEquals(lines.length, 40_001);
  assertEquals(batches, lines);
  const [first]: ExactRow[] = await Array.fromAsync(millrace.rows("a a", { exact: true }));
  assertEquals(first, { key: "a", count: 2n });
  const job = millrace.jobs.submit("1000000000000 1000000009101", { kernel: "sum-range" });
  const [sum] = await Array.fromAsync(job.rows({ exact: true }));
  assertEquals(sum, { key: "sum", value: 9102000041418651n }); // odd, and beyond 2^53
  for await (const _ of millrace.rows(text, { top: 0, exact: true })) break;
  const wrong = millrace.rows("a", { exact: true, format: "ndjson" });
  await assertRejects(() => wrong.next(), TypeError, "Cannot read exact rows of ndjson");
});

Deno.test("readArrow() reads what is told of numbers, and keys of several parts", async () => {
  const key = compoundKey("a", "b");
  const made = await resultOfNumbers([[key, 12n, 1], [key, 1n, 0]], {
    aggs: ["sum", "avg", "count"],
  });
  const result = { ...made, keyParts: 2 };
  const form = { format: "arrow", columns: [], csvBom: false, csvSafe: false } as const;
  const records = openResultRecords(result.segment, result.values);
  const selection = new Selection(records, { top: 0, min: 0, order: "count" });
  const { bytes } = collect(arrowBlocks(selection, false, createRowStyle(form, result)));
  const read = (isExact: boolean) => Array.fromAsync(readArrow(bodyOf(bytes.slice()), isExact));
  const row = { key: ["a", "b"], sum: 2.2, avg: 1.1, count: 2 };
  assertEquals(await read(false) as unknown, [row]);
  const exact = { ...row, sum: "2.200000000000000000", count: 2n };
  assertEquals(await read(true) as unknown, [exact]);
});

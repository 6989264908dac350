import { assertEquals, assertThrows } from "@std/assert";
import { formatDocument } from "../../../src/cli/count/documents.ts";
import { requireUniq } from "../../../src/cli/count/counter.ts";
import { documentOf } from "../../../src/cli/count/local_answer.ts";
import { CommandError } from "../../../src/cli/terminal/explain.ts";

const ROWS = {
  totals: { bytes: 9, tokens: 3, keys: 2, replacements: 0 },
  values: { op: "stats", aggs: ["sum", "count"] },
  keyParts: 2,
};
const COUNTS =
  '[{"key":["a","x,y"],"sum":123456789012345678.90,"count":2},{"key":["b",""],"sum":0.50,"count":1}]';

async function write(form: "table" | "tsv" | "csv" | "json" | "ndjson", file?: string) {
  const text = `${JSON.stringify(ROWS).slice(0, -1)},"counts":${COUNTS}}`;
  const document = await documentOf({ blocks: [new TextEncoder().encode(text)] });
  const rows = { columns: [], csvBom: false, csvSafe: false };
  const asked = { form, isTotal: false, rows, color: "never" } as const;
  return await formatDocument({ file, document }, asked, { isFirst: true, isTerminal: false });
}

Deno.test("formatDocument() shows all digits of numbers, and a column for each part of a key", async () => {
  assertEquals(await write("tsv"), "a\tx,y\t123456789012345678.90\t2\nb\t\t0.50\t1\n");
  assertEquals(
    await write("csv", "f"),
    'file,key1,key2,sum,count\r\nf,a,"x,y",123456789012345678.90,2\r\nf,b,"",0.50,1\r\n',
  );
  assertEquals(
    (await write("table")).split("\n")[0].split(/ +/),
    ["key1", "key2", "sum", "count"],
  );
  assertEquals(
    (await write("ndjson", "f")).split("\n")[0],
    '{"file":"f","key":["a","x,y"],"sum":123456789012345678.90,"count":2}',
  );
  assertEquals((await write("json")).includes('"sum":123456789012345678.90,'), true);
});

Deno.test("requireUniq() refuses what are no counts of keys", () => {
  requireUniq({});
  assertThrows(() => requireUniq({ values: { op: "stats", aggs: ["count"] } }), CommandError);
  assertThrows(() => requireUniq({ keyParts: 2 }), CommandError);
});

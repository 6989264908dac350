import { assert, assertEquals } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { Decimal } from "../../src/contract/decimals.ts";
import { ServerProcess } from "../support/http/server.ts";
import { freshSeed, Random } from "../support/random.ts";
import { divideExactly } from "../support/values.ts";
import { until } from "../support/waits.ts";

// Decimals through a whole server, from the texts of CSV to the digits of every format, beside what
// BigInt makes of the same texts.

const MOST = 2n ** 63n - 1n;

/** A kernel of the first two columns of CSV. */
function sourceOf(op: string, scale: number): string {
  return `import { Chunk, csv, emitBytesValue } from "millrace";
export const records = "csv";
export const op = "${op}";
export const value = "decimal(${scale})";
export function map(row: Chunk): void {
  const key = csv.field(row, 0), amount = csv.field(row, 1);
  if (key != null && amount != null) emitBytesValue(key.start, key.length, amount);
}`;
}

type Row = [key: string, units: bigint];

function randomRows(random: Random, count: number): Row[] {
  return Array.from({ length: count }, () => {
    const bits = BigInt(random.below(2 ** 32)) << 32n | BigInt(random.below(2 ** 32));
    const units = BigInt.asIntN(random.pick([8, 20, 40, 64]), bits);
    const huge = random.oneIn(3) ? random.pick([MOST, -MOST - 1n]) : units;
    return [`k${random.below(300)}`, huge];
  });
}

/** The rows as CSV, some of whose amounts are written in another way. */
function textOf(random: Random, rows: readonly Row[], scale: number): string {
  return rows.map(([key, units]) => {
    const text = String(new Decimal(units, scale));
    const forms = [text, `${text} `, `${units}e-${scale}`, `"${text}"`];
    return `${key},${random.pick(forms)}\n`;
  }).join("");
}

function combine(rows: readonly Row[], op: string): Row[] {
  return [...Map.groupBy(rows, ([key]) => key)].map(([key, group]): Row => {
    const values = group.map(([, units]) => units);
    if (op === "sum") return [key, values.reduce((a, b) => a + b)];
    return [key, values.reduce((a, b) => (op === "min" ? a < b : a > b) ? a : b)];
  });
}

function byValue([a, x]: Row, [b, y]: Row): number {
  return x > y ? -1 : x < y ? 1 : a < b ? -1 : 1;
}

async function push(server: ServerProcess, source: string): Promise<string> {
  const response = await fetch(`${server.origin}/v1/kernels`, {
    method: "POST",
    body: source,
    headers: { "content-type": "text/typescript" },
  });
  const { id, value } = await response.json();
  assert(/^decimal\(\d+\)$/.test(value), value);
  return id;
}

async function submit(server: ServerProcess, query: string, body: string): Promise<string> {
  const accepted = await fetch(`${server.origin}/v1/jobs?${query}`, { method: "POST", body });
  const { links } = await accepted.json();
  await until(async () =>
    (await (await fetch(server.origin + links.self)).json()).state === "done"
  );
  return server.origin + links.result;
}

async function lines(url: string): Promise<string[]> {
  return (await (await fetch(url)).text()).trimEnd().split(/\r?\n/);
}

// One server for all: its compiler takes most of its time to get warm.
Deno.test("a server counts decimals", async (t) => {
  await using server = await ServerProcess.start();
  for (
    const [op, scale] of [["sum", 2], ["sum", 0], ["sum", 18], ["min", 4], ["max", 2]] as const
  ) {
    await t.step(
      `and answers the ${op} of decimal(${scale}) exactly, in all formats and orders`,
      () => assertExact(server, op, scale),
    );
  }
  await t.step("and averages them to the nearest double", () => assertAverages(server));
  await t.step("and tries a kernel of them, and names what is none", () => assertTried(server));
});

async function assertExact(server: ServerProcess, op: string, scale: number): Promise<void> {
  const random = new Random(freshSeed());
  const rows = randomRows(random, 4000);
  const expected = combine(rows, op).sort(byValue);
  const what = `MILLRACE_SEED=${random.seed}`;
  if (op === "sum") assert(expected[0][1] > MOST && expected.at(-1)![1] < -MOST, what);
  const numbers = expected.map(([key, units]) => [key, String(new Decimal(units, scale))]);
  const id = await push(server, sourceOf(op, scale));
  const body = textOf(random, rows, scale);
  const path = await submit(server, `kernel=${id}&top=0`, body);
  const tsv = numbers.map((row) => row.join("\t"));
  assertEquals(await lines(`${path}?format=tsv`), tsv, what);
  assertEquals(await lines(`${path}?format=tsv&order=value&top=9`), tsv.slice(0, 9), what);
  assertEquals(await lines(`${path}?format=tsv&order=key`), tsv.toSorted(), what);
  const csv = numbers.map((row, i) => `${row.join()},${i + 1}`);
  const ranked = await lines(`${path}?format=csv&columns=rank&csvSafe=true`);
  assertEquals(ranked, ["key,value,rank", ...csv], what);
  const objects = numbers.map(([key, number]) => `{"key":"${key}","value":${number}}`);
  assertEquals(await lines(`${path}?format=ndjson`), objects, what);
  assertEquals(await lines(`${path}?format=ndjson&prefix=k2&order=key`), [
    ...objects.filter((row) => row.startsWith('{"key":"k2')).toSorted((a, b) =>
      a.split('"')[3] < b.split('"')[3] ? -1 : 1
    ),
  ]);
  const json = await (await fetch(`${path}?format=json`)).text();
  assert(json.includes(`"counts":[${objects.join()}],"truncated":0`), what);
  assertEquals(JSON.parse(json).values, { op, type: `decimal(${scale})` });
  const page = await (await fetch(`${path}?format=json&limit=7`)).text();
  assert(page.includes(`"counts":[${objects.slice(0, 7).join()}],`), what);
  const { next } = JSON.parse(page);
  const second = await (await fetch(server.origin + next)).text();
  assert(second.includes(`"counts":[${objects.slice(7, 14).join()}],`), what);
  const range = await fetch(`${path}?format=tsv`, { headers: { range: "bytes=100-199" } });
  assertEquals(await range.text(), `${tsv.join("\n")}\n`.slice(100, 200), what);
  const table = tableFromIPC(await (await fetch(`${path}?format=arrow`)).bytes());
  const column = table.getChild("value")!;
  const units = Array.from({ length: table.numRows }, (_, i) => {
    const words: Uint32Array = column.get(i);
    return BigInt.asIntN(128, words.reduceRight((high, word) => high << 32n | BigInt(word), 0n));
  });
  assertEquals(units, expected.map(([, units]) => units), what);
  const counted = await fetch(`${server.origin}/v1/count?kernel=${id}&top=0&format=tsv`, {
    method: "POST",
    body,
  });
  assertEquals((await counted.text()).trimEnd().split("\n"), tsv, what);
}

async function assertAverages(server: ServerProcess): Promise<void> {
  const random = new Random(freshSeed());
  const rows = randomRows(random, 3000);
  const body = textOf(random, rows, 2);
  const groups = Map.groupBy(rows, ([key]) => key);
  const count = async (op: string) => {
    const id = await push(server, sourceOf(op, 2));
    const query = `kernel=${id}&top=0&order=key`;
    const response = await fetch(`${server.origin}/v1/count?${query}`, { method: "POST", body });
    const { counts, values } = await response.json();
    return { counts, values };
  };
  const keys = [...groups.keys()].toSorted();
  const averages = await count("avg");
  assertEquals(averages.values, { op: "avg", type: "f64" });
  assertEquals(
    averages.counts,
    keys.map((key) => {
      const values = groups.get(key)!.map(([, units]) => units);
      const sum = values.reduce((a, b) => a + b);
      return { key, value: divideExactly(sum, BigInt(values.length) * 100n) };
    }),
    `MILLRACE_SEED=${random.seed}`,
  );
  const counted = await count("count");
  assertEquals(counted.values, undefined);
  assertEquals(counted.counts, keys.map((key) => ({ key, count: groups.get(key)!.length })));
}

async function assertTried(server: ServerProcess): Promise<void> {
  const id = await push(server, sourceOf("sum", 2));
  const tried = async (body: string) =>
    await fetch(`${server.origin}/v1/kernels/${id}/try`, { method: "POST", body });
  const text = await (await tried('a,"12.3"\n')).text();
  assert(text.startsWith('{"emitted":[{"key":"a","value":12.30}],'), text);
  const refused = await (await tried("a,12.345")).json();
  const reason = 'Cannot emit value "12.345": it has more than 2 fraction digits';
  assertEquals([refused.type, refused.reason], ["urn:millrace:problem:kernel-trapped", reason]);
  const failed = await fetch(`${server.origin}/v1/count?kernel=${id}`, {
    method: "POST",
    body: "a,1\nb,amount\n",
  });
  const problem = await failed.json();
  assertEquals([failed.status, problem.offset], [422, 4]);
  assertEquals(problem.reason, 'Cannot emit value "amount": it is no decimal number');
}

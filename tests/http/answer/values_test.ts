import { assertEquals, assertStringIncludes } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import type { KernelManifest } from "../../../src/contract/kernel_manifest.ts";
import { sendValueKernel } from "../../support/http/value_kernel.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { generateRows, orderRows } from "../../support/value_results.ts";
import type { ValueRecord } from "../../support/values.ts";

/** b 2^63 - 1, a 2^53 + 1, d 2^53, c -2^63 */
const TEXT =
  "a=9007199254740993 b=9223372036854775806 c=-9223372036854775808 b=1 d=9007199254740992";
const BY_VALUE = [
  "b\t9223372036854775807",
  "a\t9007199254740993",
  "d\t9007199254740992",
  "c\t-9223372036854775808",
];
const BY_KEY = BY_VALUE.toSorted();

/** Counts by a kernel of values at once. */
async function count(test: TestApp, query = "", more: Partial<KernelManifest> = {}, text = TEXT) {
  const kernel = await sendValueKernel(test, more);
  return await post(test.app, `/v1/count?kernel=${kernel}&${query}`, text);
}

/** Submits a job of values, waits until it is stored, and gives the address of its result. */
async function submit(test: TestApp, query = "", more: Partial<KernelManifest> = {}, text = TEXT) {
  const kernel = await sendValueKernel(test, more);
  const response = await post(test.app, `/v1/jobs?kernel=${kernel}&${query}`, text);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return `${response.headers.get("location")}/result`;
}

async function lines(test: TestApp, path: string): Promise<string[]> {
  const response = await test.app.request(path);
  assertEquals(response.status, 200);
  return (await response.text()).split("\n").slice(0, -1);
}

Deno.test("values stand in every format, direct or stored", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const ask = {
    direct: async (format: string) => await count(test, `columns=rank&format=${format}`),
    stored: async (format: string) =>
      await test.app.request(`${path}?columns=rank&format=${format}`),
  };
  const rows = BY_VALUE.map((line, i) => [...line.split("\t"), String(i + 1)]);
  for (const [name, get] of Object.entries(ask)) {
    const csv = rows.map((row) => `${row.join()}\r\n`).join("");
    assertEquals(await (await get("csv")).text(), `key,value,rank\r\n${csv}`, name);
    const tsv = rows.map((row) => `${row.join("\t")}\n`).join("");
    assertEquals(await (await get("tsv")).text(), tsv, name);
    const objects = rows.map(([key, value, rank]) =>
      `{"key":"${key}","value":${value},"rank":${rank}}`
    );
    assertEquals(await (await get("ndjson")).text(), objects.map((row) => `${row}\n`).join(""));
    const json = await (await get("json")).text();
    assertStringIncludes(json, `"counts":[${objects.join()}],"truncated":0,"otherKeys":0}`);
    const document = JSON.parse(json);
    assertEquals(document.values, { op: "sum", type: "i64" });
    assertEquals([document.totals.keys, "counted" in document.totals], [4, false]);
    const table = tableFromIPC(await (await get("arrow")).bytes());
    assertEquals(`${table.schema.fields[1]}`, "value: Int64");
    assertEquals(
      table.toArray().map(({ key, value }) => [key, value]),
      rows.map(([key, value]) => [key, BigInt(value)]),
    );
  }
});

Deno.test("values of every operation and type are those of an independent computation", async () => {
  await using test = await createTestApp();
  const random = new Random(freshSeed());
  for (const value of ["i64", "f64"] as const) {
    const rows = generateRows({ op: "max", type: value }, 500, random).map((
      [, value],
      i,
    ): ValueRecord => [
      `k${i}`,
      value,
    ]);
    const text = rows.map(([key, value]) => `${key}=${value}`).join(" ");
    for (const op of ["min", "max"] as const) {
      const path = await submit(test, "top=0&format=tsv", { value, op }, text);
      for (const order of ["count", "value", "key"] as const) {
        const found = (await lines(test, `${path}?order=${order}`)).map((line) => line.split("\t"));
        const expected = orderRows(rows, order).map(([key, value]) => [key, String(value)]);
        assertEquals(found, expected, `seed ${random.seed}, ${value}, ${op}, ${order}`);
      }
    }
  }
  const average = await count(test, "format=tsv", { op: "avg" }, "a=1 a=2 b=-3");
  assertEquals(await average.text(), "a\t1.5\nb\t-3\n");
  const document = await (await count(test, "", { op: "avg" }, "a=1 a=2")).json();
  assertEquals(document.values, { op: "avg", type: "f64" });
});

Deno.test("order=value and order=count are one order, of counts as well, and key is another", async () => {
  await using test = await createTestApp();
  for (const given of ["count", "value", "key"]) {
    const path = await submit(test, `format=tsv&order=${given}`);
    assertEquals(await lines(test, path), given === "key" ? BY_KEY : BY_VALUE, given);
    assertEquals(await lines(test, `${path}?order=value`), BY_VALUE, given);
    assertEquals(await lines(test, `${path}?order=count`), BY_VALUE, given);
    assertEquals(await lines(test, `${path}?order=key`), BY_KEY, given);
    const { options } = await (await test.app.request(`${path}?format=json&order=value`)).json();
    assertEquals(options.order, "value");
  }
  const counts = await post(test.app, "/v1/count?order=value&format=tsv&columns=rank", "b a b");
  assertEquals(await counts.text(), "b\t2\t1\na\t1\t2\n");
  const stored = await post(test.app, "/v1/jobs?order=key&format=tsv", "b a b");
  await test.jobs.drained();
  const path = `${stored.headers.get("location")}/result`;
  assertEquals(await lines(test, `${path}?order=value&min=2`), ["b\t2"]);
});

Deno.test("pages, parts and prefixes of values are those of the whole, in any order", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  for (const [order, expected] of [["value", BY_VALUE], ["key", BY_KEY]] as const) {
    const all: string[] = [];
    let next: string | undefined = `${path}?format=tsv&limit=1&order=${order}`;
    for (; next !== undefined;) {
      const response: Response = await test.app.request(next);
      all.push(...(await response.text()).split("\n").slice(0, -1));
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    }
    assertEquals(all, expected, order);
  }
  assertEquals(await lines(test, `${path}?format=tsv&prefix=c`), [BY_VALUE[3]]);
  assertEquals(await lines(test, `${path}?format=tsv&top=2`), BY_VALUE.slice(0, 2));
  const cut = await (await test.app.request(`${path}?top=1`)).json();
  assertEquals([cut.otherKeys, cut.truncated, "otherCount" in cut], [3, 3, false]);
  for (const format of ["csv", "tsv", "ndjson", "arrow"]) {
    const at = `${path}?format=${format}&order=key`;
    const whole = await (await test.app.request(at)).bytes();
    const headers = { range: "bytes=5-40" };
    const part = await test.app.request(at, { headers });
    assertEquals([part.status, part.headers.get("total-keys")], [206, "4"]);
    assertEquals(await part.bytes(), whole.slice(5, 41), format);
    const head = await test.app.request(at, { method: "HEAD" });
    assertEquals(head.headers.get("content-length"), String(whole.length));
    assertEquals(head.headers.get("shown-keys"), "4");
  }
});

Deno.test("entity tags and codings of values are as those of counts", async () => {
  await using test = await createTestApp();
  const text = Array.from({ length: 300 }, (_, i) => `key${i}=${-i}`).join(" ");
  const path = await submit(test, "top=0&format=csv", {}, text);
  const plain = await test.app.request(path);
  const expected = await plain.text();
  const etag = plain.headers.get("etag")!;
  const known = await test.app.request(path, { headers: { "if-none-match": etag } });
  assertEquals(known.status, 304);
  const coded = await test.app.request(path, { headers: { "accept-encoding": "gzip" } });
  assertEquals(coded.headers.get("etag"), `${etag.slice(0, -1)}-gzip"`);
  const bytes = coded.body!.pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(bytes).text(), expected);
  const other = await test.app.request(`${path}?order=key`);
  assertEquals([await other.text() === expected, other.headers.get("etag") === etag], [
    false,
    false,
  ]);
});

Deno.test("what only counts have is refused beside a kernel of values, direct or stored", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test);
  const path = await submit(test);
  const refused = [
    ["min=2", "min", 1],
    ["min=0", "min", 1],
    ["max=9", "max", 0],
    ["columns=share", "columns", ["rank"]],
    ["columns=rank,perMillion", "columns", ["rank"]],
  ] as const;
  const submitted = test.engine.jobs.length;
  for (const [query, parameter, allowed] of refused) {
    const responses = [
      await post(test.app, `/v1/count?kernel=${kernel}&${query}`, TEXT),
      await post(test.app, `/v1/jobs?kernel=${kernel}&${query}`, TEXT),
      await test.app.request(`${path}?${query}`),
    ];
    for (const response of responses) {
      const problem = await assertProblem(response, 400, "invalid-parameter");
      assertEquals([problem.parameter, problem.allowed], [parameter, allowed], query);
      assertEquals(problem.other, "kernel");
      assertStringIncludes(problem.detail, "keys have values");
    }
  }
  assertEquals(test.engine.jobs.length, submitted);
  assertEquals((await count(test, "min=1&columns=rank")).status, 200);
  assertEquals((await test.app.request(`${path}?min=1`)).status, 200);
  await assertProblem(
    await test.app.request(`${path}?columns=rank&order=key`),
    400,
    "invalid-parameter",
  );
});

Deno.test("a refused request lets go of its Idempotency-Key, and of nothing else", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test);
  const headers = { "idempotency-key": "one" };
  const send = (query: string) =>
    post(test.app, `/v1/jobs?kernel=${kernel}&${query}`, TEXT, { headers });
  await assertProblem(await send("min=2"), 400, "invalid-parameter");
  assertEquals((await send("min=1")).status, 202);
});

Deno.test("the document of a job of values has no sum of counts, and its values are kept", async () => {
  await using test = await createTestApp();
  test.engine.totals = { counted: 5 };
  const path = await submit(test);
  const job = await (await test.app.request(path.replace("/result", ""))).json();
  assertEquals([job.state, job.totals.keys, "counted" in job.totals], ["done", 4, false]);
  const record = await test.store.get(job.id);
  assertEquals(record!.record.result!.values, { op: "sum", type: "i64" });
});

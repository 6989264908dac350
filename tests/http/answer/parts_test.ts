import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { sendValueKernel } from "../../support/http/value_kernel.ts";

const TEXT = "b a b c b a ab d e";
const BORDERS = "partition=range&borders=ab,c,x";
/** By count, and by key. */
const PARTS = [["a\t2"], ["b\t3", "ab\t1"], ["c\t1", "d\t1", "e\t1"], []];
const BY_KEY = PARTS.map((part) => part.toSorted());
const PARTITION = {
  kind: "range",
  borders: ["ab", "c", "x"],
  keys: [1, 2, 3, 0],
  counted: [2, 4, 3, 0],
};

async function submit(test: TestApp, query: string, text = TEXT): Promise<string> {
  const response = await post(test.app, `/v1/jobs?${query}`, text);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return response.headers.get("location")!;
}

async function follow(test: TestApp, path: string): Promise<string[]> {
  const all: string[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const response: Response = await test.app.request(next);
    all.push(...(await response.text()).split("\n").slice(0, -1));
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return all;
}

Deno.test("each part of a result is read alone, in any order and by pages", async () => {
  await using test = await createTestApp();
  for (const order of ["count", "key"]) {
    const path = await submit(test, `${BORDERS}&order=${order}`);
    for (const [asked, parts] of [["count", PARTS], ["key", BY_KEY]] as const) {
      for (const [i, rows] of parts.entries()) {
        const query = `format=tsv&order=${asked}&part=${i + 1}`;
        for (const limit of [0, 1, 2]) {
          const read = await follow(test, `${path}/result?${query}&limit=${limit}`);
          assertEquals(read, rows, `${order} ${query} ${limit}`);
        }
        const response = await test.app.request(`${path}/result?${query}`);
        await response.body?.cancel();
        assertEquals(response.headers.get("shown-keys"), String(rows.length));
        const least = await follow(test, `${path}/result?${query}&min=2`);
        assertEquals(least, rows.filter((row) => !row.endsWith("1")));
      }
    }
  }
});

Deno.test("answers of rows name their partitions in headers", async () => {
  await using test = await createTestApp();
  const path = await submit(test, BORDERS);
  for (const format of ["csv", "tsv", "ndjson", "arrow"]) {
    for (
      const response of [
        await post(test.app, `/v1/count?${BORDERS}&format=${format}`, TEXT),
        await test.app.request(`${path}/result?format=${format}&part=2&top=1`),
        await test.app.request(`${path}/result?format=${format}`, { method: "HEAD" }),
      ]
    ) {
      await response.body?.cancel();
      const said = ["partition", "partition-keys"].map((name) => response.headers.get(name));
      assertEquals(said, ["range", PARTITION.keys.join(", ")], format);
    }
    const plain = await post(test.app, `/v1/count?format=${format}`, TEXT);
    await plain.body?.cancel();
    assertEquals(plain.headers.has("partition"), false, format);
  }
});

Deno.test("a direct answer tells all keys of each partition, whatever it shows", async () => {
  await using test = await createTestApp();
  const [all, byKey] = [["b 3", "a 2", "ab 1", "c 1", "d 1", "e 1"], ["a 2", "ab 1", "b 3"]];
  const rows: [string, string[]][] = [
    ["top=1", all.slice(0, 1)],
    ["top=0", all],
    ["min=2", all.slice(0, 2)],
    ["min=2&top=1", all.slice(0, 1)],
    ["min=9", []],
    ["max=2", all.slice(1)],
    ["max=2&top=1", all.slice(1, 2)],
    ["order=key&top=3", byKey],
    ["order=key&min=2", ["a 2", "b 3"]],
    ["order=key&min=2&top=1", ["a 2"]],
  ];
  for (const [query, expected] of rows) {
    const json = await post(test.app, `/v1/count?${BORDERS}&${query}`, TEXT);
    const { counts, partition, options, totals, otherKeys, otherCount } = await json.json();
    const shown = counts.map(({ key, count }: { key: string; count: number }) => `${key} ${count}`);
    assertEquals([shown, partition], [expected, PARTITION], query);
    assertEquals(
      [options.top, options.min],
      [/top=(.)/, /min=(.)/].map((name, i) => Number(name.exec(query)?.[1] ?? [100, 1][i])),
    );
    const sum = expected.reduce((all, row) => all + Number(row.split(" ")[1]), 0);
    assertEquals([otherKeys, otherCount], [totals.keys - expected.length, 9 - sum], query);
    for (const format of ["csv", "tsv", "ndjson", "arrow"]) {
      const url = `/v1/count?${BORDERS}&${query}&format=${format}`;
      const { headers, body } = await post(test.app, url, TEXT);
      await body?.cancel();
      const names = ["total-keys", "shown-keys", "partition-keys"];
      const said = names.map((name) => headers.get(name));
      assertEquals(said, ["6", String(expected.length), "1, 2, 3, 0"], url);
    }
  }
});

Deno.test("a direct answer with values tells all keys of each partition, too", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test);
  const query = `kernel=${kernel}&partition=range&borders=b&top=1`;
  const { counts, partition } = await (await post(test.app, `/v1/count?${query}`, "b=2 a=-1 c=7"))
    .json();
  assertEquals(counts, [{ key: "c", value: 7 }]);
  assertEquals(partition, { kind: "range", borders: ["b"], keys: [1, 2] });
});

Deno.test("what an answer with a part does not show is told of the part alone", async () => {
  await using test = await createTestApp();
  for (const order of ["count", "key"]) {
    const path = `${await submit(test, `${BORDERS}&order=${order}`)}/result`;
    const rows: [string, number, number][] = [
      ["part=0&top=1", 5, order === "count" ? 6 : 7],
      ["part=1", 0, 0],
      ["part=2", 0, 0],
      ["part=2&order=count&top=1", 1, 1],
      ["part=2&order=key&top=1", 1, 3],
      ["part=2&min=2", 1, 1],
      ["part=3&min=2", 3, 3],
      ["part=3&prefix=d", 2, 2],
      ["part=3&limit=2", 1, 1],
      ["part=4", 0, 0],
    ];
    for (const [query, keys, count] of rows) {
      const answer = await (await test.app.request(`${path}?${query}`)).json();
      const { otherKeys, truncated, otherCount, totals } = answer;
      assertEquals([otherKeys, truncated, otherCount], [keys, keys, count], `${order} ${query}`);
      assertEquals([totals.keys, totals.counted], [6, 9]);
    }
  }
  const kernel = await sendValueKernel(test);
  const path = await submit(test, `kernel=${kernel}&partition=range&borders=b`, "b=2 a=-1 c=7");
  const answer = await (await test.app.request(`${path}/result?part=2&top=1`)).json();
  assertEquals([answer.otherKeys, "otherCount" in answer], [1, false]);
});

Deno.test("answers and jobs name their partitions, and the options say what was asked", async () => {
  await using test = await createTestApp();
  const answer = await (await post(test.app, `/v1/count?${BORDERS}`, TEXT)).json();
  assertEquals(answer.partition, PARTITION);
  const path = await submit(test, BORDERS);
  const job = await (await test.app.request(path)).json();
  assertEquals(job.partition, PARTITION);
  assertEquals([job.options.partition, job.options.borders], ["range", PARTITION.borders]);
  const result = await (await test.app.request(`${path}/result?part=2`)).json();
  assertEquals(result.partition, PARTITION);
  assertEquals(result.counts, [{ key: "b", count: 3 }, { key: "ab", count: 1 }]);
  const plain = await (await post(test.app, "/v1/count", TEXT)).json();
  assertEquals([plain.partition, plain.options.partition], [undefined, "hash"]);
});

Deno.test("parts stand in every format, with parts of their bytes and tags of their own", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test, `${BORDERS}&order=key`)}/result`;
  const get = async (query: string, init?: RequestInit) =>
    await test.app.request(`${path}?${query}`, init);
  assertEquals(await (await get("part=2&format=csv")).text(), "key,count\r\nab,1\r\nb,3\r\n");
  const rows = '{"key":"ab","count":1}\n{"key":"b","count":3}\n';
  assertEquals(await (await get("part=2&format=ndjson")).text(), rows);
  const range = await get("part=2&format=tsv", { headers: { range: "bytes=5-" } });
  assertEquals([range.status, await range.text()], [206, "b\t3\n"]);
  const tags = await Promise.all([0, 1, 2].map(async (part) => {
    const response = await get(`part=${part}`);
    await response.body?.cancel();
    return response.headers.get("etag");
  }));
  assertEquals(new Set(tags).size, 3);
});

Deno.test("parts of values are read alone", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test);
  const path = await submit(test, `kernel=${kernel}&partition=range&borders=b`, "b=2 a=-1 c=7");
  const read = await follow(test, `${path}/result?format=tsv&part=2`);
  assertEquals(read, ["c\t7", "b\t2"]);
});

Deno.test("a part that is not there is refused", async () => {
  await using test = await createTestApp();
  const divided = await submit(test, BORDERS);
  const beyond = await test.app.request(`${divided}/result?part=5`);
  const problem = await assertProblem(beyond, 400, "invalid-parameter");
  assertStringIncludes(problem.detail, "'part': the job has 4 partitions");
  assertEquals([problem.value, problem.allowed], [5, { least: 0, most: 4 }]);
  const whole = await test.app.request(`${await submit(test, "")}/result?part=1`);
  const none = await assertProblem(whole, 400, "invalid-parameter");
  assertStringIncludes(none.detail, "the job has no partitions");
});

Deno.test("borders that divide nothing are refused, with the two that are wrong", async () => {
  await using test = await createTestApp();
  const refuse = async (query: string) =>
    await assertProblem(
      await post(test.app, `/v1/count?${query}`, TEXT),
      400,
      "invalid-parameter",
    );
  assertEquals((await refuse("partition=range&borders=a,n,g")).value, ["n", "g"]);
  assertEquals((await refuse("borders=a")).other, "partition");
  assertEquals((await refuse("partition=range")).other, "borders");
  const many = Array.from({ length: 256 }, (_, i) => String(i + 1000)).join();
  const allowed = { maxItems: 255, maxChars: 1024 };
  assertEquals((await refuse(`partition=range&borders=${many}`)).allowed, allowed);
  assertEquals((await refuse(`partition=range&borders=${"x".repeat(1025)}`)).allowed, allowed);
});

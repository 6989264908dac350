import { assertEquals } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";

/** b 3, a 2, ab 1, c 1 */
const TEXT = "b a b c b a ab";
const ALL_COLUMNS = "columns=share,perMillion,rank";

async function submit(test: TestApp, query = "", text = TEXT): Promise<string> {
  const response = await post(test.app, `/v1/jobs?${query}`, text);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return `${response.headers.get("location")}/result`;
}

Deno.test("columns stand in every format, direct or stored", async () => {
  await using test = await createTestApp();
  const path = await submit(test, "top=0");
  const query = `?${ALL_COLUMNS}&top=2&format=`;
  const ask = {
    direct: async (format: string) => await post(test.app, `/v1/count${query}${format}`, TEXT),
    stored: async (format: string) => await test.app.request(`${path}${query}${format}`),
  };
  const [b, a] = [[3 / 7, 3e6 / 7, 1], [2 / 7, 2e6 / 7, 2]];
  for (const [name, get] of Object.entries(ask)) {
    assertEquals(
      await (await get("csv")).text(),
      `key,count,share,perMillion,rank\r\nb,3,${b.join()}\r\na,2,${a.join()}\r\n`,
      name,
    );
    assertEquals(await (await get("tsv")).text(), `b\t3\t${b.join("\t")}\na\t2\t${a.join("\t")}\n`);
    const rows = [["b", 3, b], ["a", 2, a]].map(([key, count, more]) => {
      const [share, perMillion, rank] = more as number[];
      return { key, count, share, perMillion, rank };
    });
    assertEquals((await (await get("json")).json()).counts, rows);
    const lines = (await (await get("ndjson")).text()).trimEnd().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line)), rows);
    const table = tableFromIPC(await (await get("arrow")).bytes());
    assertEquals(table.toArray().map(({ rank, share }) => [rank, share]), [
      [1n, b[0]],
      [2n, a[0]],
    ]);
  }
});

Deno.test("createRowStyle() writes a column once that is named twice", async () => {
  await using test = await createTestApp();
  const response = await post(test.app, "/v1/count?format=csv&columns=rank,rank&columns=rank", "a");
  assertEquals(await response.text(), "key,count,rank\r\na,1,1\r\n");
});

Deno.test("ranks and shares are those of the whole list, on every page and in every part", async () => {
  await using test = await createTestApp();
  const path = await submit(test, `format=csv&${ALL_COLUMNS}`);
  const rows = (await (await test.app.request(path)).text()).trimEnd().split("\r\n").slice(1);
  const found: string[] = [];
  for (let next: string | undefined = `${path}?limit=1`; next !== undefined;) {
    const response: Response = await test.app.request(next);
    found.push(...(await response.text()).trimEnd().split("\r\n").slice(1));
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  }
  assertEquals(found, rows);
  assertEquals(rows.map((row) => row.split(",")[4]), ["1", "2", "3", "4"]);
  const answer = await (await test.app.request(`${path}?prefix=a&format=json`)).json();
  assertEquals(answer.counts.map(({ rank }: { rank: number }) => rank), [1, 2]);
});

Deno.test("marks and defused keys are for CSV and TSV, and a job keeps them for its readers", async () => {
  await using test = await createTestApp();
  const direct = await post(test.app, "/v1/count?format=csv&csvBom=true&csvSafe=true", "=1 a");
  assertEquals(await read(direct), "\ufeffkey,count\r\n'=1,1\r\na,1\r\n");
  const accepted = await post(test.app, "/v1/count?csvBom=true", "a", {
    headers: { accept: "text/tab-separated-values" },
  });
  assertEquals(await read(accepted), "\ufeffa\t1\n");
  const path = await submit(test, "csvBom=true&csvSafe=true", "=1 a");
  assertEquals(await read(await test.app.request(`${path}?format=tsv`)), "\ufeff'=1\t1\na\t1\n");
  assertEquals(
    await read(await test.app.request(`${path}?format=tsv&csvBom=false`)),
    "'=1\t1\na\t1\n",
  );
  const json = await (await test.app.request(path)).json();
  assertEquals(json.counts[0].key, "=1");
});

async function read(response: Response): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.bytes());
}

Deno.test("an option that cannot have an effect is refused, and its default never is", async () => {
  await using test = await createTestApp();
  const path = await submit(test, "format=csv");
  const ranked = await submit(test, "columns=rank");
  const count = async (query: string, accept = "*/*") =>
    await post(test.app, `/v1/count?${query}`, TEXT, { headers: { accept } });
  const get = async (query: string, from = path) => await test.app.request(`${from}?${query}`);
  const refused: [string, string, Promise<Response>][] = [
    ["csvBom", "json by default", count("csvBom=true")],
    ["csvSafe", "json by default", count("csvSafe=true")],
    ["csvBom", "ndjson", count("csvBom=true&format=ndjson")],
    ["csvBom", "json by Accept", count("csvBom=true", "application/json")],
    ["csvSafe", "events", count("csvSafe=true", "text/event-stream")],
    ["columns", "rank by key", count("columns=share,rank&order=key")],
    ["columns", "no such column", count("columns=percent")],
    ["csvBom", "stored as arrow", get("csvBom=true&format=arrow")],
    ["csvSafe", "stored as json", get("csvSafe=true&format=json")],
    ["columns", "stored, by key", get("columns=rank&order=key")],
    ["columns", "the job's, by key", get("order=key", ranked)],
  ];
  for (const [parameter, name, response] of refused) {
    const problem = await assertProblem(await response, 400, "invalid-parameter");
    assertEquals(problem.parameter, parameter, name);
  }
  const taken: [string, Promise<Response>][] = [
    ["defaults", count("csvBom=false&csvSafe=false")],
    ["csv by Accept", count("csvBom=true", "text/csv")],
    ["shares by key", count("columns=share,perMillion&order=key")],
    ["the job's format", get("csvBom=true")],
    ["other columns than the job's", get("order=key&columns=share", ranked)],
  ];
  for (const [name, response] of taken) {
    assertEquals((await response).status, 200, name);
    await (await response).body?.cancel();
  }
});

Deno.test("of results without a sum of counts there are no shares, and all else as before", async () => {
  await using test = await createTestApp();
  test.engine.totals = { counted: undefined };
  const path = await submit(test);
  const get = async (query: string) => await test.app.request(`${path}?${query}`);
  const problem = await assertProblem(await get("columns=share"), 400, "invalid-parameter");
  assertEquals(problem.allowed, ["rank"]);
  const { counts, totals, otherKeys, otherCount } = await (await get("columns=rank&top=1")).json();
  assertEquals(counts, [{ key: "b", count: 3, rank: 1 }]);
  assertEquals([totals.counted, otherKeys, otherCount], [undefined, 3, undefined]);
});

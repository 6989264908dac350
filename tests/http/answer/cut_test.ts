import { assertEquals, assertMatch } from "@std/assert";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";

/** b 3, a 2, ab 1, c 1 */
const TEXT = "b a b c b a ab";
const ROWS = ["csv", "tsv", "ndjson", "arrow"];

/** Submits a job, waits until it is stored, and gives the address of its result. */
async function submit(test: TestApp, query = ""): Promise<string> {
  const response = await post(test.app, `/v1/jobs?${query}`, TEXT);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return `${response.headers.get("location")}/result`;
}

async function cutOf(response: Response): Promise<(string | null)[]> {
  await response.body?.cancel();
  return ["total-keys", "shown-keys"].map((name) => response.headers.get(name));
}

Deno.test("a direct answer of rows says how many keys there are and how many it shows", async () => {
  await using test = await createTestApp();
  const rows = [
    ["", "4"],
    ["&top=2", "2"],
    ["&top=0", "4"],
    ["&min=2", "2"],
    ["&min=9", "0"],
    ["&max=2", "3"],
    ["&min=2&max=2", "1"],
    ["&order=key&top=3", "3"],
  ];
  for (const [query, shown] of rows) {
    for (const format of ROWS) {
      const response = await post(test.app, `/v1/count?format=${format}${query}`, TEXT);
      assertEquals(response.headers.has("link"), false);
      assertEquals(await cutOf(response), ["4", shown], `${format} ${query}`);
    }
  }
  const json = await post(test.app, "/v1/count?top=1", TEXT);
  assertEquals(await cutOf(json), [null, null]);
});

Deno.test("a stored result says so too, for every cut, page and method", async () => {
  await using test = await createTestApp();
  const path = await submit(test, "top=3");
  const rows = [
    ["", "3"],
    ["&top=0", "4"],
    ["&top=100", "4"],
    ["&min=2", "2"],
    ["&max=1", "2"],
    ["&max=2&top=2&limit=1", "1"],
    ["&prefix=a", "2"],
    ["&prefix=a&min=2", "1"],
    ["&prefix=x", "0"],
    ["&order=key&min=2", "2"],
    ["&order=key&prefix=a&top=1", "1"],
    ["&limit=2&top=0", "2"],
    ["&limit=2", "2"],
    ["&limit=9&top=0", "4"],
    ["&limit=1&prefix=a", "1"],
  ];
  for (const [query, shown] of rows) {
    for (const format of ROWS) {
      const address = `${path}?format=${format}${query}`;
      const head = await test.app.request(address, { method: "HEAD" });
      const link = head.headers.get("link");
      assertEquals(await cutOf(head), ["4", shown], `HEAD ${format} ${query}`);
      const whole = await test.app.request(address);
      assertEquals(whole.headers.get("link"), link);
      assertEquals(await cutOf(whole), ["4", shown], `GET ${format} ${query}`);
    }
  }
  const part = await test.app.request(`${path}?format=csv`, { headers: { range: "bytes=0-3" } });
  assertEquals([part.status, ...await cutOf(part)], [206, "4", "3"]);
});

Deno.test("pages say what they show, and a page that has a next one names it", async () => {
  await using test = await createTestApp();
  const path = await submit(test, "format=tsv");
  const rows: [string, string[]][] = [
    ["limit=3", ["3", "1"]],
    ["limit=2&top=3", ["2", "1"]],
    ["limit=1&prefix=a", ["1", "1"]],
    ["limit=3&order=key", ["3", "1"]],
    ["limit=4", ["4"]],
  ];
  for (const [query, expected] of rows) {
    const shown: (string | null)[] = [];
    for (let next: string | undefined = `${path}?${query}`; next !== undefined;) {
      const response: Response = await test.app.request(next);
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
      const [total, page] = await cutOf(response);
      assertEquals(total, "4");
      shown.push(page);
    }
    assertEquals(shown, expected, query);
  }
});

Deno.test("JSON says the keys that it does not show, and the sum of their counts", async () => {
  await using test = await createTestApp();
  const direct = await (await post(test.app, "/v1/count?top=1", TEXT)).json();
  assertEquals([direct.otherKeys, direct.otherCount, direct.truncated], [3, 4, 3]);
  const path = await submit(test);
  const rows: [string, number, number][] = [
    ["", 0, 0],
    ["top=1", 3, 4],
    ["min=2", 2, 2],
    ["prefix=a", 2, 4],
    ["prefix=x", 4, 7],
    ["limit=1", 3, 4],
    ["order=key&top=1", 3, 5],
  ];
  for (const [query, keys, count] of rows) {
    const answer = await (await test.app.request(`${path}?${query}`)).json();
    const { totals, counts, otherKeys, otherCount } = answer;
    assertEquals([otherKeys, otherCount], [keys, count], query);
    const sum = counts.reduce((all: number, row: { count: number }) => all + row.count, 0);
    assertEquals([counts.length + otherKeys, sum + otherCount], [totals.keys, totals.counted]);
  }
  const first = await (await test.app.request(`${path}?limit=3`)).json();
  const second = await (await test.app.request(first.next)).json();
  assertEquals([second.counts.length, second.otherKeys, second.otherCount], [1, 3, 6]);
});

Deno.test("scripts of other origins may read what was cut", async () => {
  await using test = await createTestApp({ corsOrigins: ["*"] });
  const headers = { origin: "https://app.example" };
  const response = await post(test.app, "/v1/count?format=csv&top=1", TEXT, { headers });
  const exposed = response.headers.get("access-control-expose-headers")!;
  for (const name of ["Total-Keys", "Shown-Keys", "Link"]) assertMatch(exposed, new RegExp(name));
  assertEquals(await cutOf(response), ["4", "1"]);
});

Deno.test("TSV of a key with a line feed is refused, and every other form takes it", async () => {
  await using test = await createTestApp();
  test.engine.separator = /\|/;
  const ask = (format: string) => post(test.app, `/v1/count?format=${format}`, "a\t5\nb|c");
  const problem = await assertProblem(await ask("tsv"), 406, "not-acceptable");
  assertEquals([problem.parameter, problem.value, problem.key], ["format", "tsv", "a\t5\nb"]);
  for (const format of ["json", "ndjson", "csv", "arrow"]) {
    const response = await ask(format);
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
});

import { assert, assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { assertSameAnswer, countUrls, problemOf } from "../support/cluster/ask.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { Random } from "../support/random.ts";
import { TempFiles } from "../support/temp_files.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("CSV counted by a cluster", "no redis-server");

const QUERIES = [
  "key=column(city)&top=0&order=key",
  "key=column(city)&value=column(amount)&agg=count,sum,max&top=0&order=key",
  "key=column(note)&where=column(amount)%3D%2250%22&top=0&order=key",
  "key=column(2)&onError=skip&top=0&order=key",
];

/** Rows of a table, with notes of several lines, some of them longer than a split. */
function writeTable(seed: number, columns: readonly string[], last = ""): string {
  const random = new Random(seed);
  const cell: Record<string, () => string> = {
    city: () => random.pick(["Roma", "Paris", '"São ""P"" aulo"', '"New\nYork"', '"a,b"']),
    amount: () => `${random.below(100)}`,
    note: () =>
      random.oneIn(400) ? `"${"a,b\n1,2\n".repeat(3000)}"` : random.pick(["", "x", '"\n\n"']),
  };
  const rows = Array.from({ length: 8000 }, () => columns.map((name) => cell[name]()).join(","));
  return [columns.join(","), ...rows, last].join("\n");
}

const COLUMNS = ["city", "amount", "note"];

Deno.test({
  name: "nodes of a cluster divide CSV, whose rows go over lines, as one server counts it",
  ignore,
  fn: async (t) => {
    using files = new TempFiles();
    files.write("a.csv", writeTable(1, COLUMNS));
    files.write("b.csv", "\ufeff" + writeTable(2, COLUMNS));
    files.write("moved.csv", writeTable(3, ["note", "city", "amount"]));
    files.write("broken.csv", writeTable(4, COLUMNS, 'Oslo,1,"'));
    const options = { shared: files.path, clusterSplitBytes: 40_000 };
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, options);
    await using alone = await startServer({
      port: 0,
      workers: 1,
      allowPrivateUrls: true,
      shared: files.path,
    });
    await using web = new FileServer(new TextEncoder().encode(writeTable(5, COLUMNS)));
    const remote = `http://127.0.0.1:${web.port}/c.csv`;
    const origins = [nodes.servers[0].origin, alone.origin];
    for (const query of QUERIES) {
      await t.step(query, async () => {
        const urls = ["shared:b.csv", remote, "shared:a.csv"];
        const [answer, expected] = await Promise.all(
          origins.map((origin) => countUrls(origin, query, urls)),
        );
        assertSameAnswer(answer, expected);
        assert(answer.accounting.cluster!.splits >= 6, JSON.stringify(answer.accounting));
      });
    }
    const wrong: [query: string, urls: string[], code: string][] = [
      ["key=column(city)", ["shared:a.csv", "shared:moved.csv"], "columns-differ"],
      ["key=column(town)", ["shared:a.csv"], "unknown-column"],
      ["key=column(city)", ["shared:a.csv", "shared:broken.csv"], "broken-record"],
      ["key=column(city)&onError=skip", [remote, "shared:moved.csv"], "columns-differ"],
    ];
    for (const [query, urls, code] of wrong) {
      await t.step(`${code} of ${query}`, async () => {
        const [problem, expected] = await Promise.all(
          origins.map((origin) => problemOf(origin, query, urls)),
        );
        assertEquals(problem, expected);
        assert(expected.type.endsWith(code), expected.type);
      });
    }
  },
});

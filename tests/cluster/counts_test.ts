import { assert, assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("counts by a cluster", "no redis-server");

/** Questions whose answers nodes put together. */
const SPREAD = [
  "top=20",
  "tokenizer=whitespace&case=preserve&top=0&order=key",
  "tokenizer=lines&top=50",
  "n=2&lineBound=true&top=30",
  "n=2&top=30",
  "tokenizer=icu&top=10",
  "key=field(2)&top=0&order=key",
  "key=field(1)&value=field(3)&agg=count,sum,min,max,avg&top=0&order=key",
  'key=field(2)&where=field(1) ^= "k1"&top=0&order=key',
  "tokenizer=template&top=20",
  "stop=en&minLength=2&prefix=k1&top=0&order=key",
  "partition=range&borders=k3,k6&order=key&top=0",
  "min=3&top=0",
  "min=2&max=9&top=5&n=2&lineBound=true",
  "max=40&order=key&top=0&partition=range&borders=k3,k6",
];

/** A question that one node answers: what a result keeps of doubles is not enough for their sum. */
const ALONE = ["kernel=csv-group&option.by=0&option.sum=2&top=0&order=key"];

Deno.test({
  name: "nodes of a cluster answer as one server does",
  ignore,
  fn: async (t) => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    await using first = new FileServer(generateLines(1, 400_000));
    const marked = new TextEncoder().encode("\ufeffmarked\n");
    await using second = new FileServer(Uint8Array.of(...marked, ...generateLines(2, 50_000)));
    const urls = [first, second].map(urlOf);
    const [{ origin }] = nodes.servers;
    for (const query of [...SPREAD, ...ALONE]) {
      await t.step(query, async () => {
        const answer = await countUrls(origin, query, urls);
        assertSameAnswer(answer, await countUrls(alone.origin, query, urls));
        const { cluster } = answer.accounting;
        if (ALONE.includes(query)) return assertEquals(cluster, undefined);
        assert(cluster !== undefined && cluster.splits >= 2, JSON.stringify(answer.accounting));
        assertEquals(cluster?.lost, 0);
      });
    }
  },
});

Deno.test({
  name: "nodes of a cluster tell what is wrong with a text as one server does",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    const bad = generateLines(3, 200_000);
    for (const at of [90_001, 150_002]) bad[at] = 0xff;
    await using file = new FileServer(bad);
    const urls = [urlOf(file)];
    const problems = [];
    for (const { origin } of [alone, nodes.servers[1]]) {
      const response = await askForUrls(origin, "invalid=reject&tokenizer=lines", urls);
      const { requestId: _, line: __, column: ___, detail, ...problem } = await response.json();
      problems.push({ ...problem, detail: detail.replace(/, at line.*?, column \d+/, "") });
    }
    assertEquals(problems[1], problems[0]);
    assertEquals(problems[0].offset, 90_001);
  },
});

Deno.test({
  name: "nodes of a cluster say of texts of several charsets what one server says",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    const headers = { "content-type": "text/plain; charset=latin1" };
    await using latin = new FileServer(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), { headers });
    await using empty = new FileServer(new Uint8Array(0));
    await using utf8 = new FileServer(generateLines(5, 60_000));
    await using many = new FileServer(new Uint8Array(60_000).fill(0xe9), { headers });
    for (const files of [[latin, utf8], [empty, utf8], [empty, many]]) {
      const urls = files.map(urlOf);
      const answer = await countUrls(nodes.servers[0].origin, "top=0&order=key", urls);
      assertSameAnswer(answer, await countUrls(alone.origin, "top=0&order=key", urls));
      assert(answer.accounting.cluster !== undefined);
    }
  },
});

function urlOf({ port }: FileServer): string {
  return `http://127.0.0.1:${port}/file.txt`;
}

import { assert, assertEquals } from "@std/assert";
import { generateKeys } from "../../load/support/corpora.ts";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("reducers of a cluster", "no redis-server");

/** Keys of 40 texts' worth of splits, of which those of a few are more than one node puts together. */
const TEXT = generateKeys(12_000);
const SPLIT_BYTES = 40_000;

const QUESTIONS = [
  "top=20",
  "top=0&order=key",
  "top=0",
  "top=15&order=key",
  "min=3&max=6&top=0",
  "n=2&top=30",
  "prefix=a&top=0&order=key",
  "top=0&order=key&partition=range&borders=b,m,t",
  "top=9&partition=range&borders=c,x",
  "kernel=lines&top=0&order=key",
];

/** Pages of a result that is kept, in orders other than the one that it was asked for in. */
const PAGES = [
  "format=tsv&top=0",
  "format=tsv&top=0&order=key",
  "format=ndjson&top=100&order=key&prefix=b",
  "format=csv&limit=50&min=2",
  "format=tsv&limit=70&order=key&prefix=b",
  "format=tsv&min=4&top=0",
];

/** A cluster of three nodes, and a server that is none. */
async function setUp(stack: AsyncDisposableStack) {
  const redis = stack.use(await TestRedis.start());
  const nodes = stack.use(
    await TestNodes.start(redis, 3, { clusterSplitBytes: SPLIT_BYTES }),
  );
  const alone = stack.use(await startServer({ port: 0, workers: 1, allowPrivateUrls: true }));
  const file = stack.use(new FileServer(TEXT));
  const urls = [`http://127.0.0.1:${file.port}/text`];
  return { origins: [nodes.servers[0].origin, alone.origin], urls, nodes };
}

Deno.test({
  name: "several nodes that reduce give the answer of one server",
  ignore,
  fn: async (t) => {
    await using stack = new AsyncDisposableStack();
    const { origins, urls } = await setUp(stack);
    let most = 0;
    for (const question of QUESTIONS) {
      await t.step(question, async () => {
        const [answer, expected] = await Promise.all(
          origins.map((origin) => countUrls(origin, question, urls)),
        );
        assertSameAnswer(answer, expected);
        most = Math.max(most, answer.accounting.cluster!.reducers);
        const bodies = await Promise.all(origins.map(async (origin) => {
          const response = await askForUrls(origin, `${question}&format=tsv`, urls);
          assertEquals(response.status, 200);
          return await response.text();
        }));
        assertEquals(bodies[0], bodies[1]);
      });
    }
    assert(most > 1, "several have reduced");
  },
});

Deno.test({
  name: "pages of what several nodes have reduced are those of one server, byte for byte",
  ignore,
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { origins, urls } = await setUp(stack);
    const path = `/v1/jobs/${crypto.randomUUID()}`;
    const read = async (origin: string) => {
      const job = origin + path;
      const begun = await fetch(`${job}?top=0`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ urls }),
      });
      assert(begun.ok, await begun.text());
      await until(async () => {
        const { state, error } = await (await fetch(job)).json();
        assert(state !== "failed", JSON.stringify(error));
        return state === "done";
      });
      const pages: string[] = [];
      for (const page of PAGES) {
        const response = await fetch(`${job}/result?${page}`);
        assertEquals(response.status, 200, page);
        pages.push(await response.text());
      }
      for (let next: string | undefined = `${path}/result?limit=1500`; next !== undefined;) {
        const { counts, next: link } = await (await fetch(origin + next)).json();
        pages.push(JSON.stringify(counts));
        next = link;
      }
      return pages;
    };
    const [pages, expected] = await Promise.all(origins.map(read));
    assertEquals(pages.length, expected.length);
    assert(pages.length > PAGES.length + 3);
    pages.forEach((page, i) => assertEquals(page, expected[i], PAGES[i]));
    const { accounting } = await (await fetch(`${origins[0]}${path}/result?top=1`)).json();
    assert(accounting.cluster.splits > 1);
  },
});

Deno.test({
  name: "few keys, and what is more than counts, the node that was asked puts together alone",
  ignore,
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { origins: [origin], urls } = await setUp(stack);
    const few = ["kernel=length&top=3", "mode=approx&top=3", "group=stem(en)&top=3"];
    for (const question of few) {
      const { accounting } = await countUrls(origin, question, urls);
      assertEquals(accounting.cluster?.reducers, 1, question);
    }
  },
});

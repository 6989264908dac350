import { assert, assertEquals } from "@std/assert";
import { generateKeys } from "../../load/support/corpora.ts";
import { digestOf } from "../../load/support/digest_of.ts";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("many keys counted by a cluster", "no redis-server");

/** Lines of text, and splits of which each has so many keys that they are merged. */
const KEYS = 320_000;
const SPLIT_BYTES = 16 * KEYS;

/** Questions of few rows, and of all. */
const FEW = ["top=20", "n=2&top=25", "mode=approx&memory=64MiB&top=20"];
const ALL = ["top=0&order=key", "min=2&max=5&top=0"];

Deno.test({
  name: "nodes of a cluster put millions of keys together as one server does",
  ignore,
  fn: async (t) => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, { clusterSplitBytes: SPLIT_BYTES });
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    await using file = new FileServer(generateKeys(KEYS));
    const urls = [`http://127.0.0.1:${file.port}/text`];
    const origins = [nodes.servers[0].origin, alone.origin];
    for (const query of FEW) {
      await t.step(query, async () => {
        const [answer, expected] = await Promise.all(
          origins.map((origin) => countUrls(origin, query, urls)),
        );
        assertSameAnswer(answer, expected);
        assert(answer.totals.keys > 2 ** 18 && answer.accounting.cluster!.splits >= 2);
        assertEquals(answer.spilled, undefined, "lists are no keys that have outgrown memory");
      });
    }
    for (const query of ALL) {
      await t.step(query, async () => {
        const [rows, expected] = await Promise.all(origins.map(async (origin) => {
          const { status, body } = await askForUrls(origin, `${query}&format=tsv`, urls);
          assertEquals(status, 200);
          return await digestOf(body!);
        }));
        assertEquals(rows, expected);
      });
    }
  },
});

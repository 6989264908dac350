import { assert, assertEquals } from "@std/assert";
import { countUrls, nodesOf } from "../support/cluster/ask.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { startNodeProcess } from "../support/cluster/node_process.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { Collector } from "../support/collector.ts";
import { FileServer } from "../support/http/file_server.ts";
import type { ServerProcess } from "../support/http/server.ts";
import { leftOut } from "../support/left_out.ts";
import { eventually, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("traces of a cluster", "no redis-server");

/** A node in a process of its own, whose spans go to a collector. */
function startNode(redis: TestRedis, collector: Collector): Promise<ServerProcess> {
  return startNodeProcess(redis, { env: collector.env });
}

Deno.test({
  name: "a node's span of a split is below the span of the job, on whichever node that is",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using ofAsked = new Collector();
    await using ofOther = new Collector();
    await using asked = await startNode(redis, ofAsked);
    await using _other = await startNode(redis, ofOther);
    const slow = Promise.withResolvers<undefined>();
    let begun = 0;
    await using file = new FileServer(generateLines(6, 200_000), {
      answer: (request) => {
        if (!isInSplits(request)) return undefined;
        if (++begun === 2) slow.resolve(undefined); // both nodes have a split
        return slow.promise;
      },
    });
    await until(async () => (await nodesOf(asked.origin)).length === 2);
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const answer = await countUrls(asked.origin, "top=1", urls);
    assertEquals(answer.accounting.cluster?.nodes, 2);

    const jobs = () => ofAsked.spans.filter(({ name }) => name === "job");
    const spread = () => {
      const ids = new Set(splits().map(({ parentSpanId }) => parentSpanId));
      return jobs().filter(({ spanId }) => ids.has(spanId));
    };
    const splits = () =>
      [ofAsked, ofOther].flatMap(({ spans }) => spans.filter(({ name }) => name === "split"));
    await eventually(() => {
      // A split that takes long on a busy machine is begun twice, and has two spans.
      assert(splits().length >= answer.accounting.cluster!.splits, `${splits().length} splits`);
      assertEquals(spread().length, 1);
    });
    const [job] = spread();
    assertEquals(job.attributes["millrace.job.tokenizer"], "unicode");
    for (const split of splits()) assertEquals(split.traceId, job.traceId);
    const elsewhere = () => ofOther.spans.filter(({ name }) => /^(split|reduce)$/.test(name));
    assert(elsewhere().some(({ name }) => name === "split"));
    const counted = () => ofOther.spans.filter(({ name }) => name === "job");
    const asks = () =>
      ofOther.spans.filter(({ name, traceId }) => name === "GET" && traceId === job.traceId);
    await eventually(() => {
      assert(counted().length > 0, "no count of a split is in the trace");
      assert(asks().length > 0, "no fetch of keys is in the trace");
      const ids = elsewhere().map(({ spanId }) => spanId);
      for (const { parentSpanId } of counted()) assert(ids.includes(parentSpanId), parentSpanId);
    });
  },
});

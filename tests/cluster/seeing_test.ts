import { assert, assertEquals } from "@std/assert";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { readQueueFigures } from "../../src/cluster/queue_figures.ts";
import type { EngineDocument } from "../../src/contract/engine_status.ts";
import { askForUrls, countUrls } from "../support/cluster/ask.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { readEvents } from "../support/http/events.ts";
import { FileServer } from "../support/http/file_server.ts";
import { parseExposition } from "../support/http/prometheus.ts";
import { leftOut } from "../support/left_out.ts";
import { eventually, soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("what is seen of a cluster", "no redis-server");

const MB = 1024 * 1024;

async function statusOf(origin: string): Promise<Required<EngineDocument>> {
  return await (await soon(fetch(`${origin}/v1/engine`))).json();
}

async function metricsOf(origin: string): Promise<Map<string, number>> {
  return parseExposition(await (await soon(fetch(`${origin}/metrics`))).text());
}

Deno.test({
  name: "readQueueFigures() counts as BullMQ does, and tells how long the oldest has waited",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue("splits", { connection, prefix: "test" });
    const read = () => readQueueFigures(connection, "test:splits:");
    const nothing = { waiting: 0, running: 0, delayed: 0, failed: 0, oldestWaitingMs: 0 };
    assertEquals(await read(), nothing);
    const [seconds] = await connection.time();
    const timestamp = Number(seconds) * 1000 - 60_000;
    await queue.add("a", {}, { priority: 2 });
    await queue.add("b", {}, { priority: 3, timestamp }); // not the first in line
    await queue.add("c", {});
    await queue.add("d", {}, { delay: 1_000_000 });
    const { oldestWaitingMs, ...figures } = await read();
    const { waiting, prioritized, active, delayed, failed } = await queue.getJobCounts();
    assertEquals(figures, { waiting: waiting + prioritized, running: active, delayed, failed });
    assertEquals(figures, { ...figures, waiting: 3, delayed: 1 });
    assert(oldestWaitingMs >= 60_000 && oldestWaitingMs < 3_600_000, String(oldestWaitingMs));
    await queue.close();
    connection.disconnect();
  },
});

Deno.test({
  name: "nodes tell of themselves, of the queue and of what they moved, also while Redis is away",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    const [asked, other] = nodes.servers.map(({ origin }) => origin);
    const gate = Promise.withResolvers<undefined>();
    const text = generateLines(7, 200_000);
    await using file = new FileServer(text, {
      answer: (request) => isInSplits(request) ? gate.promise : undefined,
    });
    using _open = { [Symbol.dispose]: () => gate.resolve(undefined) }; // or the file is not closed
    await using small = new FileServer(generateLines(8, 100));
    const urlsOf = ({ port }: FileServer) => [`http://127.0.0.1:${port}/file.txt`];
    await countUrls(asked, "top=1", urlsOf(small));
    const counting = countUrls(asked, "top=0&order=key", urlsOf(file));
    await eventually(async () => {
      const { nodes: seen, cluster: { queue } } = await statusOf(other);
      assertEquals(seen.map(({ state }) => state), ["counting", "counting"]);
      assertEquals([queue.running, queue.failed], [2, 0]);
      assert(queue.waiting > 0 && queue.oldestWaitingMs > 0, JSON.stringify(queue));
    });
    gate.resolve(undefined);
    const { accounting } = await counting;
    const splits = accounting.cluster!.splits;
    const status = await Promise.all([asked, other].map(statusOf));
    const [own, its] = status.map(({ cluster }) => cluster);
    assertEquals(own.jobs, { spread: 1, kept: 1 });
    assertEquals(its.jobs, { spread: 0, kept: 0 });
    assertEquals(own.splits.done + its.splits.done, splits);
    assert(own.moved.outputsFetched > 0);
    assertEquals(own.moved.outputsFetched, its.moved.outputsServed);
    const read = own.moved.inputsRead + its.moved.inputsRead;
    assert(read >= text.length, `${read} bytes were read`);
    const [node] = status[0].nodes;
    assertEquals([node.version, node.build.length > 0], [status[0].version, true]);
    const metrics = await metricsOf(asked);
    assertEquals(metrics.get('millrace_cluster_splits_total{event="done"}'), own.splits.done);
    assertEquals(metrics.get("millrace_cluster_reached"), 1);

    await redis.kill();
    await until(async () => !(await statusOf(asked)).cluster.reached);
    assertEquals((await metricsOf(asked)).get("millrace_cluster_reached"), 0);
    const states = (await statusOf(asked)).nodes.map(({ url, state }) => [url === asked, state]);
    assertEquals(new Map(states as [boolean, string][]).get(false), "silent");
    await redis.restart();
    await until(async () => (await statusOf(asked)).cluster.reached);
  },
});

/** A text of 16 MB, whose splits stop after three quarters until a gate is opened. */
function holdSplits(gate: Promise<void>): FileServer {
  const text = generateLines(9, 100_000);
  const all = new Uint8Array(160 * text.length);
  for (let i = 0; i < 160; i++) all.set(text, i * text.length);
  return new FileServer(all, {
    answer: (request) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
      const bytes = all.subarray(Number(from), Number(to) + 1);
      if (from === undefined || bytes.length < MB) return undefined;
      const most = Math.floor(bytes.length * 0.75);
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.subarray(0, most)),
        pull: async (controller) => {
          await gate;
          controller.enqueue(bytes.subarray(most));
          controller.close();
        },
      });
      const headers = {
        etag: '"1"',
        "content-length": String(bytes.length),
        "content-range": `bytes ${from}-${to}/${all.length}`,
      };
      return new Response(body, { status: 206, headers });
    },
  });
}

Deno.test({
  name: "the events of a job tell how far all nodes are, and their largest counts so far",
  ignore,
  fn: async () => {
    const gate = Promise.withResolvers<void>();
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, { clusterSplitBytes: 8 * MB });
    await using file = holdSplits(gate.promise);
    const [{ origin }] = nodes.servers;
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const { links } = await (await askForUrls(origin, "", urls, "/v1/jobs")).json();
    const events = await fetch(`${origin}${links.self}/events?top=3`);
    let progress: { bytes: number; splits?: { done: number; all: number; bytes: number } };
    let last: string | undefined;
    for await (const { event, data } of readEvents(events)) {
      last = event;
      if (event === "progress") progress = data;
      if (event !== "top") continue;
      const { approximate, counts } = data;
      assertEquals([approximate, counts.length], [true, 3]);
      const { splits, bytes } = progress!;
      // Of one node's split there is less than that.
      if (splits?.done === 0 && bytes > 8 * MB) gate.resolve();
    }
    assertEquals(last, "done");
    const { progress: { splits, bytes } } = await (await fetch(origin + links.self)).json();
    assertEquals([splits.done, splits.bytes], [splits.all, bytes]);
    assert(splits.all >= 2);
  },
});

import { assert, assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { assertBounded, countTokens } from "../support/approx.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { compileKernel } from "../support/modules/compiled_modules.ts";
import { MANIFEST } from "../support/modules/kernel_module.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("questions to a cluster", "no redis-server");

/** Questions whose answers have several stages, or hold names of texts, or are of kernels of clients. */
const QUESTIONS = [
  "key=field(1)&value=field(2)&agg=distinct&min=3&top=0&order=key",
  "key=word&value=part&agg=distinct&stop=en&top=0&order=key",
  "key=field(2)&value=record&agg=approxDistinct&top=0&order=key",
  "by=part&key=field(2)&top=0&order=key",
  'key=field(1)&where=part ~ "first"&top=0&order=key',
  "group=stem(en)&min=40&prefix=W&top=0",
  "mode=approx&memory=64MiB&top=0&order=key",
  "kernel=length&top=0&order=key",
  "kernel=grep&option.find=w1|k77&min=2&top=0",
  "records=paragraph&key=word&top=20",
];

Deno.test({
  name: "nodes of a cluster answer questions of many kinds as one server does",
  ignore,
  fn: async (t) => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    await using first = new FileServer(generateLines(11, 100_000));
    await using second = new FileServer(generateLines(12, 40_000));
    const urls = [`${urlOf(first)}?first`, urlOf(second)];
    for (const question of QUESTIONS) {
      await t.step(question, async () => {
        const query = question.replaceAll("+", "%2B").replaceAll("|", "%7C");
        const answer = await countUrls(nodes.servers[0].origin, query, urls);
        const expected = await countUrls(alone.origin, query, urls);
        assertSameAnswer(answer, expected);
        assertEquals(answer.approx, expected.approx);
        assertEquals(Object.keys(answer.kernelUse ?? {}), Object.keys(expected.kernelUse ?? {}));
        const { cluster } = answer.accounting;
        assert(cluster !== undefined && cluster.splits >= 4, JSON.stringify(answer.accounting));
      });
    }
  },
});

function urlOf({ port }: FileServer): string {
  return `http://127.0.0.1:${port}/file.txt`;
}

Deno.test({
  name: "nodes of a cluster say how far they are off, all together",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, { clusterSplitBytes: 800_000 });
    const numbers = Array.from({ length: 300_000 }, (_, i) => `${i % 3 ? i : i % 1000}`);
    await using file = new FileServer(new TextEncoder().encode(numbers.join("\n")));
    const query = "mode=approx&memory=4MiB&tokenizer=whitespace&top=0";
    const { counts, totals, approx, accounting } = await countUrls(
      nodes.servers[1].origin,
      query,
      [urlOf(file)],
    );
    assert(accounting.cluster !== undefined);
    const { bound, keysError } = approx!;
    assert(bound > 0 && keysError > 0, JSON.stringify(approx));
    const told = {
      counts: counts as { key: string; count: number }[],
      bound,
      keys: totals.keys,
      isExact: false,
    };
    assertBounded(told, countTokens(numbers), "two nodes");
    assertEquals([totals.tokens, totals.counted], [numbers.length, numbers.length]);
  },
});

/** Fails at an exclamation mark, and says where its line begins. */
const SOURCE = `
@external("millrace", "fail") declare function fail(at: usize, bytes: i32): void;
const message = memory.data<u8>([0x62, 0x61, 0x64]);
let input: usize = 0, room: usize = 0;
export let mr_at: i32 = 0;
export function mr_reserve(bytes: i32): usize {
  if (<usize>bytes > room) { room = bytes; input = heap.alloc(room + 64); }
  return input;
}
export function mr_map(bytes: i32): void {
  for (let at = 0; at < bytes; at++) {
    const byte = load<u8>(input + at);
    if (byte == 33) fail(message, 3);
    if (byte == 10) mr_at = at + 1;
  }
}`;

Deno.test({
  name: "nodes of a cluster say where a kernel of a client fails as one server does",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    const good = new TextDecoder().decode(generateLines(13, 80_000));
    await using file = new FileServer(new TextEncoder().encode(`${good}a!\n${good}`));
    const module = await compileKernel(SOURCE, ["-O1", "--runtime", "stub"], MANIFEST);
    const problems = [];
    for (const { origin } of [alone, nodes.servers[0]]) {
      const pushed = await fetch(`${origin}/v1/kernels`, {
        method: "POST",
        body: module,
        headers: { "content-type": "application/wasm" },
      });
      const { id } = await pushed.json();
      const response = await askForUrls(origin, `kernel=${id}`, [urlOf(file)]);
      const { requestId: _, ...problem } = await response.json();
      problems.push(problem);
    }
    assertEquals(problems[1], problems[0]);
    assertEquals(problems[0].offset, new TextEncoder().encode(good).length);
  },
});

Deno.test({
  name: "one node counts what leaves the range of a sum in a part of the text alone",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    const large = "9".repeat(18);
    const lines = [`a ${large}\n`, `a -${large}\n`].map((line) => line.repeat(2000));
    await using file = new FileServer(new TextEncoder().encode(lines.join("")));
    const query = "key=field(1)&value=field(2)&agg=sum";
    const answer = await countUrls(nodes.servers[0].origin, query, [urlOf(file)]);
    assertSameAnswer(answer, await countUrls(alone.origin, query, [urlOf(file)]));
    assertEquals(answer.counts, [{ key: "a", value: 0 }]);
    assertEquals(answer.accounting.cluster, undefined);
  },
});

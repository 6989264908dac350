import { assert, assertEquals, assertRejects } from "@std/assert";
import { createCountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { JobHandle } from "../../src/engine/job_contract.ts";
import { defaultServerOptions } from "../../src/settings/parse_server_options.ts";
import { createUrlOpener } from "../../src/intake/url_opener.ts";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer, type FileServerOptions } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("scheduling of a cluster", "no redis-server");

const TEXT = generateLines(6, 200_000);
const QUERY = "top=0&order=key";

/** Two nodes, and files that they read. */
class Bench {
  readonly #stack: AsyncDisposableStack;
  readonly nodes: TestNodes;

  private constructor(stack: AsyncDisposableStack, nodes: TestNodes) {
    this.#stack = stack;
    this.nodes = nodes;
  }

  static async open(
    stack: AsyncDisposableStack,
    options: Parameters<typeof TestNodes.start>[2] = {},
  ): Promise<Bench> {
    const redis = stack.use(await TestRedis.start());
    return new Bench(stack, stack.use(await TestNodes.start(redis, 2, options)));
  }

  get origin(): string {
    return this.nodes.servers[0].origin;
  }

  get splits(): number {
    const nodes = this.nodes.servers.flatMap(({ engine }) => engine.status().nodes ?? []);
    return nodes.reduce((sum, { splits }) => sum + splits, 0);
  }

  serve(options: FileServerOptions = {}, text = TEXT): string {
    const { port } = this.#stack.use(new FileServer(text, options));
    return `http://127.0.0.1:${port}/file.txt`;
  }

  /** What one server answers. */
  async alone(url: string, query = QUERY) {
    await using server = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    return await countUrls(server.origin, query, [url]);
  }
}

function test(name: string, fn: (stack: AsyncDisposableStack) => Promise<void>): void {
  Deno.test({
    name: `a cluster: ${name}`,
    ignore,
    fn: async () => {
      await using stack = new AsyncDisposableStack();
      await fn(stack);
    },
  });
}

/** Where the range begins that a request asks for. */
function startOf(request: Request): number {
  return Number(/^bytes=(\d+)-/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
}

/** Holds requests until the test ends. */
class Hold {
  readonly held: number[] = [];
  readonly #gate = Promise.withResolvers<undefined>();

  keep(request: Request): Promise<undefined> {
    this.held.push(startOf(request));
    return this.#gate.promise;
  }

  [Symbol.dispose](): void {
    this.#gate.resolve(undefined);
  }
}

test("a split whose node hangs is counted by another one, and once", async (stack) => {
  const bench = await Bench.open(stack);
  const hold = new Hold();
  const url = bench.serve({
    // One node reads on and on, and its lock is renewed; whoever asks later is answered.
    answer: (request) =>
      startOf(request) > 150_000 && hold.held.length === 0 ? hold.keep(request) : undefined,
  });
  stack.use(hold); // ends before the server of the text
  const answer = await soon(countUrls(bench.origin, QUERY, [url]));
  assertEquals(hold.held.length, 1);
  assertEquals(answer.accounting.bytesIn, TEXT.length);
  assertEquals(answer.accounting.bytesCounted, TEXT.length);
  assertSameAnswer(answer, await bench.alone(url));
  await until(() => bench.splits === 0); // the other attempt has ended, though nobody let it go on
});

test("a job that takes too long fails, and its splits end on all nodes", async (stack) => {
  const bench = await Bench.open(stack, { jobTimeoutMs: 6000 });
  const hold = new Hold();
  const url = bench.serve({
    answer: (request) => startOf(request) > 0 ? hold.keep(request) : undefined,
  });
  stack.use(hold);
  const response = await soon(askForUrls(bench.origin, QUERY, [url]));
  const { type } = await response.json();
  assertEquals(type, "urn:millrace:problem:job-timeout");
  await until(() => bench.splits === 0);
});

test("jobs of one id of two tenants have nothing to do with each other", async (stack) => {
  const bench = await Bench.open(stack);
  const open = createUrlOpener({ ...defaultServerOptions(), allowPrivateUrls: true }, "none");
  const count = (node: number, tenant: string, url: string): JobHandle =>
    bench.nodes.servers[node].engine
      .submit(open([url]), createCountOptions(), { id: "same", tenant });
  const hold = new Hold();
  const url = bench.serve({
    answer: (request) => startOf(request) > 50_000 ? hold.keep(request) : undefined,
  });
  const first = count(0, "a", url);
  await until(() => hold.held.length >= 2);
  const cancelled = count(1, "b", url);
  const { code } = await assertRejects(() => {
    cancelled.cancel();
    return soon(cancelled.done);
  }, JobError);
  assertEquals(code, "job_cancelled");
  const other = count(1, "b", bench.serve({}, generateLines(7, 100_000)));
  hold[Symbol.dispose]();
  const results = await soon(Promise.all([first.done, other.done]));
  assertEquals(results.map(({ totals }) => totals.bytes > 150_000), [true, false]);
  for (const { segment, accounting: { cluster } } of results) {
    assert(cluster!.splits > 1);
    segment.close();
  }
});

test("jobs that are spread are bounded as all others", async (stack) => {
  const bench = await Bench.open(stack, { maxQueuedJobs: 0 });
  const [{ engine }] = bench.nodes.servers;
  const { runningJobs } = engine.status().bounds;
  const never = new Promise<never>(() => {});
  const jobs = Array.from(
    { length: runningJobs },
    () => engine.submit(never, createCountOptions()),
  );
  const response = await soon(askForUrls(bench.origin, QUERY, [bench.serve()], "/v1/jobs"));
  const { type, status } = await response.json();
  assertEquals([type, status], ["urn:millrace:problem:too-many-jobs", 429]);
  for (const job of jobs) job.cancel();
  await Promise.allSettled(jobs.map(({ done }) => done));
  const url = bench.serve();
  assertSameAnswer(await countUrls(bench.origin, QUERY, [url]), await bench.alone(url));
});

test("a text of which each look finds another version is counted by one node", async (stack) => {
  const bench = await Bench.open(stack);
  const url = bench.serve({ etag: (request) => `"${request}"` });
  const answer = await soon(countUrls(bench.origin, QUERY, [url]));
  assertEquals(answer.accounting.cluster, undefined);
  assertSameAnswer(answer, await bench.alone(url));
});

test("a job is taken in while the server of its text is silent", async (stack) => {
  const bench = await Bench.open(stack);
  const hold = new Hold();
  const url = bench.serve({ answer: (request) => hold.keep(request) });
  const response = await soon(askForUrls(bench.origin, QUERY, [url], "/v1/jobs"));
  const { links } = await response.json();
  assertEquals(response.status, 202);
  assertEquals(hold.held.length, 1); // which is not answered yet
  hold[Symbol.dispose]();
  await until(async () => {
    const { state } = await (await fetch(bench.origin + links.self)).json();
    assert(state !== "failed");
    return state === "done";
  });
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { StartError, startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { START_PERMISSIONS, startNodeProcess } from "../support/cluster/node_process.ts";
import { nodeOptions } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("failures of a cluster", "no redis-server");

const TEXT = generateLines(4, 200_000);
const QUERY = "top=0&order=key";

/** A node here, one in a process of its own, and a file that they can be made to wait for. */
async function setUp(stack: AsyncDisposableStack) {
  const redis = stack.use(await TestRedis.start());
  const spillDirectory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(spillDirectory, { recursive: true }));
  const here = stack.use(await startServer({ ...nodeOptions(redis, freePort()), spillDirectory }));
  const port = freePort();
  const startThere = async () =>
    stack.use(
      await startNodeProcess(redis, {
        port,
        permissions: START_PERMISSIONS,
        env: { MILLRACE_SPILL_DIR: spillDirectory, MILLRACE_DATA: `${spillDirectory}/data` },
      }),
    );
  const there = await startThere();
  let gate = Promise.withResolvers<undefined>();
  /** Ranges that wait, by where they begin. */
  const held: number[] = [];
  const file = stack.use(
    new FileServer(TEXT, {
      answer: (request) => {
        const [, from = "0"] = /^bytes=(\d+)-/.exec(request.headers.get("range") ?? "") ?? [];
        if (Number(from) < 50_000) return undefined; // so that some splits are done
        held.push(Number(from));
        return gate.promise;
      },
    }),
  );
  const nodesOf = () => here.engine.status().nodes ?? [];
  await until(() => nodesOf().length === 2);
  const busy = () => nodesOf().filter(({ splits }) => splits > 0).length;
  const alone = stack.use(await startServer({ port: 0, workers: 1, allowPrivateUrls: true }));
  const urls = [`http://127.0.0.1:${file.port}/file.txt`];
  gate.resolve(undefined);
  const expected = await countUrls(alone.origin, QUERY, urls);
  gate = Promise.withResolvers();
  held.length = 0;
  return {
    redis,
    here,
    there,
    startThere,
    spillDirectory,
    urls,
    expected,
    busy,
    nodesOf,
    held,
    open: () => gate.resolve(undefined),
  };
}

function failure(name: string, run: (stack: AsyncDisposableStack) => Promise<void>): void {
  Deno.test({
    name: `a cluster: ${name}`,
    ignore,
    fn: async () => {
      await using stack = new AsyncDisposableStack();
      await run(stack);
    },
  });
}

failure("another node counts what a killed node had begun and had done", async (stack) => {
  const { here, there, urls, expected, busy, open } = await setUp(stack);
  const counting = countUrls(here.origin, QUERY, urls);
  await until(() => busy() === 2);
  there.kill("SIGKILL");
  open();
  assertSameAnswer(await counting, expected);
});

failure("a node that stood still says nothing that counts", async (stack) => {
  const { here, there, urls, expected, busy, nodesOf, open } = await setUp(stack);
  const counting = countUrls(here.origin, QUERY, urls);
  await until(() => busy() === 2);
  there.kill("SIGSTOP");
  open();
  await until(() => nodesOf().length === 1); // longer than its lock
  there.kill("SIGCONT");
  assertSameAnswer(await counting, expected);
});

failure("Redis is killed and comes back", async (stack) => {
  const { redis, here, urls, expected, busy, open } = await setUp(stack);
  const counting = countUrls(here.origin, QUERY, urls);
  await until(() => busy() === 2);
  await redis.kill();
  open();
  await redis.restart();
  assertSameAnswer(await counting, expected);
});

failure("without Redis a node counts alone", async (stack) => {
  const { redis, here, urls, expected, open } = await setUp(stack);
  await redis.kill();
  open();
  const answer = await countUrls(here.origin, QUERY, urls);
  assertEquals(answer.accounting.cluster, undefined);
  assertSameAnswer(answer, expected);
});

failure("a job that is cancelled ends on all nodes", async (stack) => {
  const { here, urls, spillDirectory, busy, nodesOf, held, open } = await setUp(stack);
  const response = await askForUrls(here.origin, QUERY, urls, "/v1/jobs");
  const { links } = await response.json();
  await until(() => busy() === 2 && held.length >= 2);
  const cancelled = await fetch(here.origin + links.self, { method: "DELETE" });
  await cancelled.body?.cancel();
  assert(cancelled.ok);
  await until(() => nodesOf().every(({ splits }) => splits === 0));
  await until(() => filesIn(spillDirectory) === 0);
  open();
});

failure("a job is cancelled, and its node closed, while Redis is away", async (stack) => {
  const { redis, here, urls, busy, open } = await setUp(stack);
  const counting = askForUrls(here.origin, QUERY, urls);
  const response = await askForUrls(here.origin, QUERY, urls, "/v1/jobs");
  const { links } = await response.json();
  await until(() => busy() === 2);
  await redis.kill();
  const cancelled = await soon(fetch(here.origin + links.self, { method: "DELETE" }));
  await cancelled.body?.cancel();
  assert(cancelled.ok);
  await soon(here.close());
  assertEquals((await (await counting).json()).type, "urn:millrace:problem:engine-closed");
  open();
});

failure("a durable job goes on after its node was killed", async (stack) => {
  const { there, startThere, spillDirectory, urls, expected, busy, open } = await setUp(stack);
  const response = await askForUrls(there.origin, QUERY, urls, "/v1/jobs");
  const { links } = await response.json();
  await until(() => busy() === 2);
  there.kill("SIGKILL");
  await there.ended();
  const foldersOf = (pid: number) =>
    folders(spillDirectory).filter((name) => name.includes(`-${pid}-`)).length;
  assertEquals(foldersOf(there.pid), 1);
  const { origin } = await startThere();
  open();
  await until(async () => {
    const { state } = await (await fetch(`${origin}${links.self}`)).json();
    assert(state !== "failed");
    return state === "done";
  });
  const answer = await (await fetch(`${origin}${links.self}/result?${QUERY}`)).json();
  assertSameAnswer(answer, expected);
  assert(answer.accounting.cluster.splits > 1);
  await until(() => foldersOf(there.pid) === 0);
});

Deno.test({
  name: "a cluster: a node that Redis refuses does not start, and says why",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start({ "--requirepass": "a password" });
    const starting = startServer(nodeOptions(redis, freePort()));
    const { advice } = await assertRejects(() => starting, StartError, "NOAUTH");
    assert(advice.join("\n").includes("--cluster"));
  },
});

function folders(path: string): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name);
}

/** Files of the nodes whose folders are in a folder. */
function filesIn(path: string): number {
  const nodes = folders(path).filter((name) => name.startsWith("millrace-spill-"));
  return nodes.flatMap((name) => folders(`${path}/${name}`)).length;
}

failure("nobody without the secret learns what a node has", async (stack) => {
  const { here, urls, expected, open } = await setUp(stack);
  open();
  assertSameAnswer(await countUrls(here.origin, QUERY, urls), expected);
  for (const method of ["GET", "DELETE"]) {
    const authorization = `Millrace ${"00".repeat(32)}`;
    const headers = { authorization };
    const response = await fetch(`${here.origin}/internal/outputs/a/b`, { method, headers });
    assertEquals([response.status, await response.text()], [404, ""]);
  }
});

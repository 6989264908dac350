import { assert, assertEquals } from "@std/assert";
import type { ResultDocument } from "../../src/contract/documents.ts";
import { type Server, type StartOptions, startServer } from "../../src/server.ts";
import { assertSameAnswer } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { leftOut } from "../support/left_out.ts";
import { PATIENCE_MS, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("uploads to a cluster", "no redis-server");

const QUERIES = [
  "top=0&order=key",
  "n=2&top=0&order=key",
  "tokenizer=lines&top=40",
  "key=field(2)&value=field(3)&agg=count,sum&top=0&order=key",
];

const MARK = [0xef, 0xbb, 0xbf];

/** Two nodes, of which the first does not count parts itself, and a server alone. */
async function setUp(stack: AsyncDisposableStack, options: StartOptions = {}) {
  const redis = stack.use(await TestRedis.start());
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const own = { clusterUploads: "always", spillDirectory: folder, ...options } as const;
  const nodes = stack.use(
    await TestNodes.startEach(redis, [{ ...own, clusterRoles: ["accept", "reduce"] }, own]),
  );
  const alone = stack.use(await startServer({ port: 0, workers: 1 }));
  const [accepts, maps] = nodes.servers;
  return { redis, folder, accepts, maps, alone };
}

function post({ origin }: Server, query: string, body: BodyInit, path = "/v1/count") {
  return fetch(`${origin}${path}?${query}`, { method: "POST", body });
}

async function count(server: Server, query: string, body: BodyInit): Promise<ResultDocument> {
  const response = await post(server, query, body);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text);
}

/** Files of uploads and outputs in the folders of nodes. */
function filesIn(folder: string): string[] {
  const nodes = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  return nodes.filter((name) => name.startsWith("millrace-spill-"))
    .flatMap((name) => Array.from(Deno.readDirSync(`${folder}/${name}`), (entry) => entry.name));
}

/** A body that a test sends piece by piece. */
function slowBody() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  return {
    body: readable,
    send: (bytes: Uint8Array) => writer.write(bytes),
    close: () => writer.close(),
    abort: () => writer.abort("gone on purpose"),
  };
}

function upload(name: string, run: (stack: AsyncDisposableStack) => Promise<void>): void {
  Deno.test({
    name: `an upload to a cluster: ${name}`,
    ignore,
    fn: async () => {
      await using stack = new AsyncDisposableStack();
      await run(stack);
    },
  });
}

upload("nodes answer as one server does, and keep nothing", async (stack) => {
  // A node that a busy machine keeps waiting is not taken for lost.
  const { accepts, alone, folder } = await setUp(stack, { clusterLockMs: PATIENCE_MS });
  const text = generateLines(1, 150_000);
  const marked = Uint8Array.of(...MARK, ...generateLines(2, 90_000));
  for (const query of QUERIES) {
    for (const body of [text, marked]) {
      const answer = await count(accepts, query, body);
      assertSameAnswer(answer, await count(alone, query, body));
      const { cluster } = answer.accounting;
      assert(cluster !== undefined && cluster.splits >= 2 && cluster.lost === 0, query);
    }
  }
  await until(() => filesIn(folder).length === 0);
});

upload("what cannot be cut, or is one part, is counted where it arrives", async (stack) => {
  const { accepts, alone, folder } = await setUp(stack);
  const latin = new Uint8Array(70_000).fill(0xe9);
  const lines = generateLines(3, 150_000);
  const bodies: [string, () => BodyInit][] = [
    ["charset=latin1", () => latin],
    ["", () => stream(new Uint8Array(70_000).fill(0x61))], // no border
    ["", () => stream(lines.subarray(0, 10_000))],
    ["", () => lines.subarray(0, 39_000)],
  ];
  for (const [query, body] of bodies) {
    const answer = await count(accepts, query, body());
    assertSameAnswer(answer, await count(alone, query, body()));
    assertEquals(answer.accounting.cluster, undefined);
  }
  const empty = await post(accepts, "", stream(new Uint8Array()));
  assertEquals(await empty.json().then(({ type }) => type), "urn:millrace:problem:empty-body");
  await until(() => filesIn(folder).length === 0);
});

upload("nodes tell what is wrong with it as one server does", async (stack) => {
  const { accepts, alone, folder } = await setUp(stack);
  const bad = generateLines(4, 200_000);
  for (const at of [90_001, 150_002]) bad[at] = 0xff;
  for (const query of ["invalid=reject", "invalid=reject&n=2", "key=field(1)&invalid=reject"]) {
    const problems = [];
    for (const server of [accepts, alone]) {
      const response = await post(server, query, bad);
      const { requestId: _, line: __, column: ___, detail, ...problem } = await response.json();
      problems.push({ ...problem, detail: detail.replace(/, at line.*?, column \d+/, "") });
    }
    assertEquals(problems[0], problems[1]);
    assertEquals(problems[0].offset, 90_001);
  }
  const large = await setUp(stack, { maxBodyBytes: 100_000 });
  const refused = await post(large.accepts, "", stream(bad));
  assertEquals([refused.status, (await refused.json()).limit], [413, 100_000]);
  await until(() => filesIn(folder).length + filesIn(large.folder).length === 0);
});

upload("other nodes count while it comes in", async (stack) => {
  const { accepts, alone, maps } = await setUp(stack);
  const text = generateLines(5, 200_000);
  const { body, send, close } = slowBody();
  const counting = count(accepts, QUERIES[0], body);
  await send(text.subarray(0, 110_000));
  await until(() => maps.engine.status().ended.done >= 4); // parts of 20,000 bytes
  await send(text.subarray(110_000));
  await close();
  const answer = await counting;
  assertSameAnswer(answer, await count(alone, QUERIES[0], text));
  assert(answer.accounting.cluster!.splits >= 5);
});

upload("a fault in it is told before all of it is here", async (stack) => {
  const { accepts, folder } = await setUp(stack);
  const text = generateLines(6, 100_000);
  text[30_000] = 0xff;
  const { body, send, abort } = slowBody();
  const answering = post(accepts, "invalid=reject", body);
  await send(text);
  const problem = await (await answering).json();
  assertEquals([problem.type, problem.offset], ["urn:millrace:problem:invalid-utf8", 30_000]);
  await abort().catch(() => {});
  await until(() => filesIn(folder).length === 0);
});

upload("a client that goes away leaves nothing", async (stack) => {
  const { accepts, maps, folder } = await setUp(stack);
  const { body, send, abort } = slowBody();
  const counting = post(accepts, "", body);
  await send(generateLines(7, 100_000));
  await until(() => maps.engine.status().ended.done >= 2);
  await abort();
  await counting.then((response) => response.body?.cancel(), () => {});
  await until(() => filesIn(folder).length === 0);
  assertEquals(accepts.engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
});

upload("it is a job, whose result stays", async (stack) => {
  const { accepts, alone } = await setUp(stack);
  const text = generateLines(8, 120_000);
  const response = await post(accepts, "", text, "/v1/jobs");
  assertEquals(response.status, 202);
  const { links } = await response.json();
  const result = await fetch(`${accepts.origin}${links.result}?wait=30&${QUERIES[0]}`);
  const answer = await result.json();
  assertSameAnswer(answer, await count(alone, QUERIES[0], text));
  assert(answer.accounting.cluster.splits >= 2);
});

upload("a server that has time counts it alone", async (stack) => {
  const { accepts } = await setUp(stack, { clusterUploads: "auto" });
  const answer = await count(accepts, "", generateLines(9, 120_000));
  assertEquals(answer.accounting.cluster, undefined);
});

function stream(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream();
}

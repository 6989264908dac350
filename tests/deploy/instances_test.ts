import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HEARTBEAT, HEARTBEAT_TICKS, TICK_MS } from "../../src/http/events/sse.ts";
import { startInstance } from "../support/http/deploy.ts";
import { gatedStream } from "../support/inputs.ts";
import { KvServer } from "../support/store/kv_server.ts";
import type { ServerProcess } from "../support/http/server.ts";
import { until } from "../support/waits.ts";

/** As from a store in another place. */
const LATENCY_MS = 3;

/** Takes about a second to count, so that an instance can be stopped on the way. */
const LONG = "?tokenizer=icu&format=tsv";
const VERSE = "to be or not to be ";
const TIMES = 500_000;
const TEXT = VERSE.repeat(TIMES);
const COUNTS = `be\t${2 * TIMES}\nto\t${2 * TIMES}\nnot\t${TIMES}\nor\t${TIMES}\n`;

/** The platform ends what sends no byte for so long. */
const GRACE_MS = 5000;

const HEARTBEAT_TEXT = new TextDecoder().decode(HEARTBEAT);

async function post(instance: ServerProcess, query: string, body: string): Promise<string> {
  const response = await fetch(`${instance.origin}/v1/jobs${query}`, { method: "POST", body });
  assertEquals(response.status, 202, await response.text());
  return response.headers.get("location")!;
}

async function read(instance: ServerProcess, path: string) {
  const response = await fetch(`${instance.origin}${path}`);
  return { status: response.status, text: await response.text() };
}

/** The result of a job, however long a busy machine takes: an answer waits for a minute at most. */
async function resultOf(instance: ServerProcess, job: string) {
  for (;;) {
    const answer = await read(instance, `${job}/result?wait=60`);
    if (answer.status !== 409) return answer;
  }
}

async function stateOf(instance: ServerProcess, path: string) {
  return JSON.parse((await read(instance, path)).text);
}

Deno.test("each instance answers for jobs that another has taken", async () => {
  await using kv = new KvServer({ latencyMs: LATENCY_MS });
  await using first = await startInstance(kv);
  await using second = await startInstance(kv);
  const job = await post(first, "?format=tsv", VERSE);
  const result = await resultOf(second, job);
  assertEquals(result, { status: 200, text: "be\t2\nto\t2\nnot\t1\nor\t1\n" });
  assertEquals((await stateOf(second, job)).state, "done");
  assertEquals((await stateOf(second, "/v1/jobs")).jobs.length, 1);
  const removed = await fetch(`${second.origin}${job}`, { method: "DELETE" });
  assertEquals(removed.status, 204);
  assertEquals((await read(first, job)).status, 404);
  assertEquals((await read(first, `${job}/result`)).status, 404);
});

Deno.test("what a killed instance had begun, another finishes, exactly and once", async () => {
  await using kv = new KvServer({ latencyMs: LATENCY_MS });
  await using first = await startInstance(kv);
  await using second = await startInstance(kv);
  const jobs = await Promise.all([1, 2, 3].map(() => post(first, LONG, TEXT)));
  for (const job of jobs) assertEquals((await stateOf(second, job)).state, "running");
  first.kill("SIGKILL");
  await first.ended();
  kv.loseLeases(); // as if it had not been heard of for a while
  for (const job of jobs) {
    assertEquals(await resultOf(second, job), { status: 200, text: COUNTS });
    assertEquals((await stateOf(second, job)).attempt, 2);
  }
  const { size } = kv;
  assert(size < 40, `${size} values are left: inputs of jobs that are done`);
});

Deno.test("an instance that gets SIGINT hands over what it cannot finish", async () => {
  await using kv = new KvServer({ latencyMs: LATENCY_MS });
  await using first = await startInstance(kv, { env: { MILLRACE_DRAIN_TIMEOUT: "1ms" } });
  await using second = await startInstance(kv);
  const jobs = await Promise.all([1, 2, 3].map(() => post(first, LONG, TEXT)));
  first.kill("SIGINT");
  assertEquals(await first.ended(), 0, first.output);
  const attempts: number[] = [];
  for (const job of jobs) {
    assertEquals(await resultOf(second, job), { status: 200, text: COUNTS });
    attempts.push((await stateOf(second, job)).attempt);
  }
  assert(attempts.includes(2), `it finished all of them: ${attempts}`);
});

Deno.test("an instance that gets SIGINT ends, whatever still comes in", async () => {
  await using kv = new KvServer({ latencyMs: LATENCY_MS });
  await using instance = await startInstance(kv);
  const job = await post(instance, LONG, TEXT);
  const gate = Promise.withResolvers<void>();
  const answer = fetch(`${instance.origin}/v1/count`, {
    method: "POST",
    body: gatedStream([VERSE], gate.promise),
  });
  await until(async () => (await stateOf(instance, "/v1/engine")).jobs.pending > 0);
  instance.kill("SIGINT");
  assertEquals(await instance.ended(), 0, instance.output);
  gate.resolve();
  assertEquals((await answer).status, 503);
  await (await answer).body?.cancel();
  await using next = await startInstance(kv);
  assertEquals(await resultOf(next, job), { status: 200, text: COUNTS });
});

Deno.test("a count that tells its progress sends bytes as long as it goes on", async () => {
  await using kv = new KvServer();
  await using instance = await startInstance(kv);
  const end = Promise.withResolvers<void>();
  const body = gatedStream([VERSE], end.promise);
  const response = await fetch(`${instance.origin}/v1/count`, {
    method: "POST",
    body,
    headers: { accept: "text/event-stream" },
  });
  assert(HEARTBEAT_TICKS * TICK_MS < GRACE_MS);
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes(HEARTBEAT_TEXT)) end.resolve();
  }
  assert(text.includes('event: result\nid: end\ndata: {"totals":{"bytes":19'), text);
});

Deno.test("an instance listens where the platform says", async () => {
  await using kv = new KvServer();
  const env = { HOST: "192.0.2.1", DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0" };
  await using instance = await startInstance(kv, { env });
  assertEquals((await read(instance, "/livez")).status, 200);
});

Deno.test("an instance without keys or without a store says so and ends", async () => {
  await using kv = new KvServer();
  const start = (env: Record<string, string>) => startInstance(kv, { env });
  const keyless = await assertRejects(() => start({ MILLRACE_INSECURE: "false" }), Error);
  assertStringIncludes(keyless.message, "without API keys: all who reach it could use the server");
  const storeless = await assertRejects(() => start({ DENO_KV_ACCESS_TOKEN: "" }), Error);
  assertStringIncludes(storeless.message, "Assign a Deno KV database to the app");
});

import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server.ts";
import { readEvents } from "../support/http/events.ts";
import { assertProblem, createAsked, post } from "../support/http/test_app.ts";
import { combiningModule, MODULUS } from "../support/modules/combining.ts";
import { MODULES } from "../support/modules/modules.ts";
import { sentModule } from "../support/modules/sent_module.ts";
import { encodePairs } from "../support/pairs.ts";
import { encodeValues, type ValueRecord } from "../support/values.ts";
import { pause, soon, until } from "../support/waits.ts";

const WASM = { headers: { "content-type": "application/wasm" } };

async function startApp() {
  const engine = await Engine.start({ workers: 2, memoryBytes: 256 << 20, chunkBytes: 60_000 });
  const server = await startServer({
    listen: false,
    jobTtlMs: 3_600_000,
    allowPrivateUrls: true,
  }, { engine });
  const app = createAsked(server);
  const send = async (module: Uint8Array<ArrayBuffer>): Promise<string> => {
    const pushed = await post(app, "/v1/kernels", module, WASM);
    assertEquals(pushed.status, 201);
    return (await pushed.json()).id;
  };
  return { app, engine, send, jobs: server.jobs, [Symbol.asyncDispose]: () => server.close() };
}

const RECORDS = Array.from({ length: 20_000 }, (_, i): ValueRecord => [`${i % 7}`, BigInt(i + 2)]);
const WAIT = `let x = a; for (let i = 0; i < 3000; i++) x = x * b % ${MODULUS};`;
const SLOW =
  `${WAIT} if (x < 0) unreachable(); return (a % ${MODULUS}) * (b % ${MODULUS}) % ${MODULUS};`;

/** Only with a value that is in the records, since a kernel is tried with others when it is sent. */
const ENDLESS = "if (a == 20001 || b == 20001) while (true) {} return a > b ? a : b;";

/** Reads progress events until another event comes, which is given. */
async function watch(response: Response) {
  let before = { bytes: 0, chunks: 0, tokens: 0 };
  for await (const { event, data } of readEvents(response)) {
    if (event === undefined) continue;
    if (event !== "progress") return { event, data, ...before };
    const { bytes, chunks, tokens, state } = data;
    assert(["pending", "running", "done"].includes(state), state);
    assert(bytes >= before.bytes && chunks >= before.chunks && tokens >= before.tokens);
    before = { bytes, chunks, tokens };
  }
  throw new Error("The events end without a result");
}

Deno.test("events of a job of stages show what was read, and never go back", async () => {
  await using test = await startApp();
  const { app } = test;
  const id = await test.send(await combiningModule(SLOW));
  const text = encodeValues(RECORDS);
  const path = `kernel=${id}&charset=utf-8&bom=keep&top=0&order=key`;
  const counted = await post(app, `/v1/count?${path}`, text, {
    headers: { accept: "text/event-stream" },
  });
  const ended = await soon(watch(counted));
  assertEquals([ended.event, ended.data.counts.length], ["result", 7]);
  const { links } = await (await post(app, `/v1/jobs?${path}`, text)).json();
  const events = soon(watch(await app.request(links.events)));
  let bytes = 0;
  for (let state = ""; state !== "done";) {
    const job = await (await app.request(links.self)).json();
    state = job.state;
    assert(["queued", "pending", "running", "done"].includes(state), state);
    const read = job.progress?.bytes ?? bytes;
    assert(read >= bytes, `${read} after ${bytes}`);
    bytes = read;
    await pause(1);
  }
  assertEquals((await events).event, "done");
  const result = await (await app.request(`${links.result}?top=0&order=key`)).json();
  assertEquals(result.counts, ended.data.counts);
});

Deno.test("a job of stages that is deleted in its last stage leaves nothing", async () => {
  await using test = await startApp();
  const { app, engine } = test;
  const id = await test.send(await combiningModule(ENDLESS));
  const query = `kernel=${id}&charset=utf-8&bom=keep`;
  const { links } = await (await post(app, `/v1/jobs?${query}`, encodeValues(RECORDS))).json();
  await until(async () => {
    const { state, progress } = await (await app.request(links.self)).json();
    return state === "running" && progress.tokens === RECORDS.length;
  });
  await until(() => engine.status().threads.some(({ state }) => state === "busy"));
  assertEquals((await app.request(links.self, { method: "DELETE" })).status, 204);
  await assertProblem(await app.request(links.self), 404, "unknown-job");
  await until(() => engine.status().memory.jobs === 0);
  await until(() => engine.status().threads.every(({ state }) => state === "idle"));
});

Deno.test("kernels take texts of forms and of JSON as they take a body", async () => {
  await using test = await startApp();
  const { app } = test;
  const lines = await test.send(sentModule(MODULES.lines()));
  const pairs = await test.send(
    sentModule(MODULES.passes(), { output: "pairs", records: "chunk" }),
  );
  const form = new FormData();
  form.append("a", new Blob(["b\na"]), "a.txt");
  form.append("b", new Blob(["b\n"]), "b.txt");
  const count = async (kernel: string, body: BodyInit, headers = {}) => {
    const query = `kernel=${kernel}&charset=utf-8&bom=keep&format=csv&order=key`;
    const response = await post(app, `/v1/count?${query}`, body, { headers });
    return await response.text();
  };
  assertEquals(await count(lines, form), "key,count\r\na,1\r\nb,2\r\n");
  const json = { "content-type": "application/json" };
  assertEquals(
    await count(lines, JSON.stringify({ text: "b\na\nb" }), json),
    "key,count\r\na,1\r\nb,2\r\n",
  );
  await using files = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("b\na\nb\n"),
  );
  const url = `http://127.0.0.1:${files.addr.port}/`;
  assertEquals(await count(lines, JSON.stringify({ url }), json), "key,count\r\na,1\r\nb,2\r\n");
  const parts = new FormData();
  parts.append("a", new Blob([encodePairs([["k", "x"], ["k", "y"]])]), "a");
  parts.append("b", new Blob([encodePairs([["k", "x"], ["l", "x"]])]), "b");
  assertEquals(await count(pairs, parts), "key,value\r\nk,2\r\nl,1\r\n");
  const words = await post(app, `/v1/count?kernel=${pairs}`, '{"words":["a"]}', { headers: json });
  await assertProblem(words, 400, "invalid-parameter");
  await assertProblem(await post(app, `/v1/count?kernel=${pairs}`, ""), 400, "empty-body");
});

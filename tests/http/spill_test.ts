import { assert, assertEquals } from "@std/assert";
import { Engine, type EngineOptions } from "../../src/mod.ts";
import { startServer } from "../../src/server.ts";
import { scrambledWords } from "../support/http/mixed_jobs.ts";
import { openFiles } from "../support/open_files.ts";
import { assertProblem, createAsked, post } from "../support/http/test_app.ts";
import { until } from "../support/waits.ts";

const KEYS = 150_000;

/** So little memory of one job that it spills, or fails, whichever workers count its keys. */
const LITTLE = 2 * 1024 * 1024;

/** A server whose engine has little memory. */
async function startApp(options: EngineOptions = {}) {
  const parent = await Deno.makeTempDir({ prefix: "millrace-http-spill-" });
  const engine = await Engine.start({
    workers: 2,
    memoryBytes: 10 * 1024 * 1024,
    jobMemoryBytes: LITTLE,
    chunkBytes: 32 * 1024,
    slotsPerWorker: 2,
    spillDirectory: parent,
    ...options,
  });
  const server = await startServer({ listen: false, resultBytes: 10_000_000 }, { engine });
  const closed = async () => {
    await server.close();
    await Deno.remove(parent, { recursive: true });
  };
  return { app: createAsked(server), jobs: server.jobs, parent, [Symbol.asyncDispose]: closed };
}

/** Waits until no file of the engine is open. */
async function untilClosed(parent: string): Promise<void> {
  if (Deno.build.os === "linux") await until(() => openFiles(parent).length === 0);
}

Deno.test("POST /v1/count streams an answer that is on disk, and closes it behind", async () => {
  await using test = await startApp();
  const path = "/v1/count?tokenizer=ascii&order=key&top=0&format=tsv";
  const response = await post(test.app, path, scrambledWords(KEYS, 2));
  const lines = (await response.text()).trimEnd().split("\n");
  const sorted = Array.from({ length: KEYS }, (_, i) => `n${i}\t2`).sort((a, b) =>
    a.slice(0, -2) < b.slice(0, -2) ? -1 : 1
  );
  assertEquals(lines.length, KEYS);
  assert(lines.every((line, i) => line === sorted[i]), "the rows are not in order");
  await untilClosed(test.parent);
});

Deno.test("POST /v1/count cuts a divided answer on disk, and tells all keys of its partitions", async () => {
  await using test = await startApp();
  const all = Array.from({ length: KEYS }, (_, i) => `n${i}`).sort();
  const keys = [all.indexOf("n3"), KEYS - all.indexOf("n3")];
  const query = "tokenizer=ascii&partition=range&borders=n3&min=2";
  const text = await new Response(scrambledWords(KEYS, 1)).text() + "n7 n5";
  for (const order of ["count", "key"]) {
    for (const [top, rows] of [[1, ["n5\t2"]], [0, ["n5\t2", "n7\t2"]]] as const) {
      const path = `/v1/count?${query}&order=${order}&top=${top}&format=tsv`;
      const response = await post(test.app, path, text);
      assertEquals((await response.text()).trimEnd().split("\n"), rows);
      assertEquals(response.headers.get("partition-keys"), keys.join(", "));
      assertEquals(response.headers.get("shown-keys"), String(rows.length));
    }
  }
  await untilClosed(test.parent);
});

Deno.test("POST /v1/count closes an answer on disk whose reader goes away", async () => {
  await using test = await startApp();
  const path = "/v1/count?tokenizer=ascii&top=0&format=tsv";
  const { body } = await post(test.app, path, scrambledWords(KEYS, 1));
  // The directory of the job is open while it is removed.
  if (Deno.build.os === "linux") await until(() => openFiles(test.parent).length === 1);
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel();
  await untilClosed(test.parent);
});

Deno.test("GET /v1/jobs/:id/result reads an answer on disk again and again, until it is deleted", async () => {
  await using test = await startApp();
  const created = await post(test.app, "/v1/jobs?tokenizer=ascii", scrambledWords(KEYS, 1));
  const { links } = await created.json();
  await test.jobs.drained();
  for (let i = 0; i < 2; i++) {
    const response = await test.app.request(`${links.result}?top=0&format=tsv`);
    assertEquals((await response.text()).trimEnd().split("\n").length, KEYS);
  }
  const result = await (await test.app.request(`${links.result}?top=2&format=json`)).json();
  assertEquals([result.totals.keys, result.counts.length], [KEYS, 2]);
  assert(result.spilled.runs > 0 && result.spilled.bytes > 0);
  const { spill } = await (await test.app.request("/v1/engine")).json();
  assertEquals(spill, result.spilled);
  await test.app.request(links.self, { method: "DELETE" });
  await untilClosed(test.parent);
});

Deno.test("POST /v1/count without a disk says the limit that is passed", async () => {
  await using test = await startApp({ spillDirectory: false });
  const response = await post(test.app, "/v1/count?tokenizer=ascii", scrambledWords(KEYS, 1));
  const { limit } = await assertProblem(response, 507, "out-of-memory") as unknown as {
    limit: number;
  };
  assertEquals(limit, LITTLE);
});

import { assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { assertProblem, createAsked, createTestApp, post } from "../support/http/test_app.ts";
import { FAKE_LIBRARY, FAKE_TRIER, FakeMaker } from "../support/kernels.ts";

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

/** A server over a data directory, and what it counts by. */
async function start(data: string) {
  const engine = new FakeEngine();
  const maker = new FakeMaker();
  const kernels = { maker, library: FAKE_LIBRARY, trier: FAKE_TRIER };
  const options = { listen: false, data, drainTimeoutMs: 0, jobTtlMs: 60_000 };
  const server = await startServer(options, { engine, kernels });
  return {
    app: createAsked(server),
    engine,
    maker,
    jobs: server.jobs,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A data directory with a kernel, and with two jobs that chose it and were not done. */
async function leaveJobs(data: string): Promise<{ kernel: string; jobs: string[] }> {
  await using test = await start(data);
  test.engine.hold = new Promise(() => {});
  const init = { headers: { "content-type": "text/typescript" } };
  const pushed = await post(test.app, "/v1/kernels", "shouts x", init);
  const { id } = await pushed.json();
  const jobs: string[] = [];
  for (const field of [2, 3]) {
    const path = `/v1/jobs?kernel=${id.slice(0, 8)}&option.field=${field}`;
    jobs.push((await post(test.app, path, "b a b")).headers.get("location")!);
  }
  return { kernel: pushed.headers.get("location")!, jobs };
}

Deno.test({
  name: "a server that starts again has its kernels, and begins the jobs again that chose them",
  ignore: !canLock,
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "millrace-" });
    const { kernel, jobs } = await leaveJobs(data);
    {
      await using test = await start(data);
      await test.jobs.drained();
      const fields = test.engine.jobs.map((job) =>
        JSON.parse(new TextDecoder().decode(job.kernel!.options)).field
      );
      assertEquals(fields.sort(), [2, 3]);
      for (const job of jobs) {
        const { state, attempt, options } = await (await test.app.request(job)).json();
        assertEquals([state, attempt], ["done", 2]);
        assertEquals(`/v1/kernels/${options.kernel.id}`, kernel);
      }
      assertEquals((await test.app.request(kernel)).status, 200);
      assertEquals(await (await test.app.request(`${kernel}/source`)).text(), "shouts x");
      assertEquals(test.maker.made, { compiled: 0, admitted: 0, warmed: 0 });
    }
    await Deno.remove(data, { recursive: true });
  },
});

Deno.test({
  name: "a job whose kernel was removed fails when it has to begin again",
  ignore: !canLock,
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "millrace-" });
    const { kernel, jobs } = await leaveJobs(data);
    const { store, close } = await openDataDirectory(data, { heldBytes: 0 });
    await store.kernels.remove(undefined, kernel.split("/").at(-1)!);
    await close();
    {
      await using test = await start(data);
      await test.jobs.drained();
      assertEquals(test.engine.jobs, []);
      for (const job of jobs) {
        const { state, error } = await (await test.app.request(job)).json();
        assertEquals([state, error.status], ["failed", 404]);
        await assertProblem(await test.app.request(`${job}/result`), 404, "unknown-kernel");
      }
    }
    await Deno.remove(data, { recursive: true });
  },
});

Deno.test("a job that runs goes on when its kernel is removed", async () => {
  await using test = await createTestApp();
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  const init = { headers: { "content-type": "text/typescript" } };
  const kernel = (await post(test.app, "/v1/kernels", "x", init)).headers.get("location")!;
  const query = `kernel=${kernel.split("/").at(-1)}`;
  const job = (await post(test.app, `/v1/jobs?${query}`, "b")).headers.get("location")!;
  assertEquals((await test.app.request(kernel, { method: "DELETE" })).status, 204);
  held.resolve();
  await test.jobs.drained();
  assertEquals((await (await test.app.request(job)).json()).state, "done");
  await assertProblem(await post(test.app, `/v1/jobs?${query}`, "b"), 404, "unknown-kernel");
});

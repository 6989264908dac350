import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server.ts";
import { type Asked, createAsked, post } from "../support/http/test_app.ts";
import { assertNoFault } from "../support/modules/engine_runs.ts";
import { createZoo, type Kind } from "../support/modules/zoo.ts";
import { freshSeed, Random } from "../support/random.ts";
import { until } from "../support/waits.ts";

const KERNELS = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 1000);

const WASM = { headers: { "content-type": "application/wasm" } };

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

/** What an answer holds, by keys. */
// deno-lint-ignore no-explicit-any
function rowsOf({ counts }: any): (readonly [string, number])[] {
  // deno-lint-ignore no-explicit-any
  return counts.map(({ key, count, value }: any) => [key, count ?? value] as const);
}

async function runKind(app: Asked, kind: Kind, number: number, asJob: boolean): Promise<void> {
  const pushed = await post(app, "/v1/kernels", kind.sent(number), WASM);
  const path = pushed.headers.get("location")!;
  const kernel = await pushed.json();
  assertEquals(pushed.status, 201, `${kind.name}: ${JSON.stringify(kernel)}`);
  const { id } = kernel;
  const query = `kernel=${id}&order=key&charset=utf-8&bom=keep&top=0&format=json`;
  let answer: Response;
  if (asJob) {
    const job = await post(app, `/v1/jobs?${query}`, kind.text);
    assertEquals(job.status, 202, kind.name);
    const { links } = await job.json();
    answer = await app.request(`${links.result}?wait=60&order=key&format=json`);
    await check(answer, kind, id);
    assertEquals((await app.request(links.self, { method: "DELETE" })).status, 204);
  } else await check(await post(app, `/v1/count?${query}`, kind.text), kind, id);
  assertEquals((await app.request(path, { method: "DELETE" })).status, 204, kind.name);
}

async function check(answer: Response, { name, outcome }: Kind, id: string): Promise<void> {
  const document = await answer.json();
  const what = `${name}: ${JSON.stringify(document)}`;
  if (typeof outcome === "string") {
    const type = `urn:millrace:problem:${outcome.replaceAll("_", "-")}`;
    assertEquals([answer.status, document.type, document.kernel], [422, type, id], what);
  } else assertEquals(rowsOf(document), outcome, what);
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  ).sort();
}

Deno.test({
  name: `a server runs ${KERNELS} different kernels in a row, and keeps nothing of them`,
  ignore: !canLock,
  async fn() {
    const seed = freshSeed();
    const random = new Random(seed);
    const data = await Deno.makeTempDir({ prefix: "millrace-" });
    const all = await createZoo();
    const refused = all.find(({ name }) => name === "combine repeats")!;
    const zoo = all.filter((kind) => kind !== refused && kind.outcome !== "kernel_timeout");
    {
      const engine = await Engine.start({ workers: 2, memoryBytes: 256 << 20 });
      const options = { listen: false, data, jobTtlMs: 3_600_000 };
      await using server = await startServer(options, { engine });
      const app = createAsked(server);
      // It is tried when it is sent, and makes two values of each.
      const sent = await post(app, "/v1/kernels", refused.sent(0), WASM);
      assertEquals([sent.status, (await sent.json()).type], [
        422,
        "urn:millrace:problem:kernel-refused",
      ]);
      let number = 0;
      for (const kind of zoo) {
        for (const asJob of [true, false]) await runKind(app, kind, number++, asJob);
      }
      await server.jobs.drained();
      const before = filesIn(data);
      const { touched } = engine.status().memory;
      while (number < KERNELS) await runKind(app, random.pick(zoo), number++, random.oneIn(2));
      await server.jobs.drained();
      const what = `MILLRACE_SEED=${seed}`;
      await until(() => engine.status().memory.jobs === 0);
      assertNoFault(engine);
      assert(engine.status().memory.touched <= 2 * touched, what);
      await until(() => filesIn(data).length <= before.length);
      const { kernels } = await (await app.request("/v1/kernels")).json();
      assert(kernels.every(({ builtIn }: { builtIn: boolean }) => builtIn), what);
    }
    await Deno.remove(data, { recursive: true });
  },
});

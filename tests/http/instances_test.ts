import { assert, assertEquals } from "@std/assert";
import { ServerProcess } from "../support/http/server.ts";
import { loseLeases } from "../support/store/stores.ts";

/** Takes a second to count, so that the server is killed on the way. */
const TEXT = "to be or not to be ".repeat(500_000);
/** How often a job may end before its server does. */
const MOST_TRIES = 10;

Deno.test("what a killed instance had begun, another over the same store finishes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-" });
  const start = () => ServerProcess.start({ args: ["--data", `kv:${folder}/kv`] });
  {
    await using second = await start();
    const stateOf = async (job: string) => (await (await fetch(job)).json()).state;
    let job = "";
    let state = "";
    for (let tries = 0; state !== "running"; tries++) {
      assert(tries < MOST_TRIES, `${state} before its server was killed`);
      await using first = await start();
      const url = `${first.origin}/v1/jobs?tokenizer=icu&format=tsv`;
      const accepted = await fetch(url, { method: "POST", body: TEXT });
      assertEquals(accepted.status, 202, first.output);
      first.kill("SIGKILL");
      await first.ended();
      await accepted.body?.cancel().catch(() => {});
      job = `${second.origin}${accepted.headers.get("location")}`;
      state = await stateOf(job);
    }
    await loseLeases(`${folder}/kv`); // as if the killed one had not been heard of for a while
    const result = await fetch(`${job}/result?wait=60`);
    assertEquals(await result.text(), "be\t1000000\nto\t1000000\nnot\t500000\nor\t500000\n");
    assertEquals((await (await fetch(job)).json()).attempt, 2);
  }
  await Deno.remove(folder, { recursive: true });
});

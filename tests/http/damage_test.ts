import { assert, assertEquals, assertRejects } from "@std/assert";
import { SEAL_PAGE_BYTES } from "../../src/store/seal.ts";
import { ServerProcess } from "../support/http/server.ts";
import { until } from "../support/waits.ts";
import { leftOut } from "../support/left_out.ts";

const WORDS = Array.from({ length: 20_000 }, (_, i) => `word${i}`).join(" ");

Deno.test("a server answers no rows of a result that is damaged", async () => {
  if (!("tryLock" in Deno.FsFile.prototype)) {
    return leftOut("a data directory", "this Deno cannot lock one");
  }
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  {
    // Nothing is held in memory, so that each answer reads the file.
    const args = ["--data", path, "--result-memory", "1KB"];
    await using server = await ServerProcess.start({ args });
    const init = { method: "POST", body: WORDS };
    const { id } = await (await fetch(`${server.origin}/v1/jobs`, init)).json();
    const url = `${server.origin}/v1/jobs/${id}/result?format=tsv&wait=60&top=0`;
    const whole = await (await fetch(url)).text();
    assertEquals(whole.split("\n").length, 20_001);
    const file = `${path}/results/${id}.1`;
    const bytes = await Deno.readFile(file);
    const flip = async (at: number) => {
      const changed = bytes.slice();
      changed[at] ^= 1;
      await Deno.writeFile(file, changed);
    };

    await flip(20);
    const refused = await fetch(url);
    const problem = await refused.json();
    assertEquals([refused.status, problem.type], [500, "urn:millrace:problem:damaged"]);
    assertEquals([problem.job, problem.part], [id, "result"]);
    assert(!JSON.stringify(problem).includes(path), JSON.stringify(problem));
    await until(() => server.output.includes(file)); // what it says comes by another way

    await flip(SEAL_PAGE_BYTES * 4 + 20); // the head of the answer has left by then
    await assertRejects(async () => {
      const response = await fetch(url);
      if (response.status !== 200) throw new Error(await response.text());
      await response.text();
    });

    await Deno.writeFile(file, bytes);
    assertEquals(await (await fetch(url)).text(), whole);
    assertEquals((await fetch(`${server.origin}/livez`)).status, 200);
  }
  await Deno.remove(path, { recursive: true });
});

import { assert, assertEquals } from "@std/assert";
import { checkDirectory } from "../../src/store/check_directory.ts";
import { freshSeed, Random } from "../support/random.ts";
import { ServerProcess } from "../support/http/server.ts";
import { until } from "../support/waits.ts";

/** How often the server is killed; CI asks for more, of which a job's 256 parts allow so many. */
const KILLS = Math.min(Number(Deno.env.get("MILLRACE_KILLS") ?? 4), 12);

/** Clients that append to one job at the same time. */
const CLIENTS = 3;

/** Most appends that are answered before a kill. */
const MOST_ANSWERED = 8;

/** A part, by the key of its request: it counts a word of its own once, and a common one. */
function bodyOf(key: string, times: number): string {
  return `${key} ${"again ".repeat(times)}`;
}

Deno.test(`a server killed ${KILLS} times appends each part once, answered or not`, async () => {
  const random = new Random(freshSeed());
  console.log(`seed ${random.seed}`);
  const data = await Deno.makeTempDir({ prefix: "millrace-parts-" });
  const start = () => ServerProcess.start({ args: ["--data", data, "--workers", "2"] });
  const id = crypto.randomUUID();
  const times = new Map<string, number>();
  let unanswered: string[] = [];
  let answered = 0;

  async function append(origin: string, key: string): Promise<boolean> {
    const url = `${origin}/v1/jobs/${id}/parts`;
    const init = { method: "POST", headers: { "idempotency-key": key } };
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, { ...init, body: bodyOf(key, times.get(key)!) });
      [status, text] = [response.status, await response.text()];
    } catch {
      return false; // the server is gone, whether it has appended or not
    }
    assertEquals(status, 200, text);
    return true;
  }

  async function appendAll(origin: string): Promise<void> {
    while (true) {
      const key = `k${times.size}`;
      times.set(key, random.pick([1, 10, 1000, 100_000]));
      if (await append(origin, key)) answered++;
      else return void unanswered.push(key);
    }
  }

  {
    await using server = await start();
    const made = await fetch(`${server.origin}/v1/jobs/${id}`, { method: "PUT", body: "start" });
    assertEquals(made.status, 202, await made.text());
    await (await fetch(`${server.origin}/v1/jobs/${id}?wait=60`)).body?.cancel();
  }
  for (let kill = 0; kill < KILLS; kill++) {
    await using server = await start();
    const again = unanswered;
    unanswered = [];
    for (const key of again) assert(await append(server.origin, key));
    const clients = Array.from({ length: CLIENTS }, () => appendAll(server.origin));
    const enough = answered + random.below(MOST_ANSWERED + 1);
    await until(() => answered >= enough);
    server.kill("SIGKILL");
    await server.ended();
    await Promise.all(clients);
    assert(!/failed|Cannot/.test(server.output), server.output);
  }

  await using server = await start();
  for (const key of unanswered) assert(await append(server.origin, key));
  for (const key of times.keys()) assert(await append(server.origin, key)); // which changes nothing
  const sum = [...times.values()].reduce((sum, each) => sum + each, 0);
  const rows = [["again", sum], ["start", 1], ...[...times.keys()].map((key) => [key, 1])]
    .sort(([a, m], [b, n]) => Number(n) - Number(m) || (a < b ? -1 : 1));
  const result = await fetch(`${server.origin}/v1/jobs/${id}/result?top=0&format=tsv`);
  assertEquals(await result.text(), rows.map((row) => `${row.join("\t")}\n`).join(""));
  const job = await (await fetch(`${server.origin}/v1/jobs/${id}`)).json();
  assertEquals([job.parts, job.totals.tokens], [times.size, sum + times.size + 1]);
  console.log(`${times.size} parts, ${answered} of them answered at once`);
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0, server.output);
  assertEquals((await checkDirectory(data)).damage, []);
  await Deno.remove(data, { recursive: true });
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { generateLines } from "../support/cluster/lines.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { FileServer } from "../support/http/file_server.ts";
import { writeKeys } from "../support/keys.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("the board of a cluster", "no redis-server");

const BOARD = "/v1/cluster/board";

Deno.test({
  name: "the board shows the queue to who may observe, and lets nobody change it",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using keys = await writeKeys(
      { tenant: "operator", rights: ["observe"] },
      { tenant: "user", rights: ["read", "write"] },
    );
    await using nodes = await TestNodes.start(redis, 2, { keys: keys.path });
    const [operator, user] = keys.callers;
    const [{ origin }] = nodes.servers;
    const ask = async (path: string, init?: RequestInit) => {
      const response = await soon(fetch(origin + BOARD + path, init));
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const gate = Promise.withResolvers<undefined>();
    await using file = new FileServer(generateLines(12, 200_000), {
      answer: (request) => isInSplits(request) ? gate.promise : undefined,
    });
    using _open = { [Symbol.dispose]: () => gate.resolve(undefined) }; // or the file is not closed
    const where = encodeURIComponent('field(1) ^= "hidden"');
    const counting = fetch(`${origin}/v1/count?key=field(1)&where=${where}`, {
      method: "POST",
      headers: { ...user.headers, "content-type": "application/json" },
      body: JSON.stringify({ urls: [`http://127.0.0.1:${file.port}/file.txt?sig=hidden`] }),
    });
    const running = () => nodes.servers[0].engine.status().cluster?.queue.running;
    await until(() => running() === 2);

    const queues = "/api/queues?activeQueue=splits&page=1&jobsPerPage=20";
    for (const path of ["", "/static/js/main.js", queues, "/api/redis/stats"]) {
      assertEquals([path, (await ask(path)).status], [path, 401]);
      assertEquals([path, (await ask(path, user)).status], [path, 403]);
    }
    const page = await ask("", operator);
    assertEquals(page.status, 200);
    assertStringIncludes(page.headers.get("content-security-policy")!, "script-src 'self'");
    const [script] = /static\/js\/main\.\w+\.js/.exec(page.text)!;
    assertEquals((await ask(`/${script}`, operator)).status, 200);
    const { text } = await ask(queues, operator);
    const [queue] = JSON.parse(text).queues;
    assertEquals([queue.readOnlyMode, queue.counts.active], [true, 2]);
    assert(queue.jobs.length > 2);
    assertStringIncludes(text, "/file.txt");
    assert(!text.includes("hidden"), text);
    for (const method of ["PUT", "POST", "PATCH", "DELETE"]) {
      for (const path of ["/api/queues/splits/empty", "/api/queues/splits/pause"]) {
        assertEquals((await ask(path, { ...operator, method })).status >= 400, true);
      }
    }
    await until(() => running() === 2);
    await redis.kill();
    assertEquals((await ask(queues, operator)).status, 503);
    gate.resolve(undefined);
    await redis.restart();
    await (await counting).body?.cancel();
  },
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../src/settings/flags.ts";
import { parseServerOptions } from "../../src/settings/parse_server_options.ts";
import type { ServerOptions } from "../../src/settings/server_options.ts";
import { StartError, startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { nodeOptions, SECRET, TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("roles of a cluster", "no redis-server");

const QUERY = "top=0&order=key";

Deno.test({
  name: "a node of a cluster does what its roles say, and no more",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.startEach(redis, [
      { clusterRoles: ["accept", "reduce"] },
      { clusterRoles: ["map"] },
    ]);
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    await using file = new FileServer(generateLines(1, 200_000));
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const [accepts, maps] = nodes.servers;

    const answer = await countUrls(accepts.origin, QUERY, urls);
    assertSameAnswer(answer, await countUrls(alone.origin, QUERY, urls));
    assertEquals(answer.accounting.cluster?.nodes, 1); // one node maps

    for (const path of ["/v1/count", "/v1/jobs"]) {
      const refused = await askForUrls(maps.origin, QUERY, urls, path);
      const problem = await refused.json();
      assertEquals([refused.status, problem.type], [421, "urn:millrace:problem:not-accepting"]);
      assertEquals(problem.nodes, [accepts.origin]);
      assert(problem.detail.endsWith(`ask ${accepts.origin}`), problem.detail);
    }
    const text = "to be or not to be";
    const texts = await fetch(`${maps.origin}/v1/count?each=true`, { method: "POST", body: text });
    await texts.body?.cancel();
    assertEquals(texts.status, 421);

    const status = await (await fetch(`${maps.origin}/v1/engine`)).json();
    const shown = Object.fromEntries(
      status.nodes.map(({ url, roles }: { url: string; roles: string[] }) => [url, roles]),
    );
    assertEquals(shown, { [accepts.origin]: ["accept", "reduce"], [maps.origin]: ["map"] });
  },
});

Deno.test({
  name: "nodes of a cluster reach each other through a proxy, by paths of it",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    const ports = [freePort(), freePort()];
    const passed: string[] = [];
    /** To node 0 the proxy sends the path as it came, to node 1 without what leads there. */
    await using proxy = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
      const { pathname } = new URL(request.url);
      passed.push(pathname);
      const node = Number(pathname.slice("/node-".length)[0]);
      const path = node === 0 ? pathname : pathname.slice("/node-1".length);
      return fetch(`http://127.0.0.1:${ports[node]}${path}`, request);
    });
    await using nodes = await TestNodes.startEach(
      redis,
      ports.map((port, i) => ({
        port,
        clusterUrl: `http://127.0.0.1:${proxy.addr.port}/node-${i}`,
        clusterRoles: i === 0 ? ["map"] : ["accept", "reduce"],
      })),
    );
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    await using file = new FileServer(generateLines(2, 100_000));
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const answer = await countUrls(nodes.servers[1].origin, QUERY, urls);
    assertSameAnswer(answer, await countUrls(alone.origin, QUERY, urls));
    assertEquals(answer.accounting.cluster?.lost, 0);
    assert(passed.length > 0 && passed.every((path) => path.startsWith("/node-0/internal/")));
  },
});

Deno.test("--cluster-url may have a path, and nothing that is not for other nodes", () => {
  const rows = {
    "http://10.0.0.7:8000": "http://10.0.0.7:8000",
    "https://proxy/node-1/": "https://proxy/node-1",
    "http://[::1]:8000/a/b": "http://[::1]:8000/a/b",
  };
  for (const [text, url] of Object.entries(rows)) {
    assertEquals(parse("--cluster-url", text).clusterUrl, url);
  }
  const others = ["user:secret@node", "user@node", "node?a=1", "node?", "node#a", "node#", ""];
  for (const text of others) {
    const reading = () => parse("--cluster-url", `http://${text}`);
    assertThrows(reading, UsageError, "without credentials, query and fragment");
  }
});

Deno.test("--cluster-roles names what a node does", async () => {
  assertEquals(parse().clusterRoles, ["map", "reduce", "accept"]);
  assertEquals(parse("--cluster-roles", "map").clusterRoles, ["map"]);
  for (const text of ["", "map,", "map,map", "reducer", "map reduce"]) {
    assertThrows(() => parse("--cluster-roles", text), UsageError);
  }
  const options = { ...nodeOptions({ url: "redis://127.0.0.1:1" }, 0), clusterSecret: SECRET };
  const starting = () => startServer({ ...options, clusterRoles: ["accept", "map"] });
  const { advice } = await assertRejects(starting, StartError, "puts its keys together");
  assert(advice.join().includes("--cluster-roles"));
});

function parse(...args: string[]): ServerOptions {
  return parseServerOptions(args, () => undefined) as ServerOptions;
}

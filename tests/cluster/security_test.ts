import { assert, assertEquals } from "@std/assert";
import { Signatures } from "../../src/cluster/signatures.ts";
import { StartError, startServer } from "../../src/server.ts";
import { assertSameAnswer, countUrls, nodesOf } from "../support/cluster/ask.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { startNodeProcess } from "../support/cluster/node_process.ts";
import { nodeOptions, SECRET, TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { makeCertificates, speaksTls } from "../support/cluster/tls.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("security of a cluster", "no redis-server");
const withoutTls = ignore || !await speaksTls();
if (withoutTls) leftOut("a cluster by a Redis with TLS", "redis-server has no TLS, or no openssl");

const HOUR_MS = 60 * 60 * 1000;

/** What is below /internal, and what somebody may look for there. */
const INTERNAL = [
  "/internal/",
  "/internal/outputs",
  "/internal/outputs/a",
  "/internal/outputs/a/b",
  "/internal/outputs/a/b/c",
  "/internal/outputs/..%2f..%2fetc",
  "/internal/anything",
];

Deno.test({
  name: "nothing internal is reached without the secret, or with a signature of another time",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 1);
    const [{ origin }] = nodes.servers;
    const signers = [
      undefined,
      new Signatures("another secret of the same kind!", origin, { now: Date.now() }),
      new Signatures(SECRET, origin, { now: Date.now() - HOUR_MS }),
      new Signatures(SECRET, origin, { now: Date.now() + HOUR_MS }),
    ];
    for (const path of INTERNAL) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        for (const signer of signers) {
          const url = new URL(path, origin);
          const authorization = await signer?.sign(method, url);
          const headers = authorization === undefined ? undefined : { authorization };
          const response = await fetch(url, { method, headers });
          const answer = [response.status, await response.text(), response.headers.get("allow")];
          assertEquals([method, path, ...answer], [method, path, 404, "", null]);
        }
      }
    }
  },
});

Deno.test({
  name: "nodes meet at a Redis with a password and TLS, whose certificate they are told to trust",
  ignore: withoutTls,
  fn: async () => {
    await using certificates = await makeCertificates();
    const { authority, certificate, key } = certificates;
    const tlsPort = freePort();
    await using _redis = await TestRedis.start({
      "--requirepass": "secret",
      "--tls-port": String(tlsPort),
      "--tls-cert-file": certificate,
      "--tls-key-file": key,
      "--tls-ca-cert-file": authority,
      "--tls-auth-clients": "no",
    });
    const url = `rediss://:secret@localhost:${tlsPort}`;
    const start = () => startNodeProcess({ url }, { env: { DENO_CERT: authority } });
    await using first = await start();
    await using second = await start();
    await until(async () => (await nodesOf(first.origin)).length === 2);
    await using file = new FileServer(generateLines(10, 100_000));
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    const answer = await countUrls(second.origin, "top=0", urls);
    assertSameAnswer(answer, await countUrls(alone.origin, "top=0", urls));
    assert(answer.accounting.cluster!.splits > 1);
    assert(!first.output.includes("secret") && !second.output.includes("secret"));

    // This process trusts no such certificate: the node starts, and counts alone.
    await using distrusting = await startServer({
      ...nodeOptions({ url }, freePort()),
    }).catch((error) => {
      assert(error instanceof StartError, String(error));
      return undefined;
    }) ?? alone;
    const { cluster } = (await countUrls(distrusting.origin, "top=0", urls)).accounting;
    assertEquals(cluster, undefined);
  },
});

Deno.test({
  name: "nodes whose clocks disagree by an hour count together, and lose nothing",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 1);
    const [here] = nodes.servers;
    const late = new URL("../support/cluster/late_clock.ts", import.meta.url);
    await using there = await startNodeProcess(redis, {
      permissions: ["-A", `--preload=${late.href}`],
    });
    const { headers, body } = await fetch(`${there.origin}/livez`);
    await body?.cancel();
    assert(headers !== undefined);
    await until(() => here.engine.status().nodes?.length === 2);
    let begun = 0;
    const gate = Promise.withResolvers<undefined>();
    await using file = new FileServer(generateLines(11, 200_000), {
      answer: (request) => {
        if (!isInSplits(request)) return undefined;
        if (++begun % 2 === 0) gate.resolve(undefined); // both nodes have a split
        return gate.promise;
      },
    });
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    await using alone = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
    for (const { origin } of [here, there]) {
      const answer = await countUrls(origin, "top=0&order=key", urls);
      assertSameAnswer(answer, await countUrls(alone.origin, "top=0&order=key", urls));
      const { cluster } = answer.accounting;
      assertEquals([cluster?.nodes, cluster?.lost], [2, 0]);
    }
    for (const { origin } of [here, there]) {
      const { nodes: seen, cluster } = await (await fetch(`${origin}/v1/engine`)).json();
      for (const { url, state, seenMs } of seen) {
        assert(state !== "silent" && seenMs < HOUR_MS / 2, `${url} seems silent: ${seenMs} ms`);
      }
      assert(cluster.queue.oldestWaitingMs < HOUR_MS / 2);
    }
  },
});

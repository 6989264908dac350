import { assert, assertRejects } from "@std/assert";
import { ClusterClock } from "../../src/cluster/cluster_clock.ts";
import { addressOf } from "../../src/cluster/node_address.ts";
import { Signatures } from "../../src/cluster/signatures.ts";

const SECRET = "a secret that is long enough for it";
const HERE = "http://here:8000";
const THERE = "http://there:8000";
const PATH = "/internal/outputs/a/b";
const NOW = Date.UTC(2026, 0, 1);
const HOUR_MS = 60 * 60 * 1000;
const WINDOW_MS = 2 * 60 * 1000;

/** A node, with the time by the clock of Redis. */
function nodeAt(now: number | undefined, url = THERE, secret = SECRET): Signatures {
  return new Signatures(secret, url, { now });
}

async function isValid(
  node: Signatures,
  method: string,
  url: string,
  authorization?: string,
): Promise<boolean> {
  const headers = authorization === undefined ? undefined : { authorization };
  return await node.verify(new Request(url, { method, headers }));
}

Deno.test("Signatures tell who knows the secret, of one method, one node and one path", async () => {
  const signed = await nodeAt(NOW, HERE).sign("GET", new URL(PATH, THERE));
  const there = nodeAt(NOW);
  assert(await isValid(there, "GET", THERE + PATH, signed));
  assert(await isValid(there, "GET", `http://proxy:1${PATH}`, signed)); // reached by another name
  assert(!await isValid(there, "GET", `${THERE}/internal/outputs/a/c`, signed));
  assert(!await isValid(there, "GET", `${THERE + PATH}?all`, signed));
  assert(!await isValid(there, "DELETE", THERE + PATH, signed));
  assert(!await isValid(nodeAt(NOW, "http://third:8000"), "GET", THERE + PATH, signed));
  const stranger = nodeAt(NOW, THERE, "another secret of the same kind!");
  assert(!await isValid(stranger, "GET", THERE + PATH, signed));
  const forged = [
    undefined,
    "",
    "Millrace ",
    "Millrace zz",
    `Millrace ${NOW}`,
    `Millrace ${NOW} ${"00".repeat(32)}`,
    signed.slice(0, -2),
    `${signed}00`,
    signed.replace(String(NOW), String(NOW + 1)),
    signed.replace("Millrace", "Bearer"),
  ];
  for (const wrong of forged) assert(!await isValid(there, "GET", THERE + PATH, wrong), wrong);
});

Deno.test("Signatures hold behind a proxy, whether it leaves the path that leads to a node or not", async () => {
  for (const node of ["http://proxy/node-1", "http://proxy/a/b", "http://proxy/internal"]) {
    const signed = await nodeAt(NOW, HERE).sign("GET", addressOf(node, PATH));
    const there = nodeAt(NOW, node);
    const prefix = new URL(node).pathname;
    for (const path of [PATH, prefix + PATH]) {
      assert(await isValid(there, "GET", THERE + path, signed), path);
      assert(!await isValid(there, "GET", `${THERE}${path}/c`, signed));
    }
    assert(!await isValid(there, "GET", `${THERE}/other${PATH}`, signed));
    assert(!await isValid(nodeAt(NOW, "http://proxy/node-2"), "GET", THERE + PATH, signed));
  }
});

Deno.test("Signatures hold for two minutes, by the clock of Redis", async () => {
  const signed = await nodeAt(NOW, HERE).sign("GET", new URL(PATH, THERE));
  for (const passed of [-WINDOW_MS, 0, WINDOW_MS]) {
    assert(await isValid(nodeAt(NOW + passed), "GET", THERE + PATH, signed), `${passed} ms`);
  }
  for (const passed of [-WINDOW_MS - 1, WINDOW_MS + 1, HOUR_MS]) {
    assert(!await isValid(nodeAt(NOW + passed), "GET", THERE + PATH, signed), `${passed} ms`);
  }
});

Deno.test("Signatures are neither made nor taken before Redis was reached", async () => {
  const signed = await nodeAt(NOW, HERE).sign("GET", new URL(PATH, THERE));
  assert(!await isValid(nodeAt(undefined), "GET", THERE + PATH, signed));
  await assertRejects(() => nodeAt(undefined).sign("GET", new URL(PATH, THERE)), Error, "Redis");
});

Deno.test("Signatures of nodes whose clocks disagree by an hour hold", async () => {
  let passed = 0;
  const redis = {
    time: () => Promise.resolve([Math.floor((NOW + passed) / 1000), (passed % 1000) * 1000]),
  };
  const right = new ClusterClock(() => NOW + passed);
  const late = new ClusterClock(() => NOW - HOUR_MS + passed);
  const since = new ClusterClock(() => passed); // since its start
  const clocks = [right, late, since];
  for (const clock of clocks) await clock.learn(redis);
  passed = 30_500;
  for (const from of clocks) {
    for (const to of clocks) {
      const signed = await new Signatures(SECRET, HERE, from).sign("GET", new URL(PATH, THERE));
      assert(await isValid(new Signatures(SECRET, THERE, to), "GET", THERE + PATH, signed));
    }
  }
});

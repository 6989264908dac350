import { assert, assertEquals, assertRejects } from "@std/assert";
import { addApiKey } from "../src/access/api_key_file.ts";
import { type Server, StartError, startServer } from "../src/server.ts";
import { FakeEngine } from "./support/http/fake_engine.ts";
import { RawConnection } from "./support/http/raw_http.ts";
import { bearer } from "./support/keys.ts";
import { leftOut } from "./support/left_out.ts";
import { soon, until } from "./support/waits.ts";

/** A free port of the loopback, and one worker: so that servers start fast, side by side. */
const SMALL = { port: 0, workers: 1, memoryBytes: 64 * 1024 * 1024 };

const NOT_LISTENING = { listen: false, drainTimeoutMs: 0 };

async function count(server: Server, text: string): Promise<string> {
  const init = { method: "POST", body: text };
  return await (await fetch(`${server.origin}/v1/count?format=tsv`, init)).text();
}

// First, since the reads of the other tests share a timer that outlives them for a moment.
Deno.test("startServer() throws a StartError that says what to do, and leaves nothing open", {
  sanitizeOps: true,
  sanitizeResources: true,
}, async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const folder = await Deno.makeTempDir({ prefix: "millrace-" });
  const file = `${folder}/file`;
  await Deno.writeTextFile(file, "no keys");
  const { port } = taken.addr as Deno.NetAddr;
  const rows = [
    [{ port }, /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use/],
    [{ host: "0.0.0.0" }, /^Cannot listen on 0\.0\.0\.0 without API keys/],
    [{ onDeploy: true }, /^Cannot listen on 127\.0\.0\.1 without API keys/],
    [{ onDeploy: true, serialize: true }, /^Cannot let threads work one at a time on Deno Deploy/],
    [{ keys: file }, /^Cannot read API keys: /],
    [{ memoryBytes: 1000 }, /^Cannot start the engine: .+; choose another size with --memory$/],
  ] as const;
  const rowsOfDirectories = [
    [{ data: file }, /^Cannot open data directory/],
    [{ port, data: `${folder}/data` }, /the port is in use/],
  ] as const;
  const hasLocks = "tryLock" in Deno.FsFile.prototype;
  if (!hasLocks) leftOut("data directories", "this Deno cannot lock one");
  for (const [options, says] of hasLocks ? [...rows, ...rowsOfDirectories] : rows) {
    const error = await assertRejects(() => startServer({ ...SMALL, ...options }), StartError);
    assert(says.test(error.message), error.message);
    const isAdvised = /API keys|Deno Deploy/.test(error.message);
    assertEquals([error.message, error.advice.length > 0], [error.message, isAdvised]);
  }
  // The data directory of a failed start is free.
  const data = hasLocks ? `${folder}/data` : undefined;
  await (await startServer({ ...SMALL, data })).close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("startServer() starts two servers in one process, and either ends alone", async () => {
  await using first = await startServer(SMALL);
  await using second = await startServer(SMALL);
  assert(first.origin !== second.origin);
  assertEquals(await count(first, "a b a"), "a\t2\nb\t1\n");
  assertEquals(await count(second, "b"), "b\t1\n");
  const accepted = await fetch(`${first.origin}/v1/jobs`, { method: "POST", body: "a" });
  const { links } = await accepted.json();
  const elsewhere = await fetch(second.origin + links.self);
  assertEquals([accepted.status, elsewhere.status], [202, 404]);
  await elsewhere.body?.cancel();
  await first.close();
  await assertRejects(() => fetch(`${first.origin}/livez`));
  assertEquals(await count(second, "a b a"), "a\t2\nb\t1\n");
});

Deno.test("Server.close() lets an upload finish, and refuses what comes meanwhile", async () => {
  await using server = await startServer({ ...SMALL, drainTimeoutMs: 3_600_000 });
  const { port } = new URL(server.origin);
  using client = await RawConnection.open(Number(port));
  await client.write("POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\n");
  await client.write("Content-Length: 11\r\n\r\nto be");
  await count(server, "a"); // the upload before it has been accepted
  const closing = server.close();
  const late = await server.fetch(new Request(`${server.origin}/v1/kernels`));
  assertEquals([late.status, (await late.json()).type], [
    503,
    "urn:millrace:problem:shutting-down",
  ]);
  await client.write(" or be");
  assert((await client.read(/to\t1\n/)).includes("be\t2\nor\t1\nto\t1\n"));
  await soon(closing);
  Deno.listen({ hostname: "127.0.0.1", port: Number(port) }).close(); // the port is free
});

Deno.test("Server.close() fails what outlasts the drain, and closes once", async () => {
  const engine = new FakeEngine();
  engine.hold = new Promise(() => {});
  const server = await startServer(NOT_LISTENING, { engine });
  const request = new Request("http://localhost/v1/count", { method: "POST", body: "a" });
  const answering = server.fetch(request);
  await until(() => engine.jobs.length === 1);
  await soon(Promise.all([server.close(), server.close()]));
  const answer = await answering;
  assertEquals([answer.status, (await answer.json()).type], [
    503,
    "urn:millrace:problem:engine-closed",
  ]);
});

Deno.test("Server.fetch() passes the door: hosts, keys and a request's id", async () => {
  await using open = await startServer(NOT_LISTENING, { engine: new FakeEngine() });
  const asked = new Request("http://evil.example/v1/kernels");
  assertEquals((await open.fetch(asked)).status, 421);
  const named = await open.fetch(
    new Request("http://localhost/v1/kernels", { headers: { "x-request-id": "abc-1" } }),
  );
  assertEquals([named.status, named.headers.get("x-request-id")], [200, "abc-1"]);
  assertEquals(named.headers.get("x-content-type-options"), "nosniff");

  const keys = await Deno.makeTempFile({ prefix: "millrace-keys-" });
  await Deno.remove(keys); // addApiKey() makes it
  const { token } = addApiKey(keys, { tenant: "acme" });
  await using closed = await startServer(
    { ...NOT_LISTENING, keys },
    { engine: new FakeEngine() },
  );
  for (const [headers, status] of [[{}, 401], [bearer(token), 200]] as const) {
    const request = new Request("http://evil.example/v1/kernels", { headers });
    assertEquals((await closed.fetch(request)).status, status);
  }
  await Deno.remove(keys);
});

Deno.test("Server.fetch() says why the engine takes no work", async () => {
  const engine = new FakeEngine();
  const started = Promise.withResolvers<void>();
  engine.started = started.promise;
  engine.threadsHang = true;
  engine.breaker = "open";
  await using server = await startServer(NOT_LISTENING, { engine });
  const reasons = async () =>
    (await (await server.fetch(new Request("http://localhost/readyz"))).json()).reasons;
  assertEquals(await reasons(), ["starting", "threads_hang", "breaker_open"]);
  started.resolve();
  engine.threadsHang = false;
  engine.breaker = "closed";
  await until(async () => await reasons() === undefined);
});

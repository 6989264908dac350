import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { createHostCheck } from "../../../src/http/door/hosts.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { ServerProcess } from "../../support/http/server.ts";

const LOOPBACK = ["localhost", "LOCALHOST:8000", "localhost.", "a.localhost", "127.0.0.1:9", ""];
LOOPBACK.push("127.9.9.9", "[::1]", "[::1]:80", "localhost:", "[::ffff:127.0.0.1]:8000");
/** What no stranger can have resolved to this machine. */
const SAFE = ["x", "millrace:8000", "192.168.0.1", "0.0.0.0:8000", "[::]", "[fe80::1]:80"];

Deno.test("createHostCheck() lets loopback, addresses and dotless names through, and its list", () => {
  const check = createHostCheck(["counts.example", "*.below.example"])!;
  const good = ["counts.example", "Counts.Example:8000", "a.below.example", "a.b.below.example"];
  for (const host of [...LOOPBACK, ...good, ...SAFE, ...LOOPBACK]) check(host);
});

Deno.test("createHostCheck() refuses every other host with what to do", () => {
  const check = createHostCheck(["counts.example", "*.below.example"])!;
  const bad = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil",
    "a.b:80",
  ];
  bad.push(
    "below.example",
    "notbelow.example",
    "1127.0.0.1",
    "0.0.0.0.1",
    "printer.local",
  );
  for (const host of bad) {
    const error = assertThrows(() => check(host), JobError, "--hosts");
    assertEquals([error.code, error.details.value], ["misdirected_host", host]);
    assertThrows(() => check(host)); // again: a refused one is not remembered
  }
});

Deno.test("createHostCheck() has nothing to check where any host will do", () => {
  assertEquals(createHostCheck(["*"]), undefined);
});

/** The status of an answer to a request for a host. */
async function ask(args: string[], host = "evil.example"): Promise<string> {
  await using server = await ServerProcess.start({ args });
  using client = await RawConnection.open(server.port);
  await client.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return (await client.read()).split(" ")[1];
}

Deno.test("a server on loopback without keys answers for loopback's names and those it is told", async () => {
  assertEquals(await ask([]), "421");
  assertEquals(await ask([], "localhost:1"), "200");
  assertEquals(await ask(["--hosts", "evil.example"]), "200");
});

Deno.test("a server behind a proxy, or open to others on purpose, answers for any host", async () => {
  assertEquals(await ask(["--trust-proxy", "127.0.0.1"]), "200");
  assertEquals(await ask(["--host", "0.0.0.0", "--insecure"]), "200");
  assertEquals(await ask(["--host", "0.0.0.0", "--insecure", "--hosts", "counts.example"]), "421");
});

import { assertEquals } from "@std/assert";
import { Networks } from "../../../src/access/networks.ts";
import { createViaReader, siteOf, type Via } from "../../../src/http/door/via.ts";

const PROXIES = Networks.parse("127.0.0.1,10.0.0.0/8,2001:db8::/32")!;

function comesFrom(hostname: string): Deno.ServeHandlerInfo {
  const remoteAddr = { transport: "tcp", hostname, port: 1 } as const;
  return { remoteAddr, completed: Promise.resolve() };
}

function read(
  headers: Record<string, string>,
  { peer = "127.0.0.1", basePath = "", proxies = true } = {},
): Via {
  const request = new Request("http://inner:8000/v1/jobs?x", { headers });
  return createViaReader(basePath, proxies ? PROXIES : undefined)(request, comesFrom(peer));
}

const FORWARDED = {
  "x-forwarded-prefix": "/counts",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "example.org",
  "x-forwarded-for": "203.0.113.9",
};

Deno.test("createViaReader() believes proxies that are trusted, and nobody else", () => {
  const told = {
    prefix: "/counts",
    proto: "https",
    host: "example.org",
    client: "203.0.113.9",
  };
  for (const peer of ["127.0.0.1", "10.9.9.9", "::ffff:10.0.0.1", "2001:db8::1"]) {
    assertEquals(read(FORWARDED, { peer }), told, peer);
  }
  for (const peer of ["127.0.0.2", "192.0.2.1", "::1"]) {
    assertEquals(read(FORWARDED, { peer }), { prefix: "" }, peer);
  }
  assertEquals(read(FORWARDED, { proxies: false, basePath: "/b" }), { prefix: "/b" });
  assertEquals(read({}, { basePath: "/b" }).prefix, "/b");
  assertEquals(read(FORWARDED, { basePath: "/b" }).prefix, "/counts");
  const unix = { transport: "unix", path: "/x" } as const;
  const connection = { remoteAddr: unix, completed: Promise.resolve() } as Deno.ServeHandlerInfo;
  const request = new Request("http://x", { headers: FORWARDED });
  assertEquals(createViaReader("", PROXIES)(request, connection), { prefix: "" });
});

Deno.test("createViaReader() takes for the client the last address that is no proxy's", () => {
  const rows: [string, string][] = [
    ["203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["203.0.113.9, 10.0.0.5, 10.0.0.6", "203.0.113.9"],
    ["10.0.0.5, 10.0.0.6", "10.0.0.5"],
    ["203.0.113.9:1234", "203.0.113.9"],
    ["[2001:db9::1]:80", "2001:db9::1"],
    ["2001:db9::1", "2001:db9::1"],
    [" 203.0.113.9 ", "203.0.113.9"],
    ["203.0.113.9, unknown", "127.0.0.1"],
    ["203.0.113.9, 10.0.0.5, _hidden", "127.0.0.1"],
    ["nonsense, 10.0.0.5", "10.0.0.5"],
    ["", "127.0.0.1"],
    [", ,", "127.0.0.1"],
    ["999.1.1.1", "127.0.0.1"],
  ];
  for (const [header, client] of rows) {
    assertEquals([header, read({ "x-forwarded-for": header }).client], [header, client]);
  }
  assertEquals(read({}).client, "127.0.0.1");
});

Deno.test("createViaReader() leaves out what has no right form", () => {
  for (const prefix of ["//evil.example", "counts", "/a/../b", "/a?b", "/<b>", "/a\\b", ""]) {
    assertEquals(read({ "x-forwarded-prefix": prefix }, { basePath: "/b" }).prefix, "/b", prefix);
  }
  assertEquals(read({ "x-forwarded-prefix": "/" }, { basePath: "/b" }).prefix, "");
  assertEquals(read({ "x-forwarded-prefix": "/outer/, /inner" }).prefix, "/outer");
  for (const host of ["a/b", "a b", "<a>", "", "a?b", "a@b"]) {
    assertEquals(read({ "x-forwarded-host": host }).host, undefined, host);
  }
  assertEquals(read({ "x-forwarded-host": "outer.example:444, inner" }).host, "outer.example:444");
  for (const proto of ["ftp", "javascript", ""]) {
    assertEquals(read({ "x-forwarded-proto": proto }).proto, undefined, proto);
  }
  assertEquals(read({ "x-forwarded-proto": "HTTPS,http" }).proto, "https");
});

Deno.test("siteOf() is where the client finds the server", () => {
  const site = (via: Via, headers: HeadersInit = {}) =>
    siteOf(new Request("http://127.0.0.1:8000/docs?x", { headers }), via);
  assertEquals(site({ prefix: "" }), "http://127.0.0.1:8000");
  assertEquals(site({ prefix: "/b" }, { host: "x.example" }), "http://x.example/b");
  const via = { prefix: "/counts", proto: "https", host: "example.org" };
  assertEquals(site(via, { host: "x.example" }), "https://example.org/counts");
});

import { assertEquals } from "@std/assert";
import { readHosts, readOrigins, readPrefix } from "../../src/access/site_names.ts";

Deno.test("readPrefix() reads paths, and nothing that could name a host or climb", () => {
  const rows = { "/": "", "/counts": "/counts", "/counts/": "/counts", "/a/b-c.d": "/a/b-c.d" };
  for (const [text, prefix] of Object.entries(rows)) assertEquals(readPrefix(text), prefix);
  const bad = [
    "",
    "counts",
    "//x",
    "/a//b",
    "/a/../b",
    "/.",
    "/a?b",
    "/a#b",
    "/a b",
    "/<",
    "/a\\b",
  ];
  for (const text of bad) assertEquals([text, readPrefix(text)], [text, null]);
});

Deno.test("readHosts() reads names, addresses and names below others", () => {
  const hosts = ["counts.example", "*.example", "localhost", "192.0.2.1", "[::1]"];
  assertEquals(readHosts(hosts.join(", ")), hosts);
  assertEquals(readHosts("*"), ["*"]);
  assertEquals(readHosts("Counts.Example"), ["counts.example"]);
  for (const text of ["", "a:80", "http://a", "a,", "*a", "a.*", "a/b", "-x.", "::1", "a b"]) {
    assertEquals([text, readHosts(text)], [text, null]);
  }
});

Deno.test("readOrigins() reads origins as browsers send them", () => {
  const origins = ["https://app.example", "http://localhost:3000", "*"];
  assertEquals(readOrigins(origins.join(", ")), origins);
  for (const text of ["", "app.example", "https://app.example/", "https://app.example/x", "null"]) {
    assertEquals([text, readOrigins(text)], [text, null]);
  }
});

import { assertEquals } from "@std/assert";
import { isLoopback } from "../../src/access/exposure.ts";

Deno.test("isLoopback() tells this machine's own addresses from those that others reach", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]"]) {
    assertEquals(isLoopback(host), true, host);
  }
  const others = ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.org", "example.org", "::2", ""];
  for (const host of [...others, "localhost.example.org", "::ffff:10.0.0.1", "128.0.0.1"]) {
    assertEquals(isLoopback(host), false, host);
  }
});

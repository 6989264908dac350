import { assertEquals } from "@std/assert";
import { Networks } from "../../src/access/networks.ts";

Deno.test("Networks.has() knows addresses and networks of both kinds", () => {
  const networks = Networks.parse("10.0.0.0/8, 192.0.2.7,2001:db8::/32,::1, 172.16.0.0/12")!;
  const inside = ["10.1.2.3", "192.0.2.7", "2001:db8::5", "::1", "172.31.255.255"];
  inside.push("::ffff:10.0.0.1"); // how a socket for both kinds writes an IPv4 address
  for (const address of inside) assertEquals([address, networks.has(address)], [address, true]);
  const outside = ["11.0.0.1", "192.0.2.8", "2001:db9::", "::2", "172.32.0.0", "", "x", "10.1"];
  for (const address of outside) assertEquals([address, networks.has(address)], [address, false]);
  assertEquals(Networks.parse("0.0.0.0/0")!.has("::1"), false);
  assertEquals(Networks.parse("::/0")!.has("::1"), true);
});

Deno.test("Networks.parse() refuses what is no address or network", () => {
  const bad = ["", "x", "10.0.0.0/33", "10", "10.1", "10.0.0/8", "::1/129", "10.0.0.1,", "a/8"];
  for (const text of bad) assertEquals([text, Networks.parse(text)], [text, null]);
});

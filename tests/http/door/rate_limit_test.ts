import { assertEquals } from "@std/assert";
import { networkOf } from "../../../src/http/door/rate_limit.ts";

Deno.test("networkOf() takes an IPv6 network for one client", () => {
  const network = networkOf;
  assertEquals([network("192.0.2.1"), network("::ffff:192.0.2.1")], ["192.0.2.1", "192.0.2.1"]);
  const same = ["2001:db8::1", "2001:db8:0:0:1:2:3:4", "2001:0db8::ffff%eth0"];
  assertEquals(same.map(network), Array(3).fill("2001:db8:0:0::/64"));
  assertEquals([network("2001:db8:0:1::"), network("::1")], ["2001:db8:0:1::/64", "0:0:0:0::/64"]);
});

import { assertEquals } from "@std/assert";
import { addressOfHost, isPublicAddress } from "../../../src/intake/remote/addresses.ts";

Deno.test("isPublicAddress() tells the public internet from everything else", () => {
  const publics = [
    "8.8.8.8",
    "93.184.215.14",
    "::ffff:8.8.8.8",
    "2606:4700::1111",
    "2001:4860::8888",
  ];
  for (const address of publics) assertEquals(isPublicAddress(address), true, address);
  // deno-fmt-ignore: in rows, as they belong together
  const others = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.255", "168.63.129.16",
    "169.254.169.254", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.255.255", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::7f00:1", "4000::1", "::ffff:10.0.0.1", "::ffff:7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "", "localhost",
  ];
  for (const address of others) assertEquals(isPublicAddress(address), false, address);
});

Deno.test("addressOfHost() finds the address that is a URL's host", () => {
  const rows = [["http://[::1]:80/", "::1"], ["http://0x7f.1/", "127.0.0.1"], [
    "http://a.b/",
    undefined,
  ]];
  for (const [url, address] of rows) assertEquals(addressOfHost(new URL(url!).hostname), address);
});

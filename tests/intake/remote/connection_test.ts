import { assertEquals, assertStringIncludes } from "@std/assert";
import { isPublicAddress } from "../../../src/intake/remote/addresses.ts";
import { FileServer } from "../../support/http/file_server.ts";
import { errorOf, FILE, read } from "../../support/http/remote_reads.ts";

Deno.test("openUrls() follows five redirects, each of them checked", async () => {
  await using server = new FileServer(FILE, {
    answer(request) {
      const hops = Number(new URL(request.url).pathname.slice(1));
      const location = `/${hops - 1}`;
      return hops > 0 ? new Response(null, { status: 302, headers: { location } }) : undefined;
    },
  });
  assertEquals((await read(server.url("/5")))[0].bytes, FILE);
  const error = await errorOf(server.url("/6"));
  assertStringIncludes(error.message, "redirects more than 5 times");
});

const INSIDE = [
  "http://127.0.0.1/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0177.0.0.1/",
  "http://127.1/",
  "http://0/",
  "http://10.1.2.3/",
  "http://172.16.0.1/",
  "http://192.168.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "http://100.100.100.200/",
  "http://168.63.129.16/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::127.0.0.1]/",
  "http://[fe80::1]/",
  "http://[fd00:ec2::254]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[2002:7f00:1::]/",
  "http://localhost/",
  "http://localhost./",
  "https://localtest.me/",
];

/** Names as they could be set up to lead inside. */
const NAMES: Record<string, string[]> = {
  "localhost": ["127.0.0.1", "::1"],
  "localhost.": ["127.0.0.1"],
  "localtest.me": ["127.0.0.1"],
  "mixed.test": ["93.184.215.14", "10.0.0.1"],
};
const resolve = (name: string) => Promise.resolve(NAMES[name] ?? ["127.0.0.1"]);

Deno.test("openUrls() connects to no address inside, however it is written", async () => {
  for (const url of [...INSIDE, "http://mixed.test/"]) {
    const error = await errorOf(url, { mayConnect: isPublicAddress, resolve });
    assertEquals([error.code, error.status], ["url_refused", 403], url);
    assertEquals(
      /\d+\.\d+\.\d+\.\d+/.test(error.message.replace(new URL(url).href, "")),
      false,
      error.message,
    );
  }
});

Deno.test("openUrls() follows no redirect that leads inside", async () => {
  // Only this way of writing the address of this machine is let through.
  const mapped = "::ffff:127.0.0.1";
  const first: Record<string, Promise<string[]>> = { "files.test": Promise.resolve([mapped]) };
  const mayConnect = (address: string) => address === mapped || isPublicAddress(address);
  for (const location of INSIDE) {
    await using server = new FileServer(FILE, {
      answer: () => new Response(null, { status: 307, headers: { location } }),
    });
    const options = { mayConnect, resolve: (name: string) => first[name] ?? resolve(name) };
    const error = await errorOf(server.url(), options);
    assertEquals(error.code, "url_refused", location);
  }
});

Deno.test("openUrls() resolves a name once a connection, and connects to what was checked", async () => {
  await using server = new FileServer(FILE.subarray(0, 10));
  let asked = 0;
  const resolve = (name: string) => {
    assertEquals(name, "rebinding.test");
    return Promise.resolve(asked++ === 0 ? ["127.0.0.1"] : ["192.0.2.1"]);
  };
  const [text] = await read(`http://rebinding.test:${server.port}/`, { resolve });
  assertEquals([text.bytes, asked], [FILE.subarray(0, 10), 1]);
});

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { serveBehindFront, stripUpgrade } from "../../../src/http/door/upgrade_front.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { ServerProcess } from "../../support/http/server.ts";

const H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";

const strip = (text: string) =>
  Buffer.from(stripUpgrade(Buffer.from(text, "latin1"))).toString("latin1");

Deno.test("stripUpgrade() takes an offer out of a head, and makes it the last", () => {
  const head = "POST /x HTTP/1.1\r\nHost: x\r\n";
  const close = "connection: close\r\n\r\n";
  const rows: [string, string][] = [
    [`${head}${H2C}Content-Length: 2\r\n\r\nab`, `${head}Content-Length: 2\r\n${close}ab`],
    [`${head}UPGRADE: example/1\r\nCONNECTION: upgrade\r\n\r\n`, `${head}${close}`],
    [`${head}X: \xff\x80\r\nupgrade:h2c\r\n\r\n\xff\x00`, `${head}X: \xff\x80\r\n${close}\xff\x00`],
    [`${head}\r\nUpgrade: h2c\r\n\r\n`, `${head}\r\nUpgrade: h2c\r\n\r\n`], // in the body
    [`${head}X-Upgrade: h2c\r\nConnection: keep-alive\r\n\r\n`, ""],
    [`${head}X: Upgrade: h2c\r\n\r\n`, ""],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""],
    [`${head}Upgrade: h2c\r\n`, ""], // no end
    ["\r\n\r\n\r\n", ""],
    ["", ""],
  ];
  for (const [given, expected] of rows) assertEquals(strip(given), expected || given);
});

Deno.test("a server that strips offers of upgrades counts what comes with them", async () => {
  await using server = await ServerProcess.start({ args: ["--strip-upgrade"] });
  const body = "to be or not to be";
  const more = `Content-Length: ${body.length}\r\n`;
  for (const offer of [H2C, "Connection: upgrade\r\nUpgrade: example/1\r\n"]) {
    using client = await RawConnection.open(server.port);
    await client.write(`POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\n${offer}`);
    await client.write(`${more}\r\n${body.slice(0, 5)}`);
    await client.write(body.slice(5));
    const answer = await client.read();
    assertMatch(answer, /^HTTP\/1\.1 200 /);
    assertStringIncludes(answer, "be\t2\nto\t2\nnot\t1\nor\t1\n");
  }
  // Without an offer a connection lives on, and a large body streams.
  const large = "word ".repeat(1_000_000);
  for (let i = 0; i < 2; i++) {
    const init = { method: "POST", body: large };
    const response = await fetch(`${server.origin}/v1/count?format=tsv`, init);
    assertEquals(await response.text(), "word\t1000000\n");
  }
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0);
});

Deno.test("serveBehindFront() tells who the client is, and when it goes away", async () => {
  const listening = Promise.withResolvers<Deno.NetAddr>();
  const came = Promise.withResolvers<number>();
  const left = Promise.withResolvers<void>();
  const server = serveBehindFront(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: listening.resolve,
      onError: () => new Response(null, { status: 500 }),
    },
    async (request, { remoteAddr }) => {
      came.resolve((remoteAddr as Deno.NetAddr).port);
      await request.bytes().catch(() => left.resolve());
      return new Response("x");
    },
  );
  const { port } = await listening.promise;
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  await client.write(Buffer.from("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"));
  assertEquals(await came.promise, client.localAddr.port);
  client.close();
  await left.promise;
  await server.shutdown();
});

import { assert, assertEquals } from "@std/assert";
import { compress } from "../../../src/http/answer/compression.ts";
import { hasZstd } from "../../../src/input/decompressor.ts";
import { createBody, type OutputBlocks } from "../../../src/output/body.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { giveTurns, ServerProcess } from "../../support/http/server.ts";

const ROWS = 150_000;
const KEY_BYTES = 600;

Deno.test("a server keeps its memory while a client reads millions of bytes slowly", async () => {
  await using server = await ServerProcess.start({ args: ["--workers", "1"] });
  const padding = "k".repeat(KEY_BYTES);
  const body = Array.from({ length: ROWS }, (_, i) => `${i}${padding}`).join(" ");
  const accepted = await fetch(`${server.origin}/v1/jobs?top=0`, { method: "POST", body });
  const { links } = await accepted.json();
  const path = `${links.result}?format=ndjson`;
  const answer = await fetch(`${server.origin}${path}&wait=60`);
  const bytes = (await answer.bytes()).length;
  assert(bytes > ROWS * KEY_BYTES);

  const before = await readRss(server);
  const connections = [];
  for (let i = 0; i < 3; i++) {
    const connection = await RawConnection.open(server.port);
    await connection.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await connection.read(/\r\n\r\n/); // and no more: the answer waits for its reader
    connections.push(connection);
  }
  await giveTurns(server.origin);
  const grown = await readRss(server) - before;
  for (const connection of connections) connection[Symbol.dispose]();
  assert(grown < bytes / 2, `grew by ${grown} bytes for 3 answers of ${bytes}`);
});

/** Resident memory in bytes. */
async function readRss(server: ServerProcess): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}

for (const coding of [undefined, "gzip", "br", "zstd"]) {
  const name = `a client that goes away ends the blocks, coded by ${coding ?? "nothing"}`;
  Deno.test({ name, ignore: coding === "zstd" && !hasZstd }, async () => {
    const ended = Promise.withResolvers<void>();
    const random = crypto.getRandomValues(new Uint8Array(64 * 1024));
    function* blocks(): OutputBlocks {
      try {
        while (true) yield random;
      } finally {
        ended.resolve();
      }
    }
    const answer = () => {
      const body = createBody(blocks());
      return new Response(coding === undefined ? body : compress(body, coding));
    };
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
    {
      using goer = await RawConnection.open(server.addr.port);
      await goer.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals((await goer.read(/^HTTP\/1.1 \d+/)).slice(9, 12), "200");
    }
    await ended.promise;
    await server.shutdown();
  });
}

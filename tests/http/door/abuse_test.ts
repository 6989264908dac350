import { assert, assertEquals, assertMatch } from "@std/assert";
import { LINGER_LIMITS } from "../../../src/http/door/linger.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { eventually, soon } from "../../support/waits.ts";

const SIZES = ["--max-body", "8MB"];
/** For servers whose clients must get a 408; the clients of others may be slower than that. */
const HASTY = [...SIZES, "--read-timeout", "500ms", "--upload-timeout", "2s"];

const encoder = new TextEncoder();

/** Sends what a client should not, and checks that the server is as well as before. */
async function withServer(
  run: (server: ServerProcess) => Promise<void>,
  args = SIZES,
): Promise<void> {
  await using server = await ServerProcess.start({ args });
  const said = server.output;
  await run(server);
  // A hasty server may find the client too slow once or twice.
  await eventually(async () => {
    assertEquals(await count(server, "to be or be"), "be\t2\nor\t1\nto\t1\n");
  });
  assertEquals(server.output, said);
}

async function count(server: ServerProcess, body: BodyInit, query = ""): Promise<string> {
  const url = `${server.origin}/v1/count?format=tsv${query}`;
  const response = await fetch(url, { method: "POST", body });
  return await response.text();
}

/** What the server says to a request in raw bytes; characters are bytes. */
async function say(server: ServerProcess, request: string, until = /\r\n\r\n/): Promise<string> {
  using client = await RawConnection.open(server.port);
  const bytes = new Uint8Array(request.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = request.charCodeAt(i);
  client.write(bytes).catch(() => {}); // the server may hang up before it has it all
  return await client.read(until);
}

const HEAD = "Host: x\r\n\r\n";
const TEXT = "Content-Length: 2\r\n\r\na ";
const many = (length: number) => Array.from({ length }, (_, i) => `x${i}: 1\r\n`).join("");

/** Requests whose rest does not come. */
const UNFINISHED: typeof REQUESTS = [
  ["POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na", 408],
  [
    "POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    400,
    408,
  ],
];

/**
 * Requests that are odd or wrong, and what comes back: a status, or an end without a word. Versions
 * of Deno differ in what their parser lets through.
 */
const REQUESTS: [request: string, ...statuses: (number | undefined)[]][] = [
  // Versions and targets.
  ["GET /livez HTTP/1.0\r\n\r\n", 200],
  ["GET /livez\r\n", 400],
  [`GET /livez HTTP/3.0\r\n${HEAD}`, 400],
  [`GET http://y/livez HTTP/1.1\r\n${HEAD}`, 200],
  [`GET http://u:p@y/livez HTTP/1.1\r\n${HEAD}`, 400],
  [`GET http://y:99999/ HTTP/1.1\r\n${HEAD}`, 400],
  [`GET http://[::1/ HTTP/1.1\r\n${HEAD}`, 400],
  [`GET * HTTP/1.1\r\n${HEAD}`, 400],
  [`GET \\livez HTTP/1.1\r\n${HEAD}`, 400],
  [`OPTIONS * HTTP/1.1\r\n${HEAD}`, 404],
  [`CONNECT y:80 HTTP/1.1\r\n${HEAD}`, 400],
  ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400],
  // Paths.
  [`GET //v1/kernels HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/../livez HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/%2e%2e/livez HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /livez%00 HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /livez\x00 HTTP/1.1\r\n${HEAD}`, 400],
  [`GET /v1%2fkernels HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/jobs/%zz HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/jobs/%ff HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/jobs/..%2f..%2flivez HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /v1/jobs/${"a".repeat(10_000)} HTTP/1.1\r\n${HEAD}`, 404],
  [`GET /${"a".repeat(20_000)} HTTP/1.1\r\n${HEAD}`, 414],
  [`GET /${"a".repeat(200_000)} HTTP/1.1\r\n${HEAD}`, 400, 414],
  // Parameters.
  [`POST /v1/count?top=1&top=1 HTTP/1.1\r\nHost: x\r\n${TEXT}`, 400],
  [`POST /v1/count?${"top=1&".repeat(2000)} HTTP/1.1\r\nHost: x\r\n${TEXT}`, 400],
  [`POST /v1/count?${"&".repeat(2000)} HTTP/1.1\r\nHost: x\r\n${TEXT}`, 200],
  [`POST /v1/count?top=%ff HTTP/1.1\r\nHost: x\r\n${TEXT}`, 400],
  [`POST /v1/count?prefix=%00 HTTP/1.1\r\nHost: x\r\n${TEXT}`, 200],
  [`POST /v1/count?__proto__=1 HTTP/1.1\r\nHost: x\r\n${TEXT}`, 400],
  [`POST /v1/count?constructor=1 HTTP/1.1\r\nHost: x\r\n${TEXT}`, 400],
  // Methods.
  [`TRACE /livez HTTP/1.1\r\n${HEAD}`, 405],
  [`get /livez HTTP/1.1\r\n${HEAD}`, 405],
  [`${"A".repeat(5000)} /livez HTTP/1.1\r\n${HEAD}`, 405],
  [`G@T /livez HTTP/1.1\r\n${HEAD}`, 400],
  [`HEAD /livez HTTP/1.1\r\n${HEAD}`, 200],
  // Hosts and headers.
  ["GET /livez HTTP/1.1\r\nHost: %%%\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: x/v1/engine?\r\n\r\n", 400],
  ["GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
  [`GET /livez HTTP/1.1\r\nX: a\x00b\r\n${HEAD}`, 400],
  [`GET /livez HTTP/1.1\r\nX: a\r\n b\r\n${HEAD}`, 400],
  [`GET /livez HTTP/1.1\r\nX: ${"a".repeat(200_000)}\r\n${HEAD}`, 400, 200],
  [`GET /livez HTTP/1.1\r\n${many(1000)}${HEAD}`, 400, 431],
  // Bodies that are not what their head says.
  ["POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na", 400],
  [`POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: ${"9".repeat(30)}\r\n\r\na`, 400],
  ["POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400],
  ["POST /v1/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\na", 400],
  [
    "POST /v1/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na",
    undefined,
    400,
  ],
  [`GET /livez HTTP/1.1\r\nContent-Length: 2\r\n${HEAD}aa`, 200],
];

Deno.test("odd and wrong requests get the answer that is theirs, never one of the server's faults", async () => {
  await Promise.all([
    withServer((server) => assertAnswers(server, REQUESTS)),
    withServer((server) => assertAnswers(server, UNFINISHED), HASTY),
  ]);
});

async function assertAnswers(server: ServerProcess, requests: typeof REQUESTS): Promise<void> {
  for (const [request, ...statuses] of requests) {
    const answer = await say(server, request);
    const said = /^HTTP\/1\.[01] (\d+)/.exec(answer)?.[1];
    const isRight = statuses.includes(said === undefined ? undefined : Number(said));
    assert(isRight, `${said} for ${JSON.stringify(request.slice(0, 80))}`);
  }
}

Deno.test("requests that come in one piece are answered one by one", async () => {
  await withServer(async (server) => {
    const post = `POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nb b`;
    const get = `GET /nowhere HTTP/1.1\r\n${HEAD}`;
    const last = "GET /livez HTTP/1.1\r\nConnection: close\r\n" + HEAD;
    const answer = await say(server, post + get + post + last, /(?!)/);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assertEquals(statuses, ["200", "404", "200", "200"]);
  });
});

Deno.test("a client that waits for 100-continue is told to go on, or why not", async () => {
  await withServer(async (server) => {
    const head = (path: string, length: number) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    using client = await RawConnection.open(server.port);
    await client.write(head("/v1/count?format=tsv", 3));
    assertMatch(await client.read(/\r\n\r\n/), /^HTTP\/1\.1 100 /);
    await client.write("b b");
    assertMatch(await client.read(/b\t2\n/), /HTTP\/1\.1 200 OK/);
    assertMatch(await say(server, head("/v1/count", 1e9), /HTTP\/1\.1 413 /), /413/);
  });
});

const ENDLESS = [
  { path: "/v1/count", head: "Transfer-Encoding: chunked", status: 413 },
  { path: "/v1/jobs", head: "Transfer-Encoding: chunked", status: 413 },
  { path: "/v1/count?x=1", head: "Transfer-Encoding: chunked", status: 400 },
  { path: "/nowhere", head: "Content-Length: 999999999999", status: 404 },
];

/** What is dropped of an upload at most, and what buffers hold on the way. */
const MOST_MIB = LINGER_LIMITS.bytes / 2 ** 20 + 16;

Deno.test("an upload that is refused stops within its limit, at its begin and on its way", async () => {
  await withServer(async (server) => {
    await Promise.all(ENDLESS.map(async ({ path, head, status }) => {
      using client = await RawConnection.open(server.port);
      await client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
      const text = words(1 << 20);
      const block = head.includes("chunked") ? chunkOf(text) : text;
      let written = 0;
      let answered = Infinity;
      const upload = async () => {
        for (; written < 256; written++) await client.write(block);
      };
      const ended = upload().catch(() => {}); // the server hangs up
      const answer = await client.read(/\r\n\r\n/).finally(() => answered = written);
      assertMatch(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      await soon(ended);
      assert(written - answered < MOST_MIB, `${path}: took ${written - answered} MiB more`);
    }));
  });
});

Deno.test("an upload that stalls or drips is ended", async () => {
  await withServer(async (server) => {
    const drip = async (head: string, piece: string) => {
      using client = await RawConnection.open(server.port);
      await client.write(`POST /v1/count HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${piece}`);
      const timer = setInterval(() => client.write(piece).catch(() => {}), 100);
      const answer = await client.read(/\r\n\r\n/).finally(() => clearInterval(timer));
      assertMatch(answer, /^HTTP\/1\.1 408 /);
    };
    await Promise.all([
      drip("Transfer-Encoding: chunked", "1\r\na\r\n"),
      drip("Content-Length: 999999", "a"),
      drip("Content-Length: 1000", "a"),
      drip("Transfer-Encoding: chunked\r\nContent-Type: application/json", "1\r\n[\r\n"),
    ]);
  }, HASTY);
});

Deno.test("an upload under a key that is taken has the same bounds as any other", async () => {
  const head = 'POST /v1/jobs HTTP/1.1\r\nHost: x\r\nIdempotency-Key: "a"\r\n';
  const take = async (server: ServerProcess) =>
    assertMatch(await say(server, `${head}${TEXT}`), /^HTTP\/1\.1 202 /);
  await withServer(async (server) => {
    await eventually(() => take(server));
    assertMatch(await say(server, `${head}Content-Length: 9\r\n\r\na`), /^HTTP\/1\.1 408 /);
  }, HASTY);
  await withServer(async (server) => {
    await take(server);
    const large = `${head}Transfer-Encoding: chunked\r\n\r\n900000\r\n${"a".repeat(9e6)}`;
    assertMatch(await say(server, large), /^HTTP\/1\.1 413 /);
    using goer = await RawConnection.open(server.port);
    await goer.write(`${head}Content-Length: 9\r\n\r\na`);
  });
});

Deno.test("texts that nobody writes are counted exactly", async () => {
  await withServer(async (server) => {
    const word = new Uint8Array(24e6).fill(0x61);
    assertEquals((await count(server, word, "&top=1")).length, 24e6 + 3);
    assertEquals(await count(server, new Uint8Array(1e6)), "");
    assertEquals(await count(server, "a\0b a\0b", "&tokenizer=whitespace"), "a\0b\t2\n");
    const invalid = new Uint8Array([0x61, 0x20, 0xc0, 0x80, 0x20, 0xed, 0xa0, 0x80, 0x20, 0x61]);
    assertEquals(await count(server, invalid), "a\t2\n");
    assertEquals(await count(server, tinyChunks(100_000)), "a\t50000\n");
  }, ["--max-body", "32MB"]);
});

Deno.test("a hundred thousand chunks of one byte are counted over a raw connection", async () => {
  await withServer(async (server) => {
    const body = "1\r\na\r\n1\r\n \r\n".repeat(50_000);
    const head =
      "POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertMatch(await say(server, `${head}${body}0\r\n\r\n`, /\n$/), /\r\n\r\n.*a\t50000\n/s);
  });
});

function words(length: number): Uint8Array {
  return encoder.encode("a ".repeat(length / 2));
}

function chunkOf(bytes: Uint8Array): Uint8Array {
  const head = encoder.encode(`${bytes.length.toString(16)}\r\n`);
  const chunk = new Uint8Array(head.length + bytes.length + 2);
  chunk.set(head);
  chunk.set(bytes, head.length);
  chunk.set([13, 10], head.length + bytes.length);
  return chunk;
}

function tinyChunks(length: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = length;
  return new ReadableStream({
    pull(controller) {
      for (let i = 0; i < 100 && left > 0; i++) {
        controller.enqueue(new Uint8Array([left-- % 2 === 0 ? 0x61 : 0x20]));
      }
      if (left === 0) controller.close();
    },
  });
}

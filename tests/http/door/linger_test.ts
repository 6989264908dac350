import { assert, assertEquals, assertMatch } from "@std/assert";
import { Linger, type LingerLimits } from "../../../src/http/door/linger.ts";
import { startServer } from "../../../src/server.ts";
import { RawConnection } from "../../support/http/raw_http.ts";

const LIMITS: LingerLimits = {
  bytes: 1000,
  burstBytes: 400,
  bytesPerSecond: 10_000,
  totalMs: 300,
  idleMs: 50,
  holdMs: 20,
  uploads: 2,
};

/** An upload that gives so many bytes at a time, when it is told to. */
function createUpload(bytes = 100) {
  const reads: PromiseWithResolvers<number>[] = [];
  let dropped = 0;
  let cancelled = false;
  const rest = {
    read: () => {
      const read = Promise.withResolvers<number>();
      reads.push(read);
      return read.promise;
    },
    cancel: () => {
      cancelled = true;
      return Promise.resolve();
    },
  };
  const send = async (times: number, size = bytes) => {
    for (let i = 0; i < times; i++) {
      dropped += size;
      reads.shift()?.resolve(size);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  return {
    rest,
    send,
    fail: () => reads.shift()?.reject(new Error("gone")),
    get asked() {
      return reads.length > 0;
    },
    get dropped() {
      return dropped;
    },
    get cancelled() {
      return cancelled;
    },
  };
}

function createLinger(limits: Partial<LingerLimits> = {}) {
  const time = { now: 0 };
  const slept: number[] = [];
  const sleep = (ms: number) => {
    slept.push(ms);
    return Promise.resolve();
  };
  const linger = new Linger({ ...LIMITS, ...limits }, { now: () => time.now, sleep });
  const at = (now: number) => {
    time.now = now;
    linger.tick();
  };
  return { linger, at, slept };
}

Deno.test("Linger reads and drops an upload to its end, and forgets it", async () => {
  const { linger, at } = createLinger();
  const upload = createUpload();
  linger.take(upload.rest);
  await upload.send(5);
  await upload.send(1, 0);
  assertEquals([linger.uploads, upload.asked, upload.cancelled], [0, false, false]);
  at(1000);
});

Deno.test("Linger lets an upload stall behind its limit of bytes, and then ends it", async () => {
  const { linger, at } = createLinger();
  const upload = createUpload();
  linger.take(upload.rest);
  await upload.send(10);
  assertEquals([upload.asked, upload.cancelled], [false, false]);
  at(19);
  assertEquals(upload.cancelled, false);
  at(20);
  assertEquals([upload.cancelled, linger.uploads], [true, 0]);
});

Deno.test("Linger lets an upload stall at once that is longer than the limit", () => {
  const { linger, at } = createLinger();
  const upload = createUpload();
  linger.take(upload.rest, 1001);
  at(19);
  assertEquals([upload.asked, upload.cancelled], [false, false]);
  at(20);
  assertEquals([upload.asked, upload.cancelled], [false, true]);
});

Deno.test("Linger reads at a bounded rate what may have no end, and at once what has a length", async () => {
  const { linger, slept } = createLinger();
  const [known, unknown] = [createUpload(), createUpload()];
  linger.take(known.rest, 1000);
  await known.send(9);
  assertEquals(slept, []);
  linger.take(unknown.rest);
  await unknown.send(6);
  assertEquals(slept, [10, 20]); // 100 and 200 bytes more than 400, at 10 bytes a millisecond
  for (const { send } of [known, unknown]) await send(1, 0);
  assertEquals(linger.uploads, 0);
});

Deno.test("Linger ends an upload that stalls, and one that takes for ever", async () => {
  const { linger, at } = createLinger();
  const [idle, slow] = [createUpload(1), createUpload(1)];
  linger.take(idle.rest);
  linger.take(slow.rest);
  for (let now = 0; now < 300; now += 40) {
    at(now);
    assertEquals(idle.cancelled, now > 50);
    await slow.send(1);
  }
  assertEquals(slow.cancelled, false);
  at(300);
  assertEquals([slow.cancelled, linger.uploads], [true, 0]);
});

Deno.test("Linger reads no more uploads at a time than it may; others stall", async () => {
  const { linger, at } = createLinger();
  const uploads = [createUpload(), createUpload(), createUpload()];
  for (const { rest } of uploads) linger.take(rest);
  assertEquals(uploads.map(({ asked }) => asked), [true, true, false]);
  await uploads[0].send(1, 0);
  const next = createUpload();
  linger.take(next.rest);
  assertEquals(next.asked, true);
  uploads[1].fail();
  await next.send(1, 0);
  at(20);
  assertEquals([uploads[2].cancelled, linger.uploads], [true, 0]);
});

Deno.test("Linger hurries while a server stops, and no longer", () => {
  const { linger, at } = createLinger();
  const [before, after] = [createUpload(), createUpload()];
  linger.take(before.rest);
  linger.hurry();
  linger.take(after.rest);
  at(20);
  assertEquals([before.cancelled, after.cancelled, linger.uploads], [true, true, 0]);

  const other = createLinger();
  other.linger.hurry()[Symbol.dispose]();
  const later = createUpload();
  other.linger.take(later.rest);
  other.at(20);
  assertEquals([later.cancelled, other.linger.uploads], [false, 1]);
  other.at(50);
  assertEquals([later.cancelled, other.linger.uploads], [true, 0]);
});

const MB = 1_000_000;

/** Deno 2.5 closes a connection behind the answer, whatever still comes: clients see a reset. */
const ignore = Deno.version.deno.startsWith("2.5.");

/** Requests that are refused early, by what is wrong with them. */
const REFUSED: {
  name: string;
  path?: string;
  headers?: string;
  status: number;
  /** How much the client of most writes; less where it is read at a bounded rate. */
  mb?: number;
}[] = [
  { name: "a body above the limit", status: 413 },
  { name: "chunks above the limit", headers: "Transfer-Encoding: chunked", status: 413, mb: 7 },
  { name: "an unknown coding", headers: "Content-Encoding: unknown", status: 415 },
  { name: "a corrupt coding", headers: "Content-Encoding: gzip", status: 400, mb: 7 },
  { name: "an unknown path", path: "/v2", status: 404 },
  { name: "a wrong parameter", path: "/v1/count?top=x", status: 400 },
  { name: "a missing key", status: 401 },
  { name: "too many requests", status: 429 },
];

/** Runs a test against a server of its own, with an engine that reads bodies. */
async function withDoor(status: number, run: (port: number) => Promise<void>): Promise<void> {
  await using server = await startServer({
    port: 0,
    workers: 1,
    maxBodyBytes: status === 413 ? MB : undefined,
    keys: status === 401 ? "[]" : undefined,
    rate: status === 429 ? { requests: 1, windowMs: 3_600_000 } : undefined,
  });
  if (status === 429) await (await fetch(`${server.origin}/v1/kernels`)).body!.cancel();
  await run(Number(new URL(server.origin).port));
}

/** Writes a whole request before it reads; what it reads up to the end, which must be no reset. */
async function writeFirst(
  port: number,
  { path = "/v1/count", headers = "" }: Pick<typeof REFUSED[number], "path" | "headers">,
  mb: number,
  pauseMs: number,
): Promise<string> {
  using client = await RawConnection.open(port);
  const isChunked = headers.startsWith("Transfer");
  const framing = isChunked ? "" : `Content-Length: ${mb * MB}\r\n`;
  const more = headers === "" ? "" : `${headers}\r\n`;
  await client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${framing}${more}\r\n`);
  const block = new Uint8Array(MB).fill(97);
  for (let i = 0; i < mb; i++) {
    if (isChunked) await client.write(`${MB.toString(16)}\r\n`);
    await client.write(block);
    if (isChunked) await client.write("\r\n");
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  if (isChunked) await client.write("0\r\n\r\n");
  return await client.read();
}

for (const { status, name, mb: large = 20, ...request } of REFUSED) {
  for (const kind of ["/v1/count", "/v1/jobs"]) {
    if (kind === "/v1/jobs" && request.path !== undefined) continue;
    const title = `${kind}: ${name} is told to clients that first write it all`;
    Deno.test(title, { ignore }, async () => {
      await withDoor(status, async (port) => {
        const answers = await Promise.all(
          [[5, 0], [large, 0], [6, 30]].map(([mb, pauseMs]) =>
            writeFirst(port, { path: kind, ...request }, mb, pauseMs)
          ),
        );
        for (const answer of answers) {
          assertMatch(answer, new RegExp(`^HTTP/1.1 ${status} `));
          assertMatch(answer, /connection: close/i);
          assert(answer.includes(`"status":${status}`), answer);
        }
      });
    });
  }
}

Deno.test(
  "a client that waits for 100 (Continue) is refused before it sends, and when it has sent",
  {
    ignore,
  },
  async () => {
    await withDoor(413, async (port) => {
      using client = await RawConnection.open(port);
      await client.write(
        `POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Length: ${5 * MB}\r\n` +
          "Expect: 100-continue\r\n\r\n",
      );
      const refused = /^(HTTP\/1.1 100 Continue\r\n\r\n)?HTTP\/1.1 413 /;
      assertMatch(await client.read(/"status":413/), refused);
      await client.write(new Uint8Array(5 * MB));
      assertMatch(await client.read(), refused);
    });
  },
);

import { assert, assertEquals } from "@std/assert";
import { peakMemory, startInstance } from "../support/http/deploy.ts";
import { KvServer } from "../support/store/kv_server.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import type { ServerProcess } from "../support/http/server.ts";

/** What an instance may have, and what is left to the system. */
const LIMIT_BYTES = 768 * 1024 * 1024;

const MiB = 1024 * 1024;
const LINE = new TextEncoder().encode("to be or not to be that is the question\n".repeat(1600));

/** A body of about so many bytes. */
function bodyOf(bytes: number): { body: ReadableStream<Uint8Array>; lines: number } {
  const blocks = Math.ceil(bytes / LINE.length);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => sent++ < blocks ? controller.enqueue(LINE) : controller.close(),
  }, { highWaterMark: 0 });
  return { body, lines: blocks * 1600 };
}

/** Words that are all different. */
function* differentWords(words: number): Generator<string, void, void> {
  for (let next = 0; next < words; next += 5000) {
    const some = Array.from({ length: 5000 }, (_, i) => (next + i).toString(36).padStart(24, "z"));
    yield `${some.join(" ")}\n`;
  }
}

function chunkOf(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

async function post(instance: ServerProcess, path: string, body: ReadableStream<Uint8Array>) {
  const response = await fetch(`${instance.origin}${path}`, { method: "POST", body });
  return { status: response.status, answer: await response.json() };
}

async function assertFits(instance: ServerProcess): Promise<void> {
  const peak = await peakMemory(instance.pid);
  console.log(`at most ${Math.round(peak / MiB)} MiB were resident`);
  assert(peak < LIMIT_BYTES, `${peak} bytes were resident`);
}

const onLinux = { ignore: Deno.build.os !== "linux" };

Deno.test("large uploads, alone and side by side, fit into the memory", onLinux, async () => {
  await using kv = new KvServer();
  await using instance = await startInstance(kv);
  for (const [uploads, bytes] of [[1, 500 * MiB], [250, 4 * MiB]]) {
    await Promise.all(Array.from({ length: uploads }, async () => {
      const { body, lines } = bodyOf(bytes);
      const { status, answer } = await post(instance, "/v1/count?top=1&order=key", body);
      assertEquals([status, answer.counts], [200, [{ key: "be", count: 2 * lines }]]);
    }));
  }
  await assertFits(instance);
});

Deno.test(
  "jobs fit into the memory, and inputs that are too long are refused",
  onLinux,
  async () => {
    await using kv = new KvServer();
    await using instance = await startInstance(kv);
    await Promise.all(Array.from({ length: 8 }, async () => {
      const { status } = await post(instance, "/v1/jobs", bodyOf(20 * MiB).body);
      assertEquals(status, 202);
    }));
    const refused = await post(instance, "/v1/jobs", bodyOf(70 * MiB).body);
    assertEquals([refused.status, refused.answer.limit], [413, 64 * MiB]);
    await assertFits(instance);
  },
);

Deno.test("a vocabulary beyond the memory is an answer, and no end", onLinux, async () => {
  await using kv = new KvServer();
  await using instance = await startInstance(kv);
  using connection = await RawConnection.open(instance.port);
  const head = "POST /v1/count HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
  const sending = connection.write(head).then(async () => {
    for (const words of differentWords(12_000_000)) await connection.write(chunkOf(words));
  }).catch(() => {}); // it is told to stop
  const answer = await connection.read(/out-of-memory.*}/);
  assert(answer.startsWith("HTTP/1.1 507 "), answer);
  connection[Symbol.dispose]();
  await sending;
  const { body, lines } = bodyOf(MiB);
  const next = await post(instance, "/v1/count?top=1", body);
  assertEquals(next.answer.counts, [{ key: "be", count: 2 * lines }]);
  await assertFits(instance);
});

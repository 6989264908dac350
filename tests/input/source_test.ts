import { assertEquals, assertRejects } from "@std/assert";
import { soon } from "../support/waits.ts";
import { JobError } from "../../src/contract/problems.ts";
import { ByteSource, inTime } from "../../src/input/source.ts";

const bytes = (length: number) => new Uint8Array(length).fill(1);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => promise, JobError);
  return error.code;
}

Deno.test("ByteSource.read() refuses the byte after maxBytes", async () => {
  const within = new ByteSource(new Response(bytes(10)).body!, { maxBytes: 10 });
  assertEquals((await within.read(new Uint8Array(64), 0)).added, 10);
  const over = new ByteSource(new Response(bytes(11)).body!, { maxBytes: 10 });
  assertEquals(await codeOf(over.read(new Uint8Array(64), 0)), "body_too_large");
});

Deno.test("ByteSource.read() gives up on a stream that stalls", async () => {
  const source = new ByteSource(new ReadableStream(), { readTimeoutMs: 20 });
  assertEquals(await codeOf(source.read(new Uint8Array(64), 0)), "read_timeout");
  source.cancel("test over");
});

Deno.test("ByteSource.read() says how far a broken stream came", async () => {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes(7)),
    pull: (controller) => controller.error(new Error("connection reset")),
  }, { highWaterMark: 0 });
  const source = new ByteSource(stream);
  assertEquals((await source.read(new Uint8Array(64), 0)).added, 7);
  const error = await assertRejects(() => source.read(new Uint8Array(64), 7), JobError);
  assertEquals([error.code, error.message], [
    "body_aborted",
    "Cannot read body: it ended early, after 7 bytes or more",
  ]);
});

Deno.test("ByteSource.read() adds behind the offset and keeps what stands before it", async () => {
  const source = new ByteSource(new Response(bytes(3)).body!);
  const buffer = new Uint8Array([9, 9, 0, 0, 0, 0]);
  const filled = await source.read(buffer, 2);
  assertEquals([...filled.buffer], [9, 9, 1, 1, 1, 0]);
  assertEquals(filled.added, 3);
  const end = await source.read(filled.buffer, 5);
  assertEquals([[...end.buffer], end.added], [[9, 9, 1, 1, 1, 0], 0]);
});

Deno.test("ByteSource.read() gives up on a stream that drips without an end", async () => {
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.enqueue(bytes(1));
    },
  });
  const source = new ByteSource(stream, { readTimeoutMs: 10_000, uploadTimeoutMs: 50 });
  const drain = async () => {
    while (true) await source.read(new Uint8Array(64), 0);
  };
  const error = await assertRejects(() => soon(drain()), JobError);
  assertEquals([error.code, error.details], ["read_timeout", { limit: 50 }]);
  source.cancel("test over");
});

Deno.test("inTime() names the bytes that came before where they are known", async () => {
  const limits = { readTimeoutMs: 20 };
  const rows = [
    [7, Promise.reject(new Error("reset")), "it ended early, after 7 bytes or more"],
    [0, Promise.reject(new Error("reset")), "it ended early"],
    [undefined, Promise.reject(new Error("reset")), "it ended early"],
    [7, new Promise(() => {}), "nothing came for 20 ms after 7 bytes"],
    [undefined, new Promise(() => {}), "its end did not come within 20 ms"],
  ] as const;
  for (const [bytes, read, says] of rows) {
    const error = await assertRejects(() => inTime(read, bytes, limits), JobError);
    assertEquals(error.message, `Cannot read body: ${says}`);
  }
});

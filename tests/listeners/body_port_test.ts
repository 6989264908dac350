import { assert, assertEquals, assertRejects } from "@std/assert";
import { openBody, sendBody } from "../../src/listeners/body_port.ts";
import { until } from "../support/waits.ts";

/** A stream of so many chunks, each of so many bytes, which tells how many were asked for. */
function createSource(chunks: number, bytes: number) {
  const source = { asked: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (source.asked === chunks) return controller.close();
      controller.enqueue(new Uint8Array(bytes).fill(source.asked++ & 0xff));
    },
    cancel() {
      source.isCancelled = true;
    },
  }, { highWaterMark: 0 });
  return { source, stream };
}

for (const { chunks, bytes } of [[0, 1], [1, 1], [3000, 7], [40, 70_000]].map(toCase)) {
  Deno.test(`openBody() gives ${chunks} chunks of ${bytes} bytes as sendBody() got them`, async () => {
    const { stream } = createSource(chunks, bytes);
    const got = await new Response(openBody(sendBody(stream))).bytes();
    const expected = await new Response(createSource(chunks, bytes).stream).bytes();
    assertEquals(got.length, expected.length);
    assert(got.every((byte, i) => byte === expected[i]), "another byte came");
  });
}

function toCase([chunks, bytes]: number[]) {
  return { chunks, bytes };
}

Deno.test("openBody() lets its reader bring a buffer, and says the end to it", async () => {
  const { stream } = createSource(2, 3);
  const reader = openBody(sendBody(stream)).getReader({ mode: "byob" });
  const all: number[] = [];
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(2));
    if (done) break;
    all.push(...value);
  }
  assertEquals(all, [0, 0, 0, 1, 1, 1]);
});

Deno.test("sendBody() stops reading while its reader does not read", async () => {
  const { source, stream } = createSource(1000, 100_000);
  const reader = openBody(sendBody(stream)).getReader();
  await reader.read();
  let before = -1;
  await until(() => {
    const isStill = before === source.asked && source.asked > 5;
    before = source.asked;
    return isStill;
  });
  assert(source.asked < 30, `${source.asked} chunks were asked for`);
  await reader.cancel();
  await until(() => source.isCancelled);
});

Deno.test("openBody() fails as the stream has that is sent", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("the client has gone"));
    },
  });
  const reader = openBody(sendBody(stream)).getReader();
  await assertRejects(() => reader.read(), Error, "the client has gone");
});

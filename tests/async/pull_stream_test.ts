import { assertEquals, assertRejects } from "@std/assert";
import { createPullStream } from "../../src/async/pull_stream.ts";

Deno.test("createPullStream() makes a chunk when it is asked for, up to the end", async () => {
  let made = 0;
  const next = () => made < 3 ? Uint8Array.of(++made) : undefined;
  const reader = createPullStream(next, () => {}).getReader();
  assertEquals(made, 0);
  assertEquals((await reader.read()).value, Uint8Array.of(1));
  assertEquals(made, 1);
  assertEquals((await reader.read()).value, Uint8Array.of(2));
  assertEquals((await reader.read()).value, Uint8Array.of(3));
  assertEquals((await reader.read()).done, true);
});

Deno.test("createPullStream() drops a chunk that is made while its reader goes", async () => {
  const chunk = Promise.withResolvers<Uint8Array | undefined>();
  let reason: unknown;
  const stream = createPullStream(() => chunk.promise, (given) => void (reason = given));
  const reader = stream.getReader();
  const read = reader.read();
  await reader.cancel("gone");
  chunk.resolve(Uint8Array.of(1));
  assertEquals([(await read).done, reason], [true, "gone"]);
});

Deno.test("createPullStream() fails with what making a chunk throws", async () => {
  const failing = () => Promise.reject(new RangeError("no chunk"));
  const reader = createPullStream(failing, () => {}).getReader();
  await assertRejects(() => reader.read(), RangeError, "no chunk");
});

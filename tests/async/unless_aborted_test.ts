import { assertEquals, assertRejects } from "@std/assert";
import { unlessAborted } from "../../src/async/unless_aborted.ts";

Deno.test("unlessAborted() gives what a promise gives", async () => {
  const { signal } = new AbortController();
  assertEquals(await unlessAborted(Promise.resolve(7), signal), 7);
  await assertRejects(() => unlessAborted(Promise.reject(new Error("no")), signal), Error, "no");
});

Deno.test("unlessAborted() waits no longer for what nobody wants, and owns how that ends", async () => {
  const work = Promise.withResolvers<number>();
  const abort = new AbortController();
  const waiting = assertRejects(() => unlessAborted(work.promise, abort.signal), Error, "unwanted");
  abort.abort(new Error("unwanted"));
  await waiting;
  work.reject(new Error("it comes too late"));
});

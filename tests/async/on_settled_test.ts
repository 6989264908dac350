import { assertEquals } from "@std/assert";
import { onSettled } from "../../src/async/on_settled.ts";
import { pause } from "../support/waits.ts";

Deno.test("onSettled() leaves one reaction behind, and tells who comes late", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let reactions = 0;
  const then = promise.then.bind(promise);
  promise.then =
    ((...args: Parameters<typeof then>) => (reactions++, then(...args))) as typeof then;
  let calls = 0;
  for (let i = 0; i < 100; i++) onSettled(promise, () => calls += 1000)();
  const count = () => void calls++;
  onSettled(promise, count);
  onSettled(promise, count);
  assertEquals(reactions, 1);
  resolve();
  await pause(0);
  assertEquals(calls, 2);
  onSettled(promise, count);
  await pause(0);
  assertEquals([calls, reactions], [3, 2]);
});

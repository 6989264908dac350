import { assertEquals, assertRejects } from "@std/assert";
import { once } from "../../src/async/once.ts";

Deno.test("once() makes one thing for all callers, and tries again after a failure", async () => {
  let calls = 0;
  const make = once(() => {
    calls++;
    return calls === 1 ? Promise.reject(new Error("not yet")) : Promise.resolve({ calls });
  });
  await assertRejects(make, Error, "not yet");
  const [first, second] = await Promise.all([make(), make()]);
  assertEquals([first, first === second, await make() === first], [{ calls: 2 }, true, true]);
});

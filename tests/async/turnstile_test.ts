import { assert, assertEquals } from "@std/assert";
import { Turnstile } from "../../src/async/turnstile.ts";

Deno.test("Turnstile lets one through in each turn of the loop, in the order that they came", async () => {
  const turnstile = new Turnstile();
  const seen: string[] = [];
  const walk = async (name: string) => {
    for (let step = 1; step <= 3; step++) {
      await turnstile.pass();
      seen.push(`${name}${step}`);
    }
  };
  const walks = Promise.all([walk("a"), walk("b")]);
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push("turn");
  }
  await walks;
  const steps = seen.filter((each) => each !== "turn");
  assertEquals(steps, ["a1", "b1", "a2", "b2", "a3", "b3"]);
  assert(!seen.join().includes("a1,b1,a2"), seen.join());
});

import { assert } from "@std/assert";
import { sleep } from "../../src/async/sleep.ts";

Deno.test("sleep() resolves when its time is over, not before", async () => {
  const began = performance.now();
  await sleep(20);
  const ms = performance.now() - began;
  assert(ms >= 19, `it has slept ${ms} ms`); // the clocks of timers and of performance differ
});

import { assertEquals } from "@std/assert";
import { Engine } from "../../src/mod.ts";
import { PROBE_TRIES } from "../../src/shared/doorbell.ts";
import { pause } from "../support/waits.ts";

Deno.test("Engine with wakeups=message counts at once, and never tries another way", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 2 ** 26, wakeups: "message" });
  const { segment } = await engine.submit("to be or not to be", { top: 1 }).done;
  assertEquals(segment.toArray(), [{ key: "be", count: 2 }]);
  for (let tries = 0; tries < PROBE_TRIES; tries++) {
    await pause(10);
    assertEquals(engine.status().doorbell, "message");
  }
  await engine.submit("again").done;
});

import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";

const LONG = "to be or not to be ".repeat(2000);

Deno.test("Engine whose threads start late has none for what is counted inline", async () => {
  await using engine = await Engine.start({ workers: 2, threads: "late", inline: true });
  await engine.ready();
  const { segment } = await engine.submit("to be or not to be", { top: 2 }).done;
  assertEquals(segment.toArray(), [{ key: "be", count: 2 }, { key: "to", count: 2 }]);
  const { threads, contention, inline } = engine.status();
  assertEquals(inline.jobs, 1);
  assertEquals(threads.map(({ state, tasks }) => [state, tasks]), [["idle", 0], ["idle", 0]]);
  assertEquals(contention.sleeps, 0); // a thread that has started sleeps soon
});

Deno.test("Engine whose threads start late starts them for the first task", async () => {
  await using engine = await Engine.start({ workers: 2, threads: "late", inline: true });
  const jobs = [LONG, LONG].map((text) => engine.submit(text, { top: 1 }));
  for (const { done } of jobs) {
    assertEquals((await done).segment.toArray(), [{ key: "be", count: 4000 }]);
  }
  await engine.ready();
  assert(engine.status().threads.some(({ tasks }) => tasks > 0));
});

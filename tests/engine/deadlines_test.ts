import { assert, assertEquals } from "@std/assert";
import { Deadlines, type Timed } from "../../src/engine/deadlines.ts";
import { PATIENCE_MS } from "../support/waits.ts";

Deno.test("Deadlines ends each once its time has come, in any order of adding, and spares the deleted", async () => {
  const deadlines = new Deadlines();
  const expired: number[] = [];
  const done = Promise.withResolvers<void>();
  const start = performance.now();
  const create = (delay: number): Timed => ({
    deadline: start + delay,
    expire() {
      assert(performance.now() >= this.deadline, `${delay} ms: too early`);
      expired.push(delay);
      if (delay === 60) done.resolve();
    },
  });
  const spared = create(20);
  for (const timed of [create(40), spared, create(10), create(60), create(1e12)]) {
    deadlines.add(timed);
  }
  deadlines.delete(spared);
  const alive = setTimeout(() => {}, PATIENCE_MS); // the deadlines' own timer does not keep the process
  await done.promise;
  clearTimeout(alive);
  // A timer that comes late ends several at once, as they were added.
  assertEquals([expired.toSorted(), deadlines.size], [[10, 40, 60], 1]);
  deadlines.clear();
  assertEquals(deadlines.size, 0);
});

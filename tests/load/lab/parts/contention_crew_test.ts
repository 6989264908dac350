import { assert, assertEquals, assertRejects } from "@std/assert";
import { ContentionCrew } from "../../../../load/lab/parts/contention_crew.ts";
import { CONTENTION_WAYS, sumOfCounters } from "../../../../load/lab/parts/contention_ways.ts";

Deno.test("ContentionCrew counts to the operations of all threads, in every way", async () => {
  const crew = new ContentionCrew(3);
  try {
    for (const way of CONTENTION_WAYS.keys()) {
      for (const threads of [1, 3]) {
        const { ms, cpuMs } = await crew.count(way, threads, 30_001);
        assert(ms > 0 && cpuMs >= 0, `${way}: ${ms}, ${cpuMs}`);
      }
    }
  } finally {
    crew.close();
  }
});

Deno.test("ContentionCrew fails when the counters do not come to the operations", async () => {
  const crew = new ContentionCrew(1);
  try {
    await assertRejects(
      () => crew.count(0, 1, 10.5), // the thread counts to 11
      Error,
      "Cannot time lock by 1 threads: 11, not 10.5",
    );
  } finally {
    crew.close();
  }
});

Deno.test("sumOfCounters() adds what stands on lines far from each other", () => {
  const words = new Int32Array(256);
  words[32] = 3;
  words[96] = 4;
  assertEquals(sumOfCounters(words), 7);
});

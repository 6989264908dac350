import { assertEquals } from "@std/assert";
import { ClusterClock } from "../../src/cluster/cluster_clock.ts";

const NOW = Date.UTC(2026, 0, 1);

Deno.test("ClusterClock is where Redis was in the middle of the round trip, and goes on by itself", async () => {
  let own = 5000;
  const clock = new ClusterClock(() => own);
  assertEquals(clock.now, undefined);
  const time = () => {
    own += 100; // there and back
    return Promise.resolve([NOW / 1000, 250_000]);
  };
  await clock.learn({ time });
  assertEquals(clock.now, NOW + 250 + 50);
  own += 1000;
  assertEquals(clock.now, NOW + 250 + 1050);
});

Deno.test("ClusterClock learns nothing from a question that waited for Redis to come back", async () => {
  let own = 0;
  const clock = new ClusterClock(() => own);
  await clock.learn({ time: () => Promise.resolve([NOW / 1000, 0]) });
  const time = () => {
    own += 60_000;
    return Promise.resolve([(NOW + 60_000) / 1000, 0]);
  };
  await clock.learn({ time });
  assertEquals(clock.now, NOW + 60_000);
});

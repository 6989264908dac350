import { assert, assertEquals, assertRejects } from "@std/assert";
import { startArrivals } from "../../../../load/bench/parts/open_arrivals.ts";
import { soon, until } from "../../../support/waits.ts";

const RATE = 1000;

Deno.test("startArrivals() lets jobs arrive while others run, and waits for all of them", async () => {
  const gate = Promise.withResolvers<void>();
  const seen: number[] = [];
  const arrivals = startArrivals(RATE, async (index) => {
    seen.push(index);
    await gate.promise;
  });
  await until(() => seen.length >= 5);
  const stopped = arrivals.stop();
  gate.resolve();
  const latencies = await soon(stopped);
  assertEquals(seen, seen.map((_, i) => i));
  assertEquals(latencies.length, seen.length);
  assert(latencies.every((ms) => ms > 0), "a job ends after it was due");
});

Deno.test("startArrivals() throws what a job has thrown when it stops", async () => {
  let runs = 0;
  const arrivals = startArrivals(RATE, async () => {
    if (++runs === 3) await Promise.reject(new RangeError("the third"));
  });
  await until(() => runs >= 3);
  await assertRejects(() => soon(arrivals.stop()), RangeError, "the third");
});

import { assertEquals, assertRejects } from "@std/assert";
import { asCompleted, Engine, type Job, JobError } from "../../../src/mod.ts";
import { gatedStream } from "../../support/inputs.ts";

const encoder = new TextEncoder();
const start = () => Engine.start({ workers: 2, memoryBytes: 128 * 1024 * 1024 });

Deno.test("asCompleted() gives jobs as they finish, failed ones too", async () => {
  await using engine = await start();
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const jobs = gates.map(({ promise }) => engine.submit(gatedStream(["a"], promise)));
  const order: number[] = [];
  gates[2].resolve();
  for await (const job of asCompleted(jobs)) {
    order.push(jobs.indexOf(job));
    if (order.length === 1) jobs[1].cancel();
    if (order.length === 2) gates[0].resolve();
  }
  assertEquals(order, [2, 1, 0]);
  assertEquals(jobs.map(({ state }) => state), ["done", "cancelled", "done"]);
  const again = [];
  for await (const job of asCompleted([jobs[0], jobs[0], jobs[1]])) again.push(jobs.indexOf(job));
  assertEquals(again.sort(), [0, 0, 1]);
  for await (const _ of asCompleted([])) throw new Error("there is none");
});

Deno.test("asCompleted() stops waiting by time and by signal, not the jobs", async () => {
  await using engine = await start();
  const done = engine.submit(encoder.encode("a"));
  await done.done;
  const stuck = engine.submit(gatedStream(["a"], new Promise(() => {})));
  const seen: Job[] = [];
  const error = await assertRejects(async () => {
    for await (const job of asCompleted([stuck, done], { timeoutMs: 30 })) seen.push(job);
  }, JobError);
  assertEquals([error.code, seen.length, stuck.state], ["result_timeout", 1, "pending"]);
  const controller = new AbortController();
  const waits = asCompleted([stuck], controller).next();
  controller.abort("enough");
  assertEquals(await waits.catch((reason) => reason), "enough");
  stuck.cancel();
});

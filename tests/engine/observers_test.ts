import { assert, assertEquals } from "@std/assert";
import { Engine, type ObservedJob } from "../../src/mod.ts";
import { gatedStream } from "../support/inputs.ts";
import { until } from "../support/waits.ts";

const never = new Promise<void>(() => {});

Deno.test("Engine tells observers of each job as it comes and when nothing of it is left", async () => {
  const told: string[] = [];
  const ended: ObservedJob[] = [];
  const first = {
    submitted: ({ id, requestId }: ObservedJob) => void told.push(`${id} ${requestId}`),
    ended: (job: ObservedJob) => void ended.push(job),
  };
  await using engine = await Engine.start({ workers: 1, observers: [first, {}] });
  const done = engine.submit(new TextEncoder().encode("a b"), {}, { requestId: "r" });
  assertEquals(told, [`${done.id} r`]);
  await done.done;
  await until(() => ended.length === 1);
  const { submitted, firstByte, lastByte, mapped, reduced } = ended[0].marks;
  const order = [0, submitted, firstByte, lastByte, mapped, reduced, performance.now()];
  assert(order.every((mark, i) => i === 0 || mark >= order[i - 1]), order.join(" "));
  assertEquals([ended[0].state, ended[0].failure], ["done", undefined]);

  const stuck = engine.submit(gatedStream(["a"], never));
  stuck.cancel();
  await until(() => ended.length === 2);
  assertEquals([ended[1].id, ended[1].failure?.code], [stuck.id, "job_cancelled"]);
  assertEquals(ended[1].marks.mapped, 0);
});

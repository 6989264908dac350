import { assertEquals } from "@std/assert";
import { createFlow, type Flow, Scheduler } from "../../src/engine/scheduler.ts";
import { createTask, TaskQueue } from "../../src/queue/task_queue.ts";

const KIB = 1024;

/** A scheduler over a queue of its own, and what comes out of it, by job. */
function createScheduler(depth: number) {
  const words = new Int32Array(new SharedArrayBuffer(8192));
  const region = { head: 0, tail: 128, bell: 256, waiters: 384, slots: 1024, capacity: 8 };
  const queue = new TaskQueue(words, region);
  queue.initialize();
  const scheduler = new Scheduler(queue, depth);
  const next = () => {
    const task = createTask();
    if (!queue.take(task)) return undefined;
    scheduler.completed();
    return task.job;
  };
  const submit = (flow: Flow, job: number, cost: number) =>
    scheduler.submit(flow, { kind: 1, job, epoch: 0, part: 0, start: 0, bytes: cost }, cost);
  return { scheduler, next, submit };
}

Deno.test("Scheduler lets a small job overtake a large one that came first", () => {
  const { next, submit } = createScheduler(2);
  const large = createFlow();
  const small = createFlow();
  for (let i = 0; i < 10; i++) submit(large, 1, 256 * KIB);
  submit(small, 2, 4 * KIB);
  assertEquals([next(), next(), next(), next()], [1, 1, 2, 1]);
});

Deno.test("Scheduler shares bytes by weight", () => {
  const { next, submit } = createScheduler(1);
  const heavy = createFlow(3);
  const light = createFlow(1);
  for (let i = 0; i < 400; i++) {
    submit(heavy, 1, 100);
    submit(light, 2, 100);
  }
  const served = Array.from({ length: 200 }, next);
  assertEquals(Math.abs(served.filter((job) => job === 1).length - 150) <= 2, true);
});

Deno.test("Scheduler gives no credit for time in which a flow had nothing to do", () => {
  const { next, submit } = createScheduler(1);
  const busy = createFlow();
  const late = createFlow();
  for (let i = 0; i < 20; i++) submit(busy, 1, 100);
  for (let i = 0; i < 10; i++) next();
  for (let i = 0; i < 10; i++) submit(late, 2, 100);
  const served = Array.from({ length: 10 }, next);
  assertEquals(Math.abs(served.filter((job) => job === 2).length - 5) <= 1, true);
});

Deno.test("Scheduler.withdraw() returns what was not pushed and nothing else", () => {
  const { scheduler, next, submit } = createScheduler(2);
  const flow = createFlow();
  for (let i = 0; i < 5; i++) submit(flow, 1, 1);
  assertEquals(scheduler.withdraw(flow).length, 3);
  assertEquals([next(), next(), next()], [1, 1, undefined]);
  assertEquals([scheduler.out, scheduler.pending], [0, 0]);
});

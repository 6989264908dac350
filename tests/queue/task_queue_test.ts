import { assertEquals } from "@std/assert";
import {
  createTask,
  type Task,
  TaskQueue,
  type TaskQueueRegion,
} from "../../src/queue/task_queue.ts";

const REGION: TaskQueueRegion = {
  slots: 1024,
  capacity: 4,
  head: 0,
  tail: 128,
  bell: 256,
  waiters: 384,
};

const CANARY = 0x5ca1ab1e;

function createQueue(firstTicket: number) {
  const words = new Int32Array(new SharedArrayBuffer(4096));
  words.fill(CANARY, (1024 + 4 * 64) >> 2);
  const queue = new TaskQueue(words, REGION);
  queue.initialize(firstTicket);
  return { queue, words };
}

const task = (part: number): Task => ({
  kind: 1,
  job: part % 7,
  epoch: ~part,
  part,
  start: (part * 65536) >>> 0,
  bytes: part + 1,
});

for (const firstTicket of [0, 0x7ffffffe, -2]) {
  Deno.test(`TaskQueue hands out every task once and in order from ticket ${firstTicket}`, () => {
    const { queue, words } = createQueue(firstTicket);
    const taken = createTask();
    let pushed = 0;
    let expected = 0;
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i <= round % 4; i++) {
        if (queue.push(task(pushed))) pushed++;
      }
      for (let i = 0; i <= (round * 3) % 5; i++) {
        if (!queue.take(taken)) break;
        assertEquals(taken, task(expected++));
      }
      assertEquals(queue.length, pushed - expected);
    }
    while (queue.take(taken)) assertEquals(taken, task(expected++));
    assertEquals(expected, pushed);
    assertEquals(words.subarray((1024 + 4 * 64) >> 2).every((word) => word === CANARY), true);
  });
}

Deno.test("TaskQueue refuses a push when full and accepts it after a take", () => {
  const { queue } = createQueue(-3);
  for (let part = 0; part < 4; part++) assertEquals(queue.push(task(part)), true);
  assertEquals(queue.push(task(4)), false);
  assertEquals(queue.take(createTask()), true);
  assertEquals(queue.push(task(4)), true);
  assertEquals(queue.length, 4);
});

Deno.test("TaskQueue.wait() returns at once when a push came after the bell was read", () => {
  const { queue } = createQueue(0);
  const seen = queue.bell;
  queue.push(task(0));
  const started = performance.now();
  queue.wait(seen, 10_000);
  assertEquals(performance.now() - started < 5_000, true);
});

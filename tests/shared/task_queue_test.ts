import { assertEquals } from "@std/assert";
import { TaskQueue, type TaskQueueRegion } from "../../src/shared/task_queue.ts";
import { NO_TICKET } from "../../src/shared/ticket.ts";
import { recordWaits } from "../support/atomics.ts";

const REGION: TaskQueueRegion = {
  slots: 1024,
  capacity: 4,
  head: 0,
  tail: 128,
  bell: 256,
  waiters: 384,
  spinner: 512,
};

const CANARY = 0x5ca1ab1e;

function createQueue(first: number) {
  const words = new Int32Array(new SharedArrayBuffer(4096));
  words.fill(CANARY, (1024 + 4 * 64) >> 2);
  const queue = new TaskQueue(words, REGION);
  queue.initialize(first);
  return { queue, words };
}

for (const first of [0, 0x7ffffffe, -2]) {
  Deno.test(`TaskQueue hands out every ticket once and in order from position ${first}`, () => {
    const { queue, words } = createQueue(first);
    let pushed = 0;
    let expected = 0;
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i <= round % 4; i++) {
        if (queue.push(pushed * 7)) pushed++;
      }
      for (let i = 0; i <= (round * 3) % 5; i++) {
        const ticket = queue.take();
        if (ticket === NO_TICKET) break;
        assertEquals(ticket, expected++ * 7);
      }
      assertEquals(queue.length, pushed - expected);
      const waiting = Array.from({ length: pushed - expected }, (_, i) => (expected + i) * 7);
      assertEquals([...queue.tickets()], waiting);
    }
    while (queue.length > 0) assertEquals(queue.take(), expected++ * 7);
    assertEquals([queue.take(), expected], [NO_TICKET, pushed]);
    const touched = words.subarray((1024 + 4 * 64) >> 2).findIndex((word) => word !== CANARY);
    assertEquals(touched, -1, "a word behind the slots was written");
  });
}

Deno.test("TaskQueue refuses a push when full and accepts it after a take", () => {
  const { queue } = createQueue(-3);
  for (let ticket = 0; ticket < 4; ticket++) assertEquals(queue.push(ticket), true);
  assertEquals(queue.push(4), false);
  assertEquals(queue.take(), 0);
  assertEquals(queue.push(4), true);
  assertEquals(queue.length, 4);
});

Deno.test("TaskQueue.wait() returns at once when a push came after the bell was read", () => {
  const { queue } = createQueue(0);
  const seen = queue.bell;
  queue.push(0);
  assertEquals(recordWaits(() => queue.wait(seen, 10_000)), ["not-equal"]);
});

Deno.test("TaskQueue.push() wakes no worker for a ticket that a spinning one will find", async () => {
  const { queue, words } = createQueue(0);
  const sleeper = Atomics.waitAsync(words, REGION.bell >> 2, words[REGION.bell >> 2]);
  words[REGION.waiters >> 2] = 1;
  words[REGION.spinner >> 2] = 1 + 7;
  const woken = () => Promise.race([sleeper.value, Promise.resolve("asleep")]);
  assertEquals(queue.push(1), true);
  assertEquals(await woken(), "asleep");
  queue.releaseSpinner(3); // another one
  assertEquals(words[REGION.spinner >> 2], 8);
  assertEquals(queue.push(2), true); // one worker cannot take both at once
  const alive = setInterval(() => {}, 1000); // a pending waitAsync alone is not
  assertEquals(await sleeper.value, "ok");
  clearInterval(alive);
});

Deno.test("TaskQueue.spin() goes on as long as spinning pays", () => {
  const { queue, words } = createQueue(0);
  const spins = () => queue.spin(queue.bell - 1, 0); // the bell has changed already
  const tries = Array.from({ length: 16 }, spins);
  assertEquals(tries.filter(Boolean).length, 1);
  assertEquals(Array.from({ length: 4 }, spins), [true, true, true, true]);
  assertEquals(words[REGION.spinner >> 2], 0);
  words[REGION.spinner >> 2] = 5;
  assertEquals(spins(), false); // another one spins
});

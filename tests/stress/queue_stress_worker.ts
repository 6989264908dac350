/// <reference lib="deno.worker" />
import { createResult } from "../../src/shared/task.ts";
import { NO_TICKET } from "../../src/shared/ticket.ts";
import { writeOutcome } from "./queue_stress_items.ts";
import { QueueStressLayout, type QueueStressStart } from "./queue_stress_layout.ts";

self.onmessage = ({ data }: MessageEvent<QueueStressStart>) => {
  const { buffer, worker, queueCase } = data;
  const words = new Int32Array(buffer);
  const layout = new QueueStressLayout(queueCase);
  const queue = layout.queueOf(words);
  const ring = layout.ringsOf(words)[worker];
  const records = layout.recordsOf(words);
  const task = createResult();
  for (;;) {
    const bell = queue.bell; // as in workers/map_worker.ts: before both looks
    if (Atomics.load(words, layout.stop >> 2) !== 0) break;
    const ticket = queue.take();
    if (ticket === NO_TICKET) {
      if (queue.spin(bell, worker)) continue;
      queue.wait(bell, 60_000); // so long that a lost wake-up fails the test
      continue;
    }
    if (!records.claim(ticket, worker, task)) continue;
    records.begin(ticket, worker);
    writeOutcome(task, task, queueCase.seed);
    records.done(ticket, worker, task);
    ring.publish(ticket);
    Atomics.add(words, layout.doorbell >> 2, 1);
    Atomics.notify(words, layout.doorbell >> 2, 1);
  }
  self.postMessage("left");
  self.close();
};

/// <reference lib="deno.worker" />
import { type HostDoorbell, WorkerDoorbell } from "../../../src/shared/doorbell.ts";
import { ResultRing } from "../../../src/shared/result_ring.ts";
import { createResult, type Result, type Task } from "../../../src/shared/task.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { NO_TICKET } from "../../../src/shared/ticket.ts";
import { pause } from "../../support/pause.ts";

/** A task with this part is the last. */
export const LAST_PART = -1;

const WAIT_SLICE_MS = 1000;
const PROBE_MS = 1000;

/**
 * The loop of a worker of the engine, with something else in place of the kernel. It says that it is
 * ready, and ends the worker at a task of LAST_PART.
 *
 * @param place Which of the workers this is; the first one probes the doorbell.
 * @param perform Does a task; its result is read before the next call.
 */
export function performTasks(
  words: Int32Array<SharedArrayBuffer>,
  place: number,
  perform: (task: Task) => Result,
): void {
  const queue = new TaskQueue(words);
  const ring = ResultRing.of(words, place);
  const records = new TaskRecords(words);
  const doorbell = new WorkerDoorbell(words, () => self.postMessage("published"));
  const task = createResult();
  self.postMessage("ready");
  if (place === 0) doorbell.probe();
  for (;;) {
    const bell = queue.bell; // read before the look, see TaskQueue's invariant 5
    const ticket = queue.take();
    if (ticket === NO_TICKET) {
      if (!queue.spin(bell, 0)) queue.wait(bell, WAIT_SLICE_MS);
      continue;
    }
    if (!records.claim(ticket, place, task) || !records.begin(ticket, place)) continue;
    if (task.part === LAST_PART) return self.close();
    records.done(ticket, place, perform(task));
    ring.publish(ticket);
    doorbell.ring();
  }
}

/** Host: waits until the probe of the first worker has come through, or is late. */
export async function settleDoorbell(doorbell: HostDoorbell): Promise<void> {
  void doorbell.onProbe();
  const end = performance.now() + PROBE_MS;
  while (doorbell.mode !== "wait" && performance.now() < end) await pause(1);
}

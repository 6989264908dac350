/// <reference lib="deno.worker" />
import { WorkerDoorbell } from "../../../src/shared/doorbell.ts";
import { ResultRing } from "../../../src/shared/result_ring.ts";
import { createResult, type Task } from "../../../src/shared/task.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { NO_TICKET } from "../../../src/shared/ticket.ts";
import type { SharedTable } from "./shared_counter.ts";
import { COUNTER, LAST_PART, LOCK, pieceAddress, TABLE } from "./shared_places.ts";
import { perform, WORKS } from "./works.ts";

/** What starts a worker. */
export interface SharedStart {
  buffer: SharedArrayBuffer;
  /** Which of the workers this is. */
  place: number;
}

const WAIT_SLICE_MS = 1000;
const task = createResult();
const outcome = createResult();

/** The loop of a worker of the engine, with the works in place of the kernel. */
self.onmessage = ({ data: { buffer, place } }: MessageEvent<SharedStart>) => {
  const words = new Int32Array(buffer);
  const queue = new TaskQueue(words);
  const ring = ResultRing.of(words, place);
  const records = new TaskRecords(words);
  const doorbell = new WorkerDoorbell(words, () => self.postMessage("published"));
  const shared = { words, value: COUNTER >> 2, lock: LOCK >> 2, table: TABLE >> 2 };
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
    [outcome.edges, outcome.edgesBytes] = performTask(buffer, words, task, shared);
    records.done(ticket, place, outcome);
    ring.publish(ticket);
    doorbell.ring();
  }
};

/** @returns Where the output stands, and its bytes: in place, or where the host has left room. */
function performTask(
  buffer: SharedArrayBuffer,
  words: Int32Array<SharedArrayBuffer>,
  { job, part, start, bytes }: Task,
  shared: SharedTable,
): [address: number, bytes: number] {
  const [first, last, room] = words.subarray(
    pieceAddress(part) >> 2,
    (pieceAddress(part) >> 2) + 3,
  );
  const input = new Uint8Array(buffer, start, bytes);
  const output = perform({ work: WORKS[job], first, last, input }, shared);
  if (output === input) return [start, bytes];
  new Uint8Array(buffer, room, output.length).set(output);
  return [room, output.length];
}

import { TASK_BYTES, TASK_RECORD_CAPACITY, TASKS } from "../../../assembly/layout.ts";
import { HostDoorbell } from "../../../src/shared/doorbell.ts";
import { ResultRing } from "../../../src/shared/result_ring.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { createResult, type Result, type Task, TaskKind } from "../../../src/shared/task.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { LAST_PART, settleDoorbell } from "./engine_loop.ts";
import type { HopStart } from "./hop_worker.ts";

const SOON_TASKS = 2;

/** One way to a worker and back. */
export interface HopWay {
  send(task: Task): void;
  /** Called with each answer. */
  onAnswer: (part: number, checksum: number) => void;
  close(): void;
  /** Whether messages wake the host after all: a probe of `waitAsync` came too late. */
  fellBack: boolean;
}

/**
 * A task that only says which it is.
 *
 * @param part Its number.
 */
export function createHop(part: number): Task {
  return { kind: TaskKind.map, job: 7, epoch: 3, part, start: part * 64, bytes: 4096 };
}

/** The engine's own classes over a memory that ends with the task records. */
export async function openSharedMemory(): Promise<HopWay> {
  const buffer = new SharedArrayBuffer(TASKS + TASK_RECORD_CAPACITY * TASK_BYTES);
  const words = new Int32Array(buffer);
  const queue = new TaskQueue(words);
  queue.initialize();
  const ring = ResultRing.of(words, 0);
  ring.initialize();
  const result = createResult();
  const records = new TaskRecords(words);
  records.initialize();
  const take = (ticket: number) => {
    if (!records.read(ticket, result)) return;
    records.free(ticket);
    out--;
    way.onAnswer(result.part, result.tokens);
  };
  const doorbell = new HostDoorbell(words, () => ring.drain(take));
  let out = 0;
  const way: HopWay = {
    fellBack: false,
    onAnswer: () => {},
    send(task) {
      if (++out <= SOON_TASKS) doorbell.expect(); // as src/engine/workforce/supervisor.ts does
      queue.push(records.open(task));
    },
    close() {
      queue.push(records.open(createHop(LAST_PART)));
      doorbell.close();
    },
  };
  const worker = await startWorker({ buffer });
  worker.onmessage = () => doorbell.onMessage();
  await settleDoorbell(doorbell);
  way.fellBack = doorbell.mode !== "wait";
  return way;
}

/** Hops by messages to one worker. */
export async function openMessages(): Promise<HopWay> {
  const worker = await startWorker({});
  const way: HopWay = {
    fellBack: false,
    onAnswer: () => {},
    send: (task) => worker.postMessage(task),
    close: () => worker.postMessage(createHop(LAST_PART)),
  };
  worker.onmessage = ({ data }: MessageEvent<Result>) => way.onAnswer(data.part, data.tokens);
  return way;
}

async function startWorker(start: HopStart): Promise<Worker> {
  const worker = new Worker(new URL("./hop_worker.ts", import.meta.url), { type: "module" });
  const ready = new Promise((resolve) => worker.onmessage = resolve);
  worker.postMessage(start);
  await ready;
  return worker;
}

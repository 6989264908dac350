import { assert, assertEquals } from "@std/assert";
import { TASK_OFFSET } from "../../../assembly/layout.ts";
import { NO_FAULTS } from "../../../src/engine/workforce/fault_counts.ts";
import type { StopReason } from "../../../src/engine/workforce/kernel_watch.ts";
import { TasksOut } from "../../../src/engine/workforce/tasks_out.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createResult, type Task, TaskKind } from "../../../src/shared/task.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import {
  CLEAN_FAULT,
  INTERRUPTED,
  KERNEL_CROWDED,
  KERNEL_TIMEOUT,
  NO_ROOM,
  OK,
  STOPPED,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../../src/shared/task_status.ts";
import { NO_TICKET, recordOf } from "../../../src/shared/ticket.ts";

const PLACE = 3;
const TASK: Task = { kind: TaskKind.map, job: 5, epoch: 9, part: 2, start: 65536, bytes: 4096 };

interface Plays {
  retries?: boolean;
  postpones?: boolean;
  /** Why user code was stopped. */
  reason?: StopReason;
}

/** Tasks in shared memory, an owner that notes what it is asked, and a worker that a test plays. */
function createTasks({ retries = true, postpones = true, reason }: Plays = {}) {
  const { words } = SharedHeap.create(8 * 1024 * 1024);
  const queue = new TaskQueue(words);
  queue.initialize();
  const records = new TaskRecords(words);
  records.initialize();
  const told: string[] = [];
  const owner = {
    complete: ({ part, status }: { part: number; status: number }, gone?: Promise<void>) =>
      void told.push(`${part} ends with ${status}${gone ? ", its thread has not ended" : ""}`),
    retry: ({ part }: Task) => {
      told.push(`${part} again?`);
      return retries;
    },
    postpone: ({ part }: Task) => {
      told.push(`${part} later?`);
      return postpones;
    },
    interrupted: ({ part }: Task) => {
      told.push(`${part} stopped?`);
      return retries;
    },
    putBack: ({ part }: Task, waitMs: number) => void told.push(`${part} is back for ${waitMs} ms`),
  };
  const kernels = {
    began: (_ticket: number, { part }: Task) => void told.push(`${part} is user code`),
    ended: () => void told.push("no user code"),
    noteOther: (isSmall: boolean) => void (reason && told.push(`${isSmall ? "small" : "large"}`)),
    putBack: () => 30,
    reasonOf: () => reason,
  };
  const faults = { ...NO_FAULTS };
  const expected = { times: 0 };
  const doorbell = { expect: () => void expected.times++ };
  const tasks = new TasksOut({ queue, records, doorbell }, owner, faults, kernels);
  const worker = new TaskRecords(words);
  const hand = createResult();
  /** Takes and claims the next task; its ticket. */
  const take = () => {
    const ticket = queue.take();
    assert(ticket !== NO_TICKET && worker.claim(ticket, PLACE, hand), "no task");
    return ticket;
  };
  const count = (ticket: number) => worker.begin(ticket, PLACE);
  /** As if some of the chunk were counted. */
  const noteProgress = (ticket: number) => {
    words[(worker.address(ticket) + TASK_OFFSET) >> 2] = 100;
  };
  const done = (ticket: number, status: number) => {
    count(ticket);
    worker.done(ticket, PLACE, { ...hand, status });
  };
  return { tasks, faults, told, expected, queue, take, count, done, noteProgress };
}

Deno.test("TasksOut.finish() gives a task to its owner once, however often a worker says so", () => {
  const { tasks, told, take, done } = createTasks();
  tasks.push(TASK);
  const ticket = take();
  tasks.finish(ticket); // before it is done
  done(ticket, OK);
  tasks.finish(ticket);
  tasks.finish(ticket);
  assertEquals([told, tasks.count], [["2 ends with 0"], 0]);
});

Deno.test("TasksOut.push() looks out for results of small tasks only, and of few", () => {
  const { tasks, expected } = createTasks();
  tasks.push({ ...TASK, bytes: 1024 * 1024 });
  assertEquals(expected.times, 0);
  tasks.push(TASK);
  assertEquals(expected.times, 1);
  tasks.push(TASK);
  assertEquals([expected.times, tasks.count], [1, 3]);
});

Deno.test("TasksOut.finish() has a task done again that failed where it is whole, or had no room", () => {
  const { tasks, faults, told, take, done } = createTasks();
  tasks.push(TASK);
  for (const status of [CLEAN_FAULT, NO_ROOM, OK]) {
    const ticket = take();
    done(ticket, status);
    tasks.finish(ticket);
  }
  assertEquals(told, ["2 again?", "2 later?", "2 ends with 0"]);
  assertEquals([faults.trapped, faults.resumed, faults.lost], [1, 1, 0]);
});

Deno.test("TasksOut gives a task back that its owner does not want to be done again", () => {
  const { tasks, told, take, done, queue } = createTasks({ retries: false, postpones: false });
  for (const status of [CLEAN_FAULT, NO_ROOM, WORKER_FAULT]) {
    tasks.push(TASK);
    const ticket = take();
    done(ticket, status);
    tasks.finish(ticket);
  }
  assertEquals(told, [
    "2 again?",
    `2 ends with ${STOPPED}`,
    "2 later?",
    `2 ends with ${NO_ROOM}`,
    `2 ends with ${WORKER_FAULT}`,
  ]);
  assertEquals([tasks.count, queue.take()], [0, NO_TICKET]);
});

Deno.test("TasksOut.recover() takes what a dead thread had: done, whole, lost, or only its ticket", () => {
  const { tasks, told, faults, take, count, done, queue } = createTasks();
  for (let part = 0; part < 3; part++) tasks.push({ ...TASK, part });
  done(take(), OK);
  take();
  tasks.recover(PLACE);
  assertEquals(told.splice(0), ["0 ends with 0", "1 again?"]);
  queue.take(); // the ticket of part 2 goes with its thread
  count(take());
  tasks.recover(PLACE);
  assertEquals(told, [`1 ends with ${WORKER_FAULT}`]);
  assertEquals([faults.lost, tasks.count], [1, 1]);
  take(); // pushed again
});

Deno.test("TasksOut.lose() keeps the record of a task whose thread may still write", async () => {
  const { tasks, told, take, count } = createTasks();
  tasks.push(TASK);
  const ticket = take();
  count(ticket);
  const gone = Promise.withResolvers<void>();
  tasks.lose(ticket, gone.promise);
  tasks.lose(ticket, gone.promise);
  assertEquals(told, [`2 ends with ${WORKER_SILENT}, its thread has not ended`]);
  gone.resolve();
  await gone.promise;
  tasks.finish(ticket);
  assertEquals([told.length, tasks.count], [1, 0]);
});

const USER_TASK: Task = { ...TASK, kind: TaskKind.mapUser };

Deno.test("TasksOut.finish() gives user code back whose slice has ended, once others wait", () => {
  const { tasks, told, take, done, queue } = createTasks({ reason: "slice" });
  tasks.push(USER_TASK);
  const ticket = take();
  tasks.push(TASK);
  tasks.push({ ...TASK, bytes: 100_000 });
  done(ticket, INTERRUPTED);
  tasks.finish(ticket);
  tasks.finish(ticket);
  const stopped = ["2 stopped?", "2 is back for 30 ms"];
  assertEquals(told, ["2 is user code", "small", "large", ...stopped]);
  assertEquals([tasks.count, queue.length], [2, 2]);
});

Deno.test("TasksOut.finish() keeps the record of stopped user code that it knows more about", () => {
  const { tasks, told, take, count, done, queue, noteProgress } = createTasks({ reason: "slice" });
  tasks.push(USER_TASK);
  const ticket = take();
  tasks.push(TASK);
  count(ticket);
  noteProgress(ticket);
  done(ticket, INTERRUPTED);
  tasks.finish(ticket);
  assertEquals([told, tasks.count], [["2 is user code", "small", "2 stopped?"], 2]);
  const [first, second] = [queue.take(), queue.take()];
  assertEquals([first === ticket, recordOf(second) === recordOf(ticket)], [false, true]);
});

Deno.test("TasksOut.finish() ends user code that took too long, or whose job has ended", () => {
  for (
    const [plays, status] of [
      [{ reason: "timeout" }, KERNEL_TIMEOUT],
      [{ reason: "crowded" }, KERNEL_CROWDED],
      [{ reason: "ended", retries: false }, STOPPED],
    ] as const
  ) {
    const { tasks, told, take, done } = createTasks(plays);
    tasks.push(USER_TASK);
    const ticket = take();
    done(ticket, INTERRUPTED);
    tasks.finish(ticket);
    assertEquals([told.slice(-2), tasks.count], [["no user code", `2 ends with ${status}`], 0]);
  }
});

import { assertEquals } from "@std/assert";
import { KernelWatch } from "../../../src/engine/workforce/kernel_watch.ts";
import { HostLeash } from "../../../src/shared/leash.ts";
import { createLeash, ThreadLeash } from "../../../src/shared/leash.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createResult, createTask, type Task, TaskKind } from "../../../src/shared/task.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { TestClock } from "../../support/faults/test_clock.ts";

const LIMITS = { kernelTimeoutMs: 1000, chunkTimeoutMs: 10_000 };
const taskOf = (job: number, kind: TaskKind = TaskKind.mapUser): Task => ({
  ...createTask(),
  kind,
  job,
  epoch: 1,
  start: 65536,
});

/** A watch over threads that a test plays: those of places 0 and up. */
function createWatch({ atOnce = 2, limits = LIMITS } = {}) {
  const { words } = SharedHeap.create(8 * 1024 * 1024);
  const records = new TaskRecords(words);
  records.initialize();
  const memories = [0, 1, 2].map(createLeash);
  const queue = { length: 0 };
  const pool = { atOnce, leash: (place: number) => new HostLeash(memories[place]) };
  const clock = new TestClock();
  const watch = new KernelWatch({ records, queue, pool }, limits, clock);
  const begin = (task: Task) => {
    const ticket = records.open(task);
    watch.began(ticket, task);
    return ticket;
  };
  const claim = (ticket: number, place: number) => records.claim(ticket, place, createTask());
  /** What the leash of a place says to the thread that runs a ticket. */
  const read = (ticket: number, place: number) => new ThreadLeash(memories[place]).read(ticket);
  /** The thread ends the task, which is tried again. */
  const again = (ticket: number, place: number) => {
    new ThreadLeash(memories[place]).loosen(ticket);
    records.begin(ticket, place);
    records.done(ticket, place, createResult());
    return records.rerun(ticket);
  };
  /** The thread ends the task, which is pushed once more; for how long it has to wait before. */
  const putBack = (ticket: number, place: number, task: Task) => {
    again(ticket, place);
    const waitMs = watch.putBack(ticket);
    return { waitMs, ticket: begin(task) };
  };
  return { watch, clock, queue, records, begin, claim, read, again, putBack };
}

Deno.test("KernelWatch stops user code that takes too long, and counts from its claim", () => {
  const { watch, clock, begin, claim, read } = createWatch();
  const ticket = begin(taskOf(1));
  for (let i = 0; i < 100; i++) clock.advance(20);
  claim(ticket, 1);
  for (let i = 0; i < 49; i++) clock.advance(20);
  assertEquals([read(ticket, 1), watch.reasonOf(ticket)], ["none", undefined]);
  for (let i = 0; i < 3; i++) clock.advance(20);
  assertEquals([read(ticket, 1), watch.reasonOf(ticket)], ["own", "timeout"]);
  assertEquals(read(ticket, 0), "none");
});

Deno.test("KernelWatch stops user code before the watchdog takes its thread for silent", () => {
  const { watch } = createWatch({ limits: { kernelTimeoutMs: 8000, chunkTimeoutMs: 1000 } });
  assertEquals(watch.limitMs, 800);
});

Deno.test("KernelWatch.stopRun() stops the tasks of one run, and those that are claimed alone", () => {
  const { watch, begin, claim, read, records } = createWatch();
  const tickets = [begin(taskOf(1)), begin(taskOf(2)), begin(taskOf(1))];
  claim(tickets[0], 0);
  claim(tickets[1], 1);
  watch.stopRun(1, 2); // another run
  assertEquals(read(tickets[0], 0), "none");
  watch.stopRun(1, 1);
  assertEquals([read(tickets[0], 0), read(tickets[1], 1)], ["own", "none"]);
  assertEquals(tickets.map((each) => watch.reasonOf(each)), ["ended", undefined, undefined]);
  records.begin(tickets[1], 1); // it counts: no user code runs any more
  watch.stopRun(2, 1);
  assertEquals(read(tickets[1], 1), "none");
});

/** Slices that a chunk gets until its user code is stopped for another reason, in steps of 5 ms. */
function takeSlices(limits: typeof LIMITS, isSmall: boolean) {
  const { watch, clock, queue, begin, claim, read, putBack } = createWatch({ atOnce: 1, limits });
  const task = taskOf(1);
  const slices: { ms: number; waitMs: number }[] = [];
  let ticket = begin(task);
  for (;;) {
    claim(ticket, 0);
    queue.length = 1;
    watch.noteOther(isSmall);
    let ms = 0;
    for (; read(ticket, 0) === "none"; ms += 5) clock.advance(5);
    const reason = watch.reasonOf(ticket);
    if (reason !== "slice") return { slices, last: ms, reason };
    const back = putBack(ticket, 0, task);
    slices.push({ ms, waitMs: back.waitMs });
    ticket = back.ticket;
  }
}

Deno.test("KernelWatch takes the last thread back in slices that double, and that others have before", () => {
  const limits = { kernelTimeoutMs: 1000, chunkTimeoutMs: 100_000 };
  const { slices, reason } = takeSlices(limits, false);
  const ms = slices.map(({ ms }) => ms);
  assertEquals(ms.slice(0, 7), [5, 10, 20, 40, 80, 160, 250]);
  assertEquals(slices.slice(0, 6).map(({ waitMs }) => waitMs), ms.slice(1, 7));
  const total = ms.reduce((sum, each) => sum + each);
  assertEquals([Math.floor(total / 250), reason], [7, "timeout"], "of twice the limit");
});

Deno.test("KernelWatch leaves 199 of 200 to small jobs, and fails what the longest slice is too short for", () => {
  const limits = { kernelTimeoutMs: 8000, chunkTimeoutMs: 100_000 };
  const { slices, last, reason } = takeSlices(limits, true);
  assertEquals(slices.map(({ ms }) => ms), [5, 10, 20, 40, 80, 160, 250, 250]);
  for (const [i, { waitMs }] of slices.entries()) {
    assertEquals(waitMs, 200 * (slices[i + 1]?.ms ?? last));
  }
  assertEquals([last, reason], [250, "crowded"]);
});

Deno.test("KernelWatch stops user code at once for a task that comes after its slice", () => {
  const { watch, clock, queue, begin, claim, read } = createWatch({ atOnce: 1 });
  const ticket = begin(taskOf(1));
  claim(ticket, 0);
  for (let i = 0; i < 100; i++) clock.advance(5);
  assertEquals(read(ticket, 0), "none", "nothing waits");
  queue.length = 1;
  watch.noteOther(true);
  assertEquals([read(ticket, 0), watch.reasonOf(ticket)], ["own", "slice"]);
});

Deno.test("KernelWatch.stopRun() forgets the slices of a run", () => {
  const parts = createWatch({ atOnce: 1 });
  const { watch, clock, queue, begin, claim, read, again, putBack } = parts;
  const timeSlice = (ticket: number) => {
    claim(ticket, 0);
    queue.length = 1;
    let ms = 0;
    for (; read(ticket, 0) === "none"; ms += 5) clock.advance(5);
    return ms;
  };
  const first = begin(taskOf(1));
  assertEquals(timeSlice(first), 5);
  const { ticket } = putBack(first, 0, taskOf(1));
  assertEquals(timeSlice(ticket), 10);
  again(ticket, 0);
  watch.putBack(ticket);
  watch.stopRun(1, 1);
  assertEquals(timeSlice(begin(taskOf(1))), 5);
});

Deno.test("KernelWatch lets user code be while another thread has none", () => {
  const { clock, queue, begin, claim, read } = createWatch({ atOnce: 2 });
  const tickets = [begin(taskOf(1)), begin(taskOf(2))];
  queue.length = 5;
  claim(tickets[0], 0);
  for (let i = 0; i < 20; i++) clock.advance(10);
  assertEquals(read(tickets[0], 0), "none");
  claim(tickets[1], 1);
  clock.advance(10);
  assertEquals([read(tickets[0], 0), read(tickets[1], 1)], ["own", "none"]);
});

Deno.test("KernelWatch looks only while tasks of user kernels are out", () => {
  let timers = 0;
  class CountingClock extends TestClock {
    override every(everyMs: number, action: () => void): () => void {
      timers++;
      const end = super.every(everyMs, action);
      return () => {
        timers--;
        end();
      };
    }
  }
  const pool = { atOnce: 1, leash: () => new HostLeash(createLeash()) };
  const parts = { records: { state: () => 0 }, queue: { length: 0 }, pool };
  const watch = new KernelWatch(parts, LIMITS, new CountingClock());
  watch.began(1, taskOf(1, TaskKind.map));
  assertEquals(timers, 0);
  for (const ticket of [2, 3]) watch.began(ticket, taskOf(1));
  assertEquals(timers, 1);
  for (const ticket of [2, 3]) watch.ended(ticket);
  assertEquals(timers, 0);
});

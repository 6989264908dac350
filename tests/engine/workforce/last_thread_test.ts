import { assert, assertEquals } from "@std/assert";
import { HeldFlows } from "../../../src/engine/held_flows.ts";
import { createFlow, type Flow, Scheduler } from "../../../src/engine/scheduler.ts";
import { NO_FAULTS } from "../../../src/engine/workforce/fault_counts.ts";
import { KernelWatch } from "../../../src/engine/workforce/kernel_watch.ts";
import { TasksOut } from "../../../src/engine/workforce/tasks_out.ts";
import { createLeash, HostLeash, ThreadLeash } from "../../../src/shared/leash.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createResult, type Result, runsUserCode, TaskKind } from "../../../src/shared/task.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { INTERRUPTED, KERNEL_CROWDED, OK } from "../../../src/shared/task_status.ts";
import { NO_TICKET } from "../../../src/shared/ticket.ts";
import { TestClock } from "../../support/faults/test_clock.ts";

const LIMITS = { kernelTimeoutMs: 8000, chunkTimeoutMs: 10_000 };
const SMALL_BYTES = 4000;
const LARGE_BYTES = 256 * 1024;

/** How long tasks take, in ms of the clock; of user code by the number of its job. */
const SMALL_MS = 1;
const LARGE_MS = 2;

/** An engine's scheduler, watch and tasks, over one thread that goes by the clock. */
class OneThread {
  readonly clock = new TestClock();
  readonly scheduler: Scheduler;
  readonly waits: number[] = [];
  /** What came of the chunk of each job of user code. */
  readonly ended = new Map<number, { status: number; ms: number }>();
  ms = 0;
  /** Chunks of a large job that were counted. */
  large = 0;
  /** By job, how long its chunk takes, and its flow. */
  readonly #user = new Map<number, { takesMs: number; flow: Flow }>();
  readonly #submitted = new Map<number, number>();
  readonly #leash: ThreadLeash;
  readonly #queue: TaskQueue;
  readonly #records: TaskRecords;
  readonly #tasks: TasksOut;
  readonly #result = createResult();
  #ticket = NO_TICKET;
  #leftMs = 0;
  #jobs = 100;

  constructor() {
    const { words } = SharedHeap.create(8 * 1024 * 1024);
    const memory = createLeash();
    this.#leash = new ThreadLeash(memory);
    const queue = this.#queue = new TaskQueue(words);
    const records = this.#records = new TaskRecords(words);
    queue.initialize();
    records.initialize();
    const pool = { atOnce: 1, leash: () => new HostLeash(memory) };
    const watch = new KernelWatch({ queue, records, pool }, LIMITS, this.clock);
    const yes = () => true;
    const owner = {
      retry: yes,
      postpone: yes,
      interrupted: yes,
      complete: (result: Result) => this.#noteEnd(result),
      putBack: (result: Result, waitMs: number) => {
        const { flow } = this.#user.get(result.job)!;
        held.hold(flow, waitMs);
        this.scheduler.putBack(flow, { ...result }, result.bytes);
        this.scheduler.completed(result);
      },
    };
    const lines = { queue, records, doorbell: { expect() {} } };
    const tasks = this.#tasks = new TasksOut(lines, owner, { ...NO_FAULTS }, watch);
    this.scheduler = new Scheduler(tasks, 4, 1);
    const held = new HeldFlows(this.scheduler, this.clock);
  }

  #submit(kind: TaskKind, job: number, bytes: number, flow: Flow): void {
    this.#submitted.set(job, this.ms);
    this.scheduler.submit(flow, { kind, job, epoch: 1, part: 0, start: 65536, bytes }, bytes);
  }

  submitUser(job: number, takesMs: number): void {
    const flow = createFlow();
    this.#user.set(job, { takesMs, flow });
    this.#submit(TaskKind.mapUser, job, LARGE_BYTES, flow);
  }

  submitSmall(): void {
    this.#submit(TaskKind.count, this.#jobs++, SMALL_BYTES, createFlow());
  }

  submitLarge(): void {
    this.#submit(TaskKind.map, this.#jobs++, LARGE_BYTES, createFlow());
  }

  #noteEnd(result: Result): void {
    const { job, status, bytes } = result;
    const ms = this.ms - this.#submitted.get(job)!;
    if (this.#user.has(job)) this.ended.set(job, { status, ms });
    else if (bytes === SMALL_BYTES) this.waits.push(ms);
    else this.large++;
    this.scheduler.completed(result);
  }

  /** A millisecond passes: the thread works, then the host hears of it. */
  step(): void {
    this.ms++;
    if (this.#ticket !== NO_TICKET) this.#work();
    this.clock.advance(1);
    if (this.#ticket === NO_TICKET) this.#take();
  }

  #take(): void {
    const ticket = this.#queue.take();
    if (ticket === NO_TICKET || !this.#records.claim(ticket, 0, this.#result)) return;
    this.#ticket = ticket;
    const { kind, job, bytes } = this.#result;
    if (runsUserCode(kind)) {
      this.#leftMs = this.#user.get(job)!.takesMs;
      this.#leash.loosen(ticket);
    } else this.#leftMs = bytes === SMALL_BYTES ? SMALL_MS : LARGE_MS;
  }

  #work(): void {
    const ticket = this.#ticket;
    const isStopped = runsUserCode(this.#result.kind) && this.#leash.read(ticket) === "own";
    if (!isStopped && --this.#leftMs > 0) return;
    this.#ticket = NO_TICKET;
    this.#records.begin(ticket, 0);
    this.#records.done(ticket, 0, { ...this.#result, status: isStopped ? INTERRUPTED : OK });
    this.#tasks.finish(ticket);
  }
}

/** The largest of the small jobs' waits but for one in `1 / (1 - part)`. */
function quantile(waits: readonly number[], part: number): number {
  return waits.toSorted((a, b) => a - b)[Math.floor(part * waits.length)];
}

Deno.test("One thread: user code without end keeps no more than one in 100 small jobs waiting", () => {
  const thread = new OneThread();
  for (let job = 0; job < 3; job++) thread.submitUser(job, Infinity);
  const windows: number[] = [];
  for (let seconds = 0; seconds < 400; seconds++) {
    for (let i = 0; i < 1000; i++) {
      if (i % 5 === 0) thread.submitSmall();
      thread.step();
    }
    if (seconds === 19) windows.push(quantile(thread.waits, 0.99));
  }
  windows.push(quantile(thread.waits, 0.99));
  // Beside chunks of LARGE_MS of the server's own a small job waits for one of them, and its own time.
  for (const p99 of windows) assert(p99 <= 1.5 * (LARGE_MS + SMALL_MS), `${windows} ms`);
  assert(Math.max(...thread.waits) <= 300, "the longest slice, and who came meanwhile");
  assert(thread.waits.length >= 79_900, `${thread.waits.length} were served`);
});

Deno.test("One thread: user code without end fails in the end, also if small jobs never pause", () => {
  const thread = new OneThread();
  thread.submitUser(0, Infinity);
  while (!thread.ended.has(0)) {
    if (thread.ms % 5 === 0) thread.submitSmall();
    thread.step();
    assert(thread.ms < 300_000, "livelock");
  }
  assertEquals(thread.ended.get(0)!.status, KERNEL_CROWDED);
});

Deno.test("One thread: a chunk that fits into the longest slice is counted, whatever else comes", () => {
  for (const takesMs of [1, 4, 15, 100, 240]) {
    const thread = new OneThread();
    thread.submitUser(0, takesMs);
    while (!thread.ended.has(0)) {
      if (thread.ms % 5 === 0) thread.submitSmall();
      thread.step();
      assert(thread.ms < 200 * 4 * 250, `${takesMs} ms: livelock`);
    }
    assertEquals(thread.ended.get(0)!.status, OK, `${takesMs} ms`);
  }
});

Deno.test("One thread: a chunk of any length within its limit is counted when nobody else comes", () => {
  const thread = new OneThread();
  thread.submitUser(0, 3000);
  while (!thread.ended.has(0)) {
    if (thread.ms < 1000 && thread.ms % 5 === 0) thread.submitSmall();
    thread.step();
    assert(thread.ms < 5000, "it should begin anew soon after the last small job");
  }
  assertEquals(thread.ended.get(0)!.status, OK);
});

Deno.test("One thread: user code has about half of it beside large jobs", () => {
  const thread = new OneThread();
  thread.submitUser(0, 100);
  thread.submitLarge();
  const ends: number[] = [];
  for (let large = 0; thread.ms < 10_000;) {
    if (thread.large > large) {
      large = thread.large;
      thread.submitLarge();
    }
    const end = thread.ended.get(0);
    if (end) {
      assertEquals(end.status, OK);
      ends.push(end.ms);
      thread.ended.clear();
      thread.submitUser(0, 100);
    }
    thread.step();
  }
  const most = Math.max(...ends);
  // Slices of 5, 10, 20, 40, 80 and 100 ms, and as much for others.
  assert(most <= 2 * 260 + 50, `a chunk of 100 ms took ${most} ms`);
  assert(thread.large * LARGE_MS >= 3500, `others had ${thread.large * LARGE_MS} of 10,000 ms`);
});

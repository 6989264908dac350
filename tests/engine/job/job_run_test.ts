import { assert, assertEquals } from "@std/assert";
import { Admission } from "../../../src/engine/admission.ts";
import type { EngineContext, RunOwner } from "../../../src/engine/engine_context.ts";
import { CountJob } from "../../../src/engine/job/job.ts";
import { RunMap } from "../../../src/engine/job/run_map.ts";
import type { RunTasks } from "../../../src/engine/job/run_tasks.ts";
import type { Text } from "../../../src/input/text.ts";
import type { JobBlock } from "../../../src/shared/job_block.ts";
import { RunningJobs, type TaskOwner } from "../../../src/engine/workforce/running_jobs.ts";
import { SYSTEM_CLOCK } from "../../../src/engine/clock.ts";
import { HeldFlows } from "../../../src/engine/held_flows.ts";
import { Scheduler } from "../../../src/engine/scheduler.ts";
import type { Job } from "../../../src/engine/job_contract.ts";
import { type InputSlot, InputSlots } from "../../../src/shared/input_slots.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { createResult, type Task } from "../../../src/shared/task.ts";
import { WORKER_FAULT } from "../../../src/shared/task_status.ts";
import { startTimed } from "../../support/faults/fault_time.ts";
import { until } from "../../support/waits.ts";

const encoder = new TextEncoder();

/** More than a chunk of the same word. */
const chunkOf = (word: string) =>
  encoder.encode(`${word} `.repeat(Math.ceil(65_000 / word.length)));

/** A stream that is written by hand. */
function openStream() {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  return { readable, writer: writable.getWriter() };
}

const keysOf = (job: Job) => job.peek(10).map(({ key }) => key);

Deno.test("Job.peek() shows no key of the job that got the block of a lost run", async () => {
  const { engine, faults, pass } = await startTimed();
  await using _engine = engine;
  await engine.ready();
  const [mine, theirs] = [openStream(), openStream()];
  const first = engine.submit(mine.readable);
  await mine.writer.write(chunkOf("mine"));
  await until(() => first.peek(1).length > 0);
  faults.plan({ kind: "silent", step: "dirty" });
  await mine.writer.write(chunkOf("mine"));
  await pass(until(() => engine.status().faults.lost === 1));
  await mine.writer.write(chunkOf("mine"));
  await until(() => first.counters.chunks >= 3); // in the next run
  faults.release();
  await until(() => engine.status().faults.retired === 0); // and the block is free
  const second = engine.submit(theirs.readable);
  await theirs.writer.write(chunkOf("theirs"));
  await until(() => second.peek(1).length > 0);
  assertEquals([keysOf(first), keysOf(second)], [["mine"], ["theirs"]]);
  await Promise.all([mine.writer.close(), theirs.writer.close()]);
  for (const { done } of [first, second]) assertEquals((await done).totals.keys, 1);
});

/** An input whose text is written by hand, for each run anew. */
function openByHand() {
  const streams: ReturnType<typeof openStream>[] = [];
  const stream = () => {
    streams.push(openStream());
    return streams.at(-1)!.readable;
  };
  return { input: { stream }, streams };
}

Deno.test("Job.peek() shows nothing of a lost run in the next run over the same block", async () => {
  const { engine, faults, pass } = await startTimed();
  await using _engine = engine;
  const { input, streams } = openByHand();
  const job = engine.submit(input);
  await streams[0].writer.write(chunkOf("before"));
  await until(() => job.peek(1).length > 0);
  faults.plan({ kind: "trap", step: "dirty" });
  await streams[0].writer.write(chunkOf("before"));
  await pass(until(() => engine.status().faults.lost === 1));
  streams[0].writer.write(chunkOf("before")).catch(() => {}); // the read that is under way
  await pass(until(() => streams.length === 2));
  assertEquals([job.state, keysOf(job)], ["running", []]);
  await streams[1].writer.write(chunkOf("after"));
  await until(() => job.peek(1).length > 0);
  assertEquals(keysOf(job), ["after"]);
  await streams[1].writer.close();
  assertEquals((await job.done).accounting.runs, 2);
});

Deno.test("Job.peek() shows the counts of a run after one that was lost in its reduce", async () => {
  const { engine, faults, pass } = await startTimed();
  await using _engine = engine;
  const { input, streams } = openByHand();
  const job = engine.submit(input);
  faults.plan({ kind: "trap", step: "finish" });
  await streams[0].writer.write(chunkOf("before"));
  await streams[0].writer.close();
  await pass(until(() => streams.length === 2));
  await streams[1].writer.write(chunkOf("after"));
  await until(() => job.counters.chunks > 0);
  assertEquals(keysOf(job), ["after"]);
  await streams[1].writer.close();
  assertEquals((await job.done).totals.keys, 1);
});

/** A job whose tasks are done by hand. */
function createByHand() {
  const heap = SharedHeap.create(8 * 1024 * 1024);
  const bounds = { maxQueuedJobs: 1, maxQueuedBytes: 1 };
  const tasks: Task[] = [];
  const clock = { now: 1000 };
  const scheduler = new Scheduler({ push: (task) => tasks.push(task) > 0 }, 4);
  const context: EngineContext = {
    heap,
    scheduler,
    running: new RunningJobs(),
    workers: 1,
    jobRoom: { pageLimit: 8, tablePages: 0, spillBits: 0 },
    replayBytes: 0,
    spill: undefined,
    kernelLimits: { timeoutMs: 8000, memoryBytes: 65536 },
    stopUserCode: () => {},
    slots: new InputSlots(heap, 2, 4096),
    userSlots: new InputSlots(heap, 1, 4096),
    userChunkBytes: 4096,
    held: new HeldFlows(scheduler, SYSTEM_CLOCK),
    admission: new Admission(heap, bounds, 1),
    splitRule: () => (_text, length) => length,
    encodeFilters: () => ({ prefix: new Uint8Array(0), stopWords: new Uint8Array(0), words: [] }),
    inline: undefined,
    now: () => clock.now,
    normalize: (key) => key,
  };
  const terms = { id: "by-hand", weight: 1, timeoutMs: Infinity, onEnded: () => {} };
  const job = new CountJob(terms, encoder.encode("a"), createCountOptions(), {}, context);
  /** The job's next task, and the run that hears of it when it comes back. */
  const next = async (): Promise<{ task: Task; owner: TaskOwner }> => {
    await until(() => tasks.length > 0);
    const task = tasks.shift()!;
    return { task, owner: context.running.of(task)! };
  };
  const complete = (owner: TaskOwner, task: Task, status: number) => {
    owner.complete({ ...createResult(), ...task, status });
    scheduler.completed(task);
  };
  return { job, clock, next, complete, context };
}

Deno.test("JobRun.postpone() counts the time without room from the run's own first chunk", async () => {
  const { job, clock, next, complete } = createByHand();
  const lost = await next();
  assertEquals(lost.owner.postpone(lost.task), true);
  clock.now += 2900;
  assertEquals(lost.owner.postpone(lost.task), true);
  complete(lost.owner, lost.task, WORKER_FAULT);
  const { task, owner } = await next();
  clock.now += 2900;
  assertEquals(owner.postpone(task), true, "another run has its own time");
  clock.now += 3001;
  assertEquals(owner.postpone(task), false);
  job.cancel();
  complete(owner, task, 0);
  await job.settled;
  assert(task.epoch !== lost.task.epoch);
});

Deno.test("RunMap.offsetOf() tells where a chunk begins in the input, and nothing where it has none of it", () => {
  const { context } = createByHand();
  const [slot] = [context.slots.acquire() as InputSlot];
  const task: Task = { ...createResult(), part: 3, start: slot.address };
  for (const [isMade, offset] of [[undefined, 103], [true, undefined]] as const) {
    const text = { isMade, skippedBytes: 3 } as Text;
    const map = new RunMap({ text } as RunOwner, {} as JobBlock, {} as RunTasks, context);
    map.chunks.put(3, slot, { text: encoder.encode("a"), offset: 100 });
    assertEquals(map.offsetOf(task), offset);
    assertEquals(map.offsetOf({ ...task, start: 0 }), undefined);
  }
});

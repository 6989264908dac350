import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobSplits, type JobSplitsContext } from "../../src/cluster/job_splits.ts";
import { type QueuedSplit, SplitLost, type SplitWatch } from "../../src/cluster/split_queue.ts";
import type { SplitOutcome } from "../../src/cluster/split_task.ts";
import { makeSplit, outcomeOf } from "../support/cluster/queues.ts";
import { soon, until } from "../support/waits.ts";

/** A queue whose splits begin and end when the test says so. */
class FakeQueue {
  awaited = 0;
  readonly dropped: string[] = [];
  readonly waiting = new Map<
    string,
    PromiseWithResolvers<SplitOutcome> & { split: QueuedSplit; watch: SplitWatch }
  >();
  /** Most that were here at once. */
  most = 0;

  add(splits: readonly QueuedSplit[], watchOf: (index: number) => SplitWatch) {
    return Promise.resolve(splits.map((split, index) => {
      const outcome = Promise.withResolvers<SplitOutcome>();
      this.waiting.set(split.id, { ...outcome, split, watch: watchOf(index) });
      this.most = Math.max(this.most, this.waiting.size);
      return outcome.promise;
    }));
  }

  begin(id: string): void {
    this.waiting.get(id)!.watch.begun();
  }

  end(id: string, node?: string): void {
    const { resolve, split } = this.waiting.get(id)!;
    this.waiting.delete(id);
    resolve(outcomeOf(split.task, node));
  }

  fail(id: string): void {
    const { reject } = this.waiting.get(id)!;
    this.waiting.delete(id);
    reject(new SplitLost("stalled"));
  }

  drop(id: string): Promise<void> {
    this.waiting.delete(id);
    this.dropped.push(id);
    return Promise.resolve();
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }
}

function open(
  queue: FakeQueue,
  count: number,
  context: Partial<JobSplitsContext> = {},
): JobSplits & Disposable & { start(): Promise<void> } {
  const planned = plan(0, count);
  const splits = new JobSplits("job", {
    queue,
    nodes: 2,
    idleNodes: () => 1,
    tell() {},
    ...context,
  });
  const start = async () => {
    await splits.more(planned);
    splits.end();
  };
  return Object.assign(splits, { start, [Symbol.dispose]: () => splits.close() });
}

function plan(from: number, to: number): QueuedSplit[] {
  return Array.from({ length: to - from }, (_, i) => makeSplit(`s${from + i}`));
}

Deno.test("JobSplits hands in a few at a time, and more as these end", async () => {
  const queue = new FakeQueue();
  using splits = open(queue, 1000);
  await splits.start();
  assertEquals([...queue.waiting.keys()], ["s0", "s1", "s2", "s3"]);
  for (let i = 0; i < 1000; i++) {
    await until(() => queue.waiting.has(`s${i}`));
    queue.end(`s${i}`);
    await soon(splits.outcome(i));
  }
  assertEquals(queue.most, 4);
});

Deno.test("JobSplits hands in one at a time where its node has many of other jobs", async () => {
  const queue = new FakeQueue();
  queue.awaited = 256;
  using splits = open(queue, 3);
  await splits.start();
  assertEquals(queue.waiting.size, 1);
  queue.end("s0");
  await until(() => queue.waiting.has("s1"));
  queue.awaited = 0;
  queue.end("s1");
  await until(() => queue.waiting.has("s2"));
  assertEquals(queue.most, 1);
});

/** Four splits of which the last takes too long, and has been begun twice. */
async function straggle(queue: FakeQueue, splits: ReturnType<typeof open>): Promise<void> {
  await splits.start();
  for (let i = 0; i < 4; i++) queue.begin(`s${i}`);
  for (let i = 0; i < 3; i++) queue.end(`s${i}`);
  await until(() => queue.waiting.has("s3-twice"));
  queue.begin("s3-twice");
}

Deno.test("JobSplits begins a straggler twice, and takes what comes first", async () => {
  for (const first of ["s3", "s3-twice"]) {
    const other = first === "s3" ? "s3-twice" : "s3";
    const queue = new FakeQueue();
    using splits = open(queue, 4);
    await straggle(queue, splits);
    queue.end(first, `http://${first}.test`);
    const { output } = await soon(splits.outcome(3));
    assertEquals(output?.node, `http://${first}.test`);
    assertEquals(queue.dropped, [other]);
    assertEquals(queue.waiting.size, 0);
  }
});

Deno.test("JobSplits fails when every attempt at a split has", async () => {
  const queue = new FakeQueue();
  using splits = open(queue, 4);
  await straggle(queue, splits);
  queue.fail("s3");
  const outcome = splits.outcome(3);
  assertEquals(await Promise.race([outcome, Promise.resolve("open")]), "open");
  queue.fail("s3-twice");
  await assertRejects(() => soon(outcome), SplitLost);
});

Deno.test("JobSplits begins nothing twice while no node is idle", async () => {
  const queue = new FakeQueue();
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const idleNodes = () => {
    if (++looks === 4) looked.resolve(); // by then the last one takes too long
    return 0;
  };
  using splits = open(queue, 4, { idleNodes });
  await splits.start();
  for (let i = 0; i < 4; i++) queue.begin(`s${i}`);
  for (let i = 0; i < 3; i++) queue.end(`s${i}`);
  await soon(looked.promise);
  assertEquals([...queue.waiting.keys()], ["s3"]);
});

Deno.test("JobSplits tells of a queue that refuses splits", async () => {
  const queue = new FakeQueue();
  using splits = open(queue, 9);
  await splits.start();
  queue.add = () => Promise.reject(new Error("NOAUTH"));
  queue.end("s0");
  await soon(splits.outcome(0));
  await assertRejects(() => soon(splits.outcome(8)), Error, "NOAUTH");
  assert(queue.waiting.size === 3);
});

Deno.test("JobSplits takes splits as they are planned, and hands in a few at a time", async () => {
  const queue = new FakeQueue();
  using splits = open(queue, 0);
  for (let i = 0; i < 9; i++) await splits.more(plan(i, i + 1));
  assertEquals([...queue.waiting.keys()], ["s0", "s1", "s2", "s3"]);
  queue.end("s0");
  await until(() => queue.waiting.has("s4"));
  for (const id of ["s1", "s2", "s3", "s4"]) queue.end(id);
  await until(() => queue.waiting.has("s8"));
  await splits.more(plan(9, 10));
  for (let i = 5; i < 9; i++) queue.end(`s${i}`);
  await until(() => queue.waiting.has("s9"));
  splits.end();
  queue.end("s9");
  await soon(splits.outcome(9));
  await splits.cancel();
  await splits.more(plan(10, 11));
  assertEquals(queue.waiting.size, 0);
});

Deno.test("JobSplits begins nothing twice before all splits are planned", async () => {
  const queue = new FakeQueue();
  let looks = 0;
  using splits = open(queue, 0, { idleNodes: () => (looks++, 1) });
  await splits.more(plan(0, 4));
  for (let i = 0; i < 4; i++) queue.begin(`s${i}`);
  for (let i = 0; i < 3; i++) queue.end(`s${i}`);
  await soon(splits.outcome(2));
  assertEquals(looks, 0);
  splits.end();
  await until(() => queue.waiting.has("s3-twice"));
});

Deno.test("JobSplits takes a split that was handed back for one that waits", async () => {
  const queue = new FakeQueue();
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  using splits = open(queue, 4, {
    idleNodes: () => {
      if (++looks === 4) looked.resolve(); // by then the last one would take too long
      return 1;
    },
  });
  await splits.start();
  for (let i = 0; i < 4; i++) queue.begin(`s${i}`);
  queue.waiting.get("s3")!.watch.delayed();
  for (let i = 0; i < 3; i++) queue.end(`s${i}`);
  await soon(looked.promise);
  assertEquals([...queue.waiting.keys()], ["s3"]);
});

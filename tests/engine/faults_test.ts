import { assert, assertEquals, assertRejects } from "@std/assert";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import type { EngineStatus } from "../../src/contract/engine_status.ts";
import type { JobInput, JobResult } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import type { Segment } from "../../src/reduce/segment.ts";
import { FAULT_STEPS, type FaultKind, type FaultPlan } from "../support/faults/faults.ts";
import { startTimed, type TimedEngine } from "../support/faults/fault_time.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { endless, gatedStream } from "../support/inputs.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();

/** A dozen chunks, and large enough for a reduce in parts. */
const TEXT = prose(new Random(1), 700_000);
const BYTES = encoder.encode(TEXT);

const INPUTS: Record<string, () => JobInput> = {
  bytes: () => BYTES,
  stream: () => stream(BYTES),
  replayable: () => ({ stream: () => stream(BYTES) }),
  file: () => ({ path: FILE }),
};

const FILE = Deno.makeTempFileSync();
Deno.writeFileSync(FILE, BYTES);
addEventListener("unload", () => Deno.removeSync(FILE));

function stream(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Response(bytes.slice()).body!;
}

const oracle = new Map<string, Uint8Array>();

/** What the text holds, once for each way to count it. */
function expectedTsv(options: Partial<CountOptions>): Uint8Array {
  const name = JSON.stringify(options);
  const { n, lineBound } = options;
  let tsv = oracle.get(name);
  if (tsv === undefined) {
    tsv = encoder.encode(formatTsv(countNaive(TEXT, "unicode", { ngram: n, lineBound })));
    oracle.set(name, tsv);
  }
  return tsv;
}

const ends = new Map<number, Uint8Array>();

/** How the line of a key with such a count ends; most counts are small. */
function endOf(count: number): Uint8Array {
  let end = ends.get(count);
  if (!end) ends.set(count, end = encoder.encode(`\t${count}\n`));
  return end;
}

/** Whether the records are these lines; strings of so many keys would take most of the time. */
function equalsTsv(segment: Segment, tsv: Uint8Array): boolean {
  const cursor = segment.records();
  let at = 0;
  while (cursor.next()) {
    for (let i = cursor.keyStart; i < cursor.keyEnd; i++) {
      if (cursor.bytes[i] !== tsv[at++]) return false;
    }
    for (const byte of endOf(cursor.count)) if (byte !== tsv[at++]) return false;
  }
  return at === tsv.length;
}

/** Counts the text, and compares what comes out with the oracle. */
async function count(
  { engine, pass }: TimedEngine,
  input: JobInput,
  options: Partial<CountOptions> = {},
): Promise<JobResult> {
  const job = engine.submit(input, { top: 0, ...options });
  const result = await pass(job.done);
  assert(equalsTsv(result.segment, expectedTsv(options)), "the counts are not the oracle's");
  assertEquals(result.accounting.bytesCounted, result.accounting.bytesIn);
  assertEquals(result.totals.bytes, BYTES.length);
  return result;
}

/** Runs all of them at once; fails when all have ended, if one has failed. */
async function together<T>(rows: readonly T[], run: (row: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(rows.map(run));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

function troubles({ faults }: EngineStatus): number {
  return faults.died + faults.silent + faults.fenced + faults.trapped;
}

/** Whether a chunk is certain to be tried again: the fault comes amidst the count, and stays. */
function isRetried({ kind, step }: FaultPlan): boolean {
  return kind !== "late" && step !== "beforeClaim" && step !== "beforePublish";
}

async function failAndCount(
  timed: TimedEngine,
  plan: FaultPlan,
  input: () => JobInput,
  options: Partial<CountOptions>,
): Promise<void> {
  const { engine, faults } = timed;
  const before = troubles(engine.status());
  faults.plan(plan);
  const result = await count(timed, input(), options);
  assertEquals(faults.left, 0, "the fault has happened");
  if (isRetried(plan)) {
    assert(troubles(engine.status()) > before, JSON.stringify(engine.status().faults));
    assert(result.attempts > result.chunks, `${result.attempts} attempts`);
  }
}

const STEPS = FAULT_STEPS.filter((step) =>
  step !== "start" && step !== "spill" && step !== "userCode"
);

/** Lets an engine of its own fail at each step. */
async function failAtEachStep(kind: FaultKind, engineOptions: EngineOptions = {}): Promise<void> {
  const seed = freshSeed();
  const random = new Random(seed);
  const timed = await startTimed(engineOptions);
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  for (const step of STEPS) {
    const isKernels = step === "clean" || step === "dirty";
    const plan = {
      kind,
      step,
      part: isKernels || step === "afterClaim" ? random.below(8) : undefined,
      at: isKernels ? random.below(40_000) : 0,
    };
    const inputs = Object.entries(INPUTS);
    const [name, input] = step === "read" ? ["file", INPUTS.file] : random.pick(inputs);
    const options = random.oneIn(2) ? {} : { n: 3, lineBound: random.oneIn(2) };
    try {
      await failAndCount(timed, plan, input, options);
    } catch (error) {
      const what = `${name} ${JSON.stringify({ ...plan, ...options })}`;
      throw new Error(`MILLRACE_SEED=${seed} ${what}`, { cause: error });
    }
  }
  faults.release();
  await count(timed, BYTES); // and the engine is as good as new
  if (kind !== "close") await until(() => engine.status().faults.retired === 0);
  await until(() => kind === "close" || engine.status().memory.jobs === 0);
  assertEquals(engine.status().threads.filter(({ state }) => state === "lost"), []);
}

// These tests mostly wait for threads that do not answer, so their engines wait side by side.

Deno.test("Engine counts exactly whatever step a thread fails at, and says so itself", async () => {
  await together(["throw", "trap", "die"], failAtEachStep);
});

Deno.test("Engine counts exactly whatever step a thread falls silent at", async () => {
  await together(["close", "silent", "late"], failAtEachStep);
});

Deno.test("Engine counts exactly whatever becomes of the thread that has the one lock", async () => {
  const serial = { serialize: true, workers: 3 };
  await together(
    ["trap", "die", "close", "silent", "late"] as const,
    (kind) => failAtEachStep(kind, serial),
  );
});

/** A stream of which more has gone by than the engine keeps. */
const longStream = () => stream(BYTES);
const FORGETFUL = { replayBytes: 100_000 };

async function problemOf({ pass }: TimedEngine, promise: Promise<unknown>): Promise<JobError> {
  return await assertRejects(() => pass(promise), JobError);
}

Deno.test("Engine fails a job that was lost half-way and cannot be read again; the next is right", async () => {
  await together(["trap", "die", "silent", "close"] as const, async (kind) => {
    const timed = await startTimed(FORGETFUL);
    const { engine, faults } = timed;
    await using _engine = engine;
    faults.plan({ kind, step: "dirty", part: 9, at: 20_000 });
    const error = await problemOf(timed, engine.submit(longStream()).done);
    assertEquals([error.code, error.status], ["worker_lost", 503], kind);
    const offset = Number(error.details.offset);
    assert(offset > 9 * 50_000 && offset < 10 * 60_000, `offset ${offset}`);
    await count(timed, longStream());
    faults.release();
  });
});

Deno.test("Engine goes on with a stream that cannot be read again where its chunk was whole", async () => {
  await together(["throw", "silent", "close"] as const, async (kind) => {
    const timed = await startTimed(FORGETFUL);
    const { engine, faults } = timed;
    await using _engine = engine;
    for (const step of ["clean", "afterClaim"] as const) {
      faults.plan({ kind, step, part: 9, at: step === "clean" ? 20_000 : 0 });
      const { chunks, attempts, accounting } = await count(timed, longStream(), { n: 2 });
      assertEquals([attempts > chunks, accounting.runs], [true, 1], `${kind}, ${step}`);
      assertEquals(faults.left, 0);
    }
    faults.release();
  });
});

Deno.test("Engine starts a job over from a word list, a promise and another charset", async () => {
  const timed = await startTimed({ replayBytes: 0 });
  const { engine, faults } = timed;
  await using _engine = engine;
  const words = Array.from({ length: 40_000 }, (_, i) => `w${i % 977}`);
  const utf16 = new Uint8Array(
    new Uint16Array(Array.from(words.join(" "), (c) => c.charCodeAt(0))).buffer,
  );
  for (
    const [input, charset] of [[words, "utf-8"], [Promise.resolve(words), "utf-8"], [
      utf16,
      "utf-16le",
    ]] as const
  ) {
    faults.plan({ kind: "trap", step: "dirty", part: 2 });
    const job = engine.submit(input, { top: 1, order: "key", charset });
    const { totals, segment, accounting } = await timed.pass(job.done);
    assertEquals([totals.tokens, totals.keys, accounting.runs], [40_000, 977, 2]);
    assertEquals(segment.toArray(), [{ key: "w0", count: 41 }]);
    assertEquals(faults.left, 0);
  }
});

Deno.test("Engine gives up a chunk that three workers have failed at, and names it", async () => {
  const timed = await startTimed();
  const { engine, faults } = timed;
  await using _engine = engine;
  for (const step of ["afterClaim", "dirty"] as const) {
    faults.plan({ kind: "throw", step, part: 3, times: 3 });
    const error = await problemOf(timed, engine.submit(BYTES).done);
    assertEquals([error.code, faults.left], ["worker_lost", 0], step);
    const offset = Number(error.details.offset);
    assert(offset > 3 * 50_000 && offset < 4 * 60_000, `offset ${offset}`);
    await count(timed, BYTES);
  }
});

Deno.test("Engine gives up a chunk that two threads have fallen silent at, and keeps the third", async () => {
  await together(["clean", "afterClaim", "dirty"] as const, async (step) => {
    const timed = await startTimed();
    const { engine, faults } = timed;
    await using _engine = engine;
    faults.plan({ kind: "silent", step, part: 3, at: step === "clean" ? 20_000 : 0, times: 3 });
    const error = await problemOf(timed, engine.submit(BYTES).done);
    assertEquals([error.code, faults.left], ["worker_lost", 1], step);
    const offset = Number(error.details.offset);
    assert(offset > 3 * 50_000 && offset < 4 * 60_000, `offset ${offset}`);
    assertEquals(engine.status().faults.silent, 2, step);
    faults.plan({ kind: "silent", step, part: 3, times: 0 });
    faults.release();
    await count(timed, BYTES);
  });
});

Deno.test("Engine.threadsHang holds while every thread is silent, and ends with it", async () => {
  const timed = await startTimed();
  const { engine, faults, pass } = timed;
  await using _engine = engine;
  await engine.ready();
  assertEquals(engine.threadsHang, false);
  faults.plan({ kind: "silent", step: "dirty", times: 2 });
  let hung = false;
  const onStep = () => {
    hung ||= engine.threadsHang && engine.status().threads[0].state === "silent";
  };
  await pass(count(timed, BYTES), { onStep });
  assertEquals(hung, true);
  await pass(until(() => !engine.threadsHang));
  faults.release();
});

Deno.test("Engine counts with threads that have all ended unnoticed while idle", async () => {
  const timed = await startTimed();
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  faults.plan({ kind: "close", step: "beforeClaim", times: 2 });
  await count(timed, BYTES);
  assertEquals(faults.left, 0);
  assert(engine.status().faults.silent >= 2);
});

Deno.test("Engine takes a chunk from a thread that gets on, but takes too long", async () => {
  const timed = await startTimed({ chunkBytes: 300_000, chunkTimeoutMs: 100 });
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  faults.plan({ kind: "slow", step: "dirty", part: 1, times: 40 });
  const { chunks, attempts } = await count(timed, BYTES);
  const seen = engine.status().faults;
  assert(
    attempts > chunks && seen.silent + seen.fenced >= 1,
    `${attempts} attempts, ${JSON.stringify(seen)}`,
  );
});

Deno.test("Engine keeps what a silent thread may still write to from other jobs", async () => {
  const timed = await startTimed();
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  const { slots } = engine.status();
  faults.plan({ kind: "silent", step: "dirty", part: 4, at: 20_000 });
  await count(timed, BYTES);
  const { memory, faults: seen, slots: left } = engine.status();
  assertEquals([seen.silent, seen.lost, seen.retired], [1, 1, 1]);
  assertEquals(left.free, slots.free - 1);
  assert(memory.jobs > 0);
  faults.release();
  await until(() => engine.status().memory.jobs === 0);
  assertEquals([engine.status().faults.retired, engine.status().slots.free], [0, slots.free]);
});

Deno.test("Engine refuses jobs while threads do nothing but die, and takes them again afterwards", async () => {
  const timed = await startTimed({ maxFaults: 4, faultWindowMs: 10_000 });
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  // Both threads, and then five of those that are started in their place.
  faults.plan({ kind: "die", step: ["beforeClaim", "start"], times: 7 });
  const waiting = engine.submit(gatedStream(["a"], new Promise(() => {})));
  const running = engine.submit(BYTES);
  for (const { done } of [waiting, running]) {
    const error = await problemOf(timed, done);
    assertEquals([error.code, error.status], ["engine_unavailable", 503]);
  }
  assertEquals(
    (await assertRejects(async () => void await engine.submit(BYTES).done, JobError)).code,
    "engine_unavailable",
  );
  assert(engine.status().faults.breaker !== "closed");
  await timed.pass(until(() => engine.status().faults.breaker === "closed"));
  await count(timed, BYTES);
  assertEquals(faults.left, 0);
  assertEquals(engine.status().faults.died, 7, "threads are not tried without end");
});

Deno.test("Engine cancels and ends jobs whose threads are silent", async () => {
  const timed = await startTimed();
  const { engine, faults } = timed;
  await engine.ready();
  faults.plan({ kind: "silent", step: "dirty", times: 1 });
  const job = engine.submit(endless());
  await until(() => faults.left === 0);
  await timed.pass(job[Symbol.asyncDispose]());
  assertEquals(job.state, "cancelled");
  await count(timed, BYTES);
  await soon(engine.close());
});

Deno.test("Engine counts exactly when a thread fails while it spills", async () => {
  const random = new Random(freshSeed());
  const text = Array.from({ length: 120_000 }, () => random.below(1e6).toString(36)).join(" ");
  const expected = encoder.encode(formatTsv(countNaive(text, "unicode")));
  await together(["throw", "trap", "die", "silent", "close"] as const, async (kind) => {
    const parent = await Deno.makeTempDir({ prefix: "millrace-spill-test-" });
    const timed = await startTimed({
      memoryBytes: 12 * 1024 * 1024,
      chunkBytes: 32 * 1024,
      slotsPerWorker: 2,
      spillDirectory: parent,
    });
    const { engine, faults } = timed;
    faults.plan({ kind, step: "spill" });
    const job = engine.submit(encoder.encode(text), { top: 0 });
    const { segment, accounting, spilled } = await timed.pass(job.done);
    assert(spilled && equalsTsv(segment, expected), kind);
    assertEquals([accounting.runs > 1, faults.left], [true, 0], kind);
    segment.close();
    faults.release();
    await engine.close();
    await Deno.remove(parent, { recursive: true });
  });
});

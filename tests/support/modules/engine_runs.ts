import { assertEquals } from "@std/assert";
import { ignoreError, own } from "../../../src/async/own.ts";
import type { CountOptions } from "../../../src/contract/options.ts";
import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import { JobError } from "../../../src/contract/problems.ts";
import type { Job, JobInput, JobResult } from "../../../src/engine/job_contract.ts";
import { WorkerPool } from "../../../src/engine/workforce/worker_pool.ts";
import type { Random } from "../random.ts";
import { TestClock } from "../faults/test_clock.ts";
import { pause, soon, until } from "../waits.ts";

/** Nothing but its job ends user code. */
export const UNLIMITED = { kernelTimeoutMs: 1e9, chunkTimeoutMs: 2e9 };

/** Less than the engine lets pass between two looks at user code. */
const STEP_MS = 4;

const MEMORY = { memoryBytes: 256 * 1024 * 1024, chunkBytes: 60_000 };

/** An engine that cuts even short texts into several chunks. */
export function startSmall(options: EngineOptions = {}): Promise<Engine> {
  return Engine.start({ workers: 2, ...MEMORY, ...options });
}

/**
 * A small engine whose time the test lets pass: until then no user code takes too long, however long
 * a busy machine keeps its thread waiting. It takes no thread for silent.
 */
export async function startTimeless(options: EngineOptions = {}) {
  const clock = new TestClock();
  const engine = await Engine.startWith(
    { workers: 2, inline: false, ...MEMORY, ...UNLIMITED, ...options },
    { kernel: "words", entry: WorkerPool.entry, clock },
  );
  /** Lets time pass until a promise of `run` has settled. */
  const pass = async <T>(promise: Promise<T>): Promise<T> => {
    let pending = true;
    own(promise.finally(() => pending = false), ignoreError);
    while (pending) {
      clock.advance(STEP_MS);
      await pause(0);
    }
    return await promise;
  };
  return { engine, pass };
}

/** Has an engine run a kernel, whose result then holds every key. */
export function run(
  engine: Engine,
  input: JobInput,
  kernel: RunnableKernel,
  options: Partial<CountOptions> = {},
): Promise<JobResult> {
  return soon(engine.submit(input, { top: 0, ...options }, { kernel }).done);
}

/** How often each key is there. */
export function countAll(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Asserts that a job has counted these keys, in any order, and none else. */
export function assertCounts(result: JobResult, keys: readonly string[], what: string): void {
  const expected = countAll(keys);
  assertEquals(result.totals.tokens, keys.length, what);
  assertEquals(result.totals.keys, expected.size, what);
  assertEquals(sorted(countsOf(result)), sorted(expected), what);
}

function countsOf({ segment }: JobResult): Map<string, number> {
  return new Map(segment.toArray().map(({ key, count }) => [key, count]));
}

function sorted(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

/** Asserts that no thread was lost, replaced or taken for lost. */
export function assertNoFault(engine: Engine): void {
  const { died, silent, fenced, trapped, replaced, lost } = engine.status().faults;
  assertEquals([died, silent, fenced, trapped, replaced, lost], [0, 0, 0, 0, 0, 0]);
}

/** Cancels jobs some time after they were submitted; those that have ended by then must be right. */
export async function cancelAtAnyMoment(
  engine: Engine,
  random: Random,
  submit: () => Job,
  check: (result: JobResult) => void,
): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const job = submit();
    const timer = setTimeout(() => job.cancel(), random.below(60));
    try {
      check(await soon(job.done));
    } catch (error) {
      if (!(error instanceof JobError && error.code === "job_cancelled")) throw error;
    }
    clearTimeout(timer);
    await soon(job[Symbol.asyncDispose]());
  }
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
}

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { assertNoFault, run, startSmall, UNLIMITED } from "../support/modules/engine_runs.ts";
import { createZoo, kernelOfKind, type Kind } from "../support/modules/zoo.ts";
import { freshSeed, Random } from "../support/random.ts";
import { readValues } from "../support/values.ts";
import { soon, until } from "../support/waits.ts";

const KERNELS = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 200);

/** Those that take long, of so many kernels. */
const ONE_ENDLESS_IN = 60;

/** Bytes that the process may grow by for each kernel: what a thread compiles takes as much alone. */
const MOST_GROWTH = 16 * 1024;
const MOST_ROUNDS = 8;

const OPTIONS = { order: "key", charset: "utf-8", bom: "keep" } as const;

function rowsOf({ segment, values }: JobResult): (readonly [string, number])[] {
  if (!values || values.op === "distinct") {
    return segment.toArray().map(({ key, count }) => [key, count] as const);
  }
  return readValues(segment, values.type === "f64").map(([key, value]) =>
    [key, Number(value)] as const
  );
}

async function runKind(engine: Engine, kind: Kind, i: number): Promise<void> {
  const kernel = await kernelOfKind(kind, i);
  if (kind.outcome === "kernel_timeout") return await endSoon(engine, kind, kernel);
  const done = run(engine, kind.text, kernel, OPTIONS);
  if (typeof kind.outcome === "string") {
    const error = await assertRejects(() => done, JobError, "", kind.name);
    assertEquals(error.code, kind.outcome, `${kind.name}: ${error.message}`);
  } else assertEquals(rowsOf(await done), kind.outcome, kind.name);
}

/** Kernels that would run for ever get no longer than this. */
const ENDLESS_MS = 20;

async function endSoon(engine: Engine, { text }: Kind, kernel: RunnableKernel): Promise<void> {
  await using job = engine.submit(text, OPTIONS, { kernel, timeoutMs: ENDLESS_MS });
  const error = await assertRejects(() => soon(job.done), JobError);
  assertEquals(error.code, "job_timeout");
}

Deno.test(`Engine runs ${KERNELS} different kernels in a row, and keeps nothing of them`, async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall(UNLIMITED);
  const zoo = await createZoo();
  const isEndless = ({ outcome }: Kind) => outcome === "kernel_timeout";
  const [endless, others] = [zoo.filter(isEndless), zoo.filter((kind) => !isEndless(kind))];
  let runs = 0;
  const some = async (kernels: number) => {
    let least = Infinity;
    for (let i = 0; i < kernels; i++, runs++) {
      const kind = random.pick(random.oneIn(ONE_ENDLESS_IN) ? endless : others);
      await runKind(engine, kind, runs);
      if (i % 10 === 0) least = Math.min(least, Deno.memoryUsage().rss);
    }
    return least;
  };
  for (const kind of zoo) await runKind(engine, kind, runs++);
  await until(() => engine.status().memory.jobs === 0);
  const { touched } = engine.status().memory;
  await some(KERNELS >> 1);
  // Garbage comes and goes: what is kept for each kernel is there at the least moment of any round.
  const part = Math.ceil(KERNELS / 4);
  let before = await some(part);
  for (let round = 0;; round++) {
    const after = await some(part);
    if (after - before < part * MOST_GROWTH) break;
    const what = `MILLRACE_SEED=${seed} ${before} bytes, then ${after}, after ${runs} kernels`;
    assert(round < MOST_ROUNDS, what);
    before = after;
  }
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
  // What one job of each kind needs is all that any of them ever needs at once.
  assert(engine.status().memory.touched <= 2 * touched, `MILLRACE_SEED=${seed}`);
  for (const kind of zoo) await runKind(engine, kind, runs++);
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import type { Engine } from "../../src/engine/engine.ts";
import {
  assertCounts,
  assertNoFault,
  run,
  startSmall,
  UNLIMITED,
} from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { freshSeed, Random } from "../support/random.ts";
import { pause, soon, until } from "../support/waits.ts";

const TEXT = "first\nsecond\nthird\n";

/** Resolves when so many threads have a task. */
async function busy(engine: Engine, threads: number): Promise<void> {
  await until(() =>
    engine.status().threads.filter(({ state }) => state === "busy").length >= threads
  );
}

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine stops user code when its job ends, with ${workers} workers`, async () => {
    await using engine = await startSmall({ workers, ...UNLIMITED });
    const kernel = await kernelOf(MODULES.endless());
    const abort = new AbortController();
    const ends: Record<string, (job: { cancel(): void }) => void> = {
      cancel: (job) => job.cancel(),
      signal: () => abort.abort(),
      timeout: () => {},
    };
    for (const [how, end] of Object.entries(ends)) {
      const timeoutMs = how === "timeout" ? 100 : undefined;
      const job = engine.submit(TEXT, {}, { kernel, timeoutMs, signal: abort.signal });
      if (how !== "timeout") await busy(engine, 1);
      end(job);
      await assertRejects(() => soon(job.done), JobError);
      await soon(job[Symbol.asyncDispose]()); // the thread has given the task back
    }
    await until(() => engine.status().threads.every(({ state }) => state === "idle"));
    assertNoFault(engine);
  });
}

Deno.test("Engine stops user code when another chunk of its job has failed", async () => {
  await using engine = await startSmall({ workers: 3, ...UNLIMITED });
  const broken = Uint8Array.of(0xff, 10);
  const lingering = await kernelOf(MODULES.slow(2 ** 31 - 1));
  const job = engine.submit(broken, { invalid: "reject" }, { kernel: lingering });
  await busy(engine, 1);
  job.cancel();
  await soon(job[Symbol.asyncDispose]());
  assertNoFault(engine);
});

Deno.test("Engine.close() ends user code", async () => {
  for (const workers of [1, 2]) {
    const engine = await startSmall({ workers, ...UNLIMITED });
    const kernel = await kernelOf(MODULES.endless());
    const jobs = [1, 2, 3].map(() => engine.submit(TEXT, {}, { kernel }));
    await busy(engine, 1);
    const ends = jobs.map((job) => assertRejects(() => job.done, JobError));
    await soon(engine.close({ deadlineMs: 0 }));
    for (const end of ends) assertEquals((await end).code, "engine_closed");
  }
});

// ---- neighbours ----------------------------------------------------------------------------------

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine counts other jobs beside user code without end, with ${workers} workers`, async () => {
    await using engine = await startSmall({ workers, ...UNLIMITED });
    const kernel = await kernelOf(MODULES.endless());
    const hostile = Array.from(
      { length: 5 }, // so many that they could fill all input slots
      () => engine.submit("x\n".repeat(200_000), {}, { kernel }),
    );
    await busy(engine, 1);
    const rounds = workers === 1 ? 5 : 100;
    for (let i = 0; i < rounds; i++) {
      const { segment } = await soon(engine.submit("to be or not to be", { top: 1 }).done);
      assertEquals(segment.toArray(), [{ key: "be", count: 2 }]);
    }
    assertEquals(hostile.map(({ state }) => state), Array(5).fill("running"));
    assertNoFault(engine);
    for (const job of hostile) {
      own(job.done);
      await soon(job[Symbol.asyncDispose]());
    }
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  });
}

function own(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

/** A machine that runs so many rounds within the first slice does not exist. */
const MOST_ROUNDS = 2 ** 31;

Deno.test("Engine takes user code back from its only thread, and counts it exactly", async () => {
  await using engine = await startSmall({ workers: 1, inline: false, ...UNLIMITED });
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i % 977}`);
  // How long a round takes is the machine's affair: chunks take longer until one exceeds a slice.
  for (let rounds = 4_000_000; rounds < MOST_ROUNDS; rounds *= 2) {
    const kernel = await kernelOf(MODULES.slow(rounds));
    const job = engine.submit(lines.join("\n"), { top: 0 }, { kernel });
    while (job.state === "pending" || job.state === "running") {
      await soon(engine.submit("a b").done);
      await pause(0);
    }
    const result = await soon(job.done);
    assertCounts(result, lines, `${rounds} rounds`);
    assertNoFault(engine);
    if (result.attempts > result.chunks) return;
  }
  assert(false, "no chunk was taken back");
});

Deno.test("Engine runs 200 kernels in a row and keeps nothing of them", async () => {
  await using engine = await startSmall();
  let touched = 0;
  for (let i = 0; i < 200; i++) {
    const message = `kernel ${i}`;
    const module = i % 3 === 0 ? MODULES.fails(message) : MODULES.slow(i);
    const kernel = await kernelOf(module);
    const counted = run(engine, "a\nb\n", kernel);
    if (i % 3 === 0) {
      const error = await assertRejects(() => counted, JobError);
      assertEquals(error.details.reason, message);
    } else assertCounts(await counted, ["a", "b"], message);
    if (i === 20) touched = engine.status().memory.touched;
  }
  await until(() => engine.status().memory.jobs === 0);
  assertEquals(engine.status().memory.touched, touched);
});

const ROUNDS = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 1000);

Deno.test("Engine counts the others exactly while jobs are cancelled at any moment", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall({ workers: 2, ...UNLIMITED });
  const kernels = await Promise.all(
    [1, 1000, 300_000].map((rounds) => kernelOf(MODULES.slow(rounds))),
  );
  const endless = await kernelOf(MODULES.endless());
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i % 97}`);
  const lane = async () => {
    for (let i = 0; i < ROUNDS; i++) {
      const kept = random.between(1, lines.length);
      const isEndless = random.oneIn(4);
      const kernel = isEndless ? endless : random.pick(kernels);
      const job = engine.submit(lines.slice(0, kept).join("\n"), { top: 0 }, { kernel });
      if (isEndless || random.oneIn(2)) {
        for (let turns = random.below(6); turns > 0; turns--) await pause(random.below(2));
        job.cancel();
      }
      try {
        assertCounts(await soon(job.done), lines.slice(0, kept), `MILLRACE_SEED=${seed}`);
      } catch (error) {
        if (!(error instanceof JobError && error.code === "job_cancelled")) throw error;
      }
      await soon(job[Symbol.asyncDispose]());
    }
  };
  await Promise.all([1, 2, 3, 4].map(lane));
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
});

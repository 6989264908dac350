import { assert, assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { KernelHolds } from "../../src/engine/kernel_holds.ts";
import { assertCounts, assertNoFault, run, startSmall } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";

function createHolds(maxFailures = 3) {
  const clock = { now: 0 };
  const holds = new KernelHolds(maxFailures, () => clock.now);
  const fail = (times: number, tenant?: string) => {
    for (let i = 0; i < times; i++) holds.note("k", tenant, "kernel_trapped");
  };
  /** Seconds for which a kernel is held; 0 if it is not. */
  const heldFor = (tenant?: string, kernel = "k") => {
    try {
      holds.check(kernel, tenant);
      return 0;
    } catch (error) {
      if (!(error instanceof JobError && error.code === "kernel_held")) throw error;
      return error.details.retryAfter;
    }
  };
  return { clock, holds, fail, heldFor };
}

Deno.test("KernelHolds holds a kernel back after three failures in a row, for that tenant alone", () => {
  const { clock, fail, heldFor } = createHolds();
  fail(2, "a");
  assertEquals(heldFor("a"), 0);
  fail(1, "a");
  assertEquals([heldFor("a"), heldFor("b"), heldFor(), heldFor("a", "other")], [1, 0, 0, 0]);
  clock.now += 1000;
  assertEquals(heldFor("a"), 0);
});

Deno.test("KernelHolds holds a kernel twice as long after each failure that follows, up to 30 s", () => {
  const { clock, fail, heldFor } = createHolds();
  fail(3);
  const holds = Array.from({ length: 7 }, () => {
    const seconds = Number(heldFor());
    fail(5); // of jobs that were let in before the hold: they make it no longer
    assertEquals(heldFor(), seconds);
    clock.now += seconds * 1000;
    fail(1);
    return seconds;
  });
  assertEquals(holds, [1, 2, 4, 8, 16, 30, 30]);
  clock.now += 200_000;
  fail(2);
  assertEquals(heldFor(), 0, "the failures of long ago are none in a row");
  fail(1);
  assertEquals(heldFor(), 1);
});

Deno.test("KernelHolds forgets failures at a job that is done, and minds no others", () => {
  const { holds, clock, fail, heldFor } = createHolds();
  fail(2);
  for (const code of ["job_cancelled", "invalid_utf8", "out_of_memory"] as const) {
    holds.note("k", undefined, code);
  }
  assertEquals(heldFor(), 0);
  holds.note("k", undefined);
  fail(2);
  assertEquals(heldFor(), 0);
  fail(1);
  assertEquals(heldFor(), 1);
  holds.note("k", undefined); // one that was let in before
  assertEquals(heldFor(), 0);
  for (let i = 0; i < 4; i++) {
    clock.now += 40_000;
    fail(1);
  }
  assertEquals(heldFor(), 0, "no three of them within a minute");
});

Deno.test("KernelHolds holds nothing back, and keeps nothing, without a bound", () => {
  const { holds, fail, heldFor } = createHolds(Infinity);
  fail(1000);
  assertEquals([heldFor(), holds.size], [0, 0]);
});

Deno.test("KernelHolds keeps nothing of kernels that have not failed for long", () => {
  const { holds, clock } = createHolds();
  for (let i = 0; i < 10_000; i++) {
    holds.note(`kernel ${i}`, "a", "kernel_trapped");
    clock.now += 1000;
  }
  assert(holds.size < 600, `${holds.size}`);
});

Deno.test("Engine.submit() refuses jobs of a kernel that fails again and again, until one is done", async () => {
  await using engine = await startSmall({ maxKernelFailures: 3 });
  const broken = await kernelOf(MODULES.traps(0));
  const kernel = await kernelOf(MODULES.slow(1));
  for (let i = 0; i < 3; i++) {
    const job = engine.submit("a\n", {}, { kernel: broken, tenant: "a" });
    await job.done.catch(() => {});
    await job[Symbol.asyncDispose]();
  }
  const submit = () => engine.submit("a\n", {}, { kernel: broken, tenant: "a" });
  const error = assertThrows(submit, JobError, "the last time with kernel-trapped");
  assertEquals([error.code, error.status], ["kernel_held", 429]);
  const refused = engine.status().ended.refused;
  assertEquals(refused, 1);
  assertCounts(await run(engine, "a\n", kernel), ["a"], "another kernel");
  assertNoFault(engine);
});

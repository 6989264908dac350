import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { type TrialLimits, WorkerTrier } from "../../src/kernels/worker_trier.ts";
import { fakeModule, MANIFEST } from "../support/kernels.ts";

const ENTRY = new URL("../support/trial/fake_try_worker.ts", import.meta.url);

const encode = (text: string) => new TextEncoder().encode(text);

const KERNEL: RunnableKernel = {
  id: "log-status",
  module: fakeModule(),
  manifest: MANIFEST,
  options: encode('{"field":1}'),
};

const open = (limits: Partial<TrialLimits> = {}) => new WorkerTrier(ENTRY, limits);

async function failure(trier: WorkerTrier, record: string): Promise<JobError> {
  return await assertRejects(() => trier.try(KERNEL, encode(record)), JobError);
}

Deno.test("WorkerTrier gives what a kernel emits, and how much it used of what it may use", async () => {
  const trial = await open().try(KERNEL, encode("b é b"));
  const keys = ['{"field":1}', "b", "é", "b"];
  assertEquals(trial, {
    emitted: keys.map((key) => ({ key, value: 1 })),
    ms: { used: 0.5, limit: 1000 },
    memory: { used: 65_536, limit: 64 * 1024 * 1024 },
    output: { used: 4 * 4 + 11 + 4, limit: 16 * 6 + 1024 * 1024 },
  });
});

Deno.test("WorkerTrier stops a kernel that runs too long, and gives up one that does not stop", async () => {
  for (const [record, graceMs] of [["spin", 60_000], ["hang", 1]] as const) {
    const error = await failure(open({ ms: 20, graceMs }), record);
    assertEquals([error.code, error.details.limit], ["kernel_timeout", 20]);
  }
});

Deno.test("WorkerTrier tells a trap of the kernel from a fault of the thread", async () => {
  const trier = open();
  const trap = await failure(trier, "trap");
  assertEquals([trap.code, trap.details], [
    "kernel_trapped",
    { offset: 3, reason: "unreachable" },
  ]);
  assertEquals((await failure(trier, "crash")).code, "worker_lost");
  assertEquals((await failure(open({ startMs: 0 }), "mute")).code, "worker_lost");
  assertEquals((await trier.try(KERNEL, encode("b"))).emitted.length, 2);
});

Deno.test("WorkerTrier says in words why a kernel ended that has given no reason, or no good one", async () => {
  const trier = open({ memoryBytes: 65_536 });
  const silent = await failure(trier, "fail");
  assertEquals(silent.message, "Cannot try kernel: it has trapped, at byte 3 of the record");
  const large = await failure(trier, "grow");
  assertStringIncludes(large.message, "it needs more than 65536 bytes of memory (nothing is freed");
  assertEquals([large.code, large.details.limit], ["kernel_out_of_memory", 65_536]);
});

Deno.test("WorkerTrier runs one trial at a time, and lets so many wait", async () => {
  const trier = open({ waiting: 2 });
  const records = ["trap", "b", "a", "one too many"];
  const settled = await Promise.allSettled(
    records.map((record) => trier.try(KERNEL, encode(record))),
  );
  const codes = settled.map((each) => each.status === "rejected" ? each.reason.code : "done");
  assertEquals(codes, ["kernel_trapped", "done", "done", "too_many_jobs"]);
  assertEquals((await trier.try(KERNEL, encode("b"))).emitted.length, 2);
});

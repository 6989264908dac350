import { assert } from "@std/assert";
import { compileKernel, SOURCES } from "../../support/modules/compiled_modules.ts";
import { emptyTally, type Tally } from "../../support/modules/fuzz_case.ts";
import type { FuzzReport, FuzzShare } from "../../support/modules/fuzz_worker.ts";
import { freshSeed } from "../../support/random.ts";
import { PATIENCE_MS, pause } from "../../support/waits.ts";

// Valid modules and mutants go through the gate. What is admitted passes the second checker and the
// engine, and nothing of it runs on when its leash was drawn beforehand.

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_MODULES") ?? 2_000);
/** Threads are short-lived: an engine keeps what it knows of modules as long as its thread lives. */
const CASES_PER_THREAD = 10_000;
const THREADS = 2;
const LOOK_MS = 50;

/** Runs a share of the cases on a thread, and fails when one of them takes too long. */
async function runShare(share: Omit<FuzzShare, "progress">): Promise<Tally> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(import.meta.resolve("../../support/modules/fuzz_worker.ts"), {
    type: "module",
  });
  try {
    let report: FuzzReport | undefined;
    worker.onmessage = ({ data }) => report = data;
    worker.onerror = (event) => {
      event.preventDefault();
      report = { number: Atomics.load(progress, 0), error: event.message };
    };
    worker.postMessage({ ...share, progress } satisfies FuzzShare);
    let [seen, since] = [-1, performance.now()];
    while (report === undefined) {
      await pause(LOOK_MS);
      const now = Atomics.load(progress, 0);
      if (now !== seen) [seen, since] = [now, performance.now()];
      const isLate = performance.now() - since > PATIENCE_MS;
      assert(!isLate, `MILLRACE_SEED=${share.seed}: case ${seen} runs on`);
    }
    if ("tally" in report) return report.tally;
    throw new Error(`MILLRACE_SEED=${share.seed}: case ${report.number}: ${report.error}`);
  } finally {
    worker.terminate();
  }
}

Deno.test(`${CASES} random modules: what the gate admits stops when it must`, async () => {
  const seed = freshSeed();
  const compiled = await Promise.all(Object.values(SOURCES).map((source) => compileKernel(source)));
  const firsts = Array.from(
    { length: Math.ceil(CASES / CASES_PER_THREAD) },
    (_, i) => i * CASES_PER_THREAD,
  ).values();
  const sum = emptyTally();
  const lane = async () => {
    for (const first of firsts) {
      const cases = Math.min(CASES_PER_THREAD, CASES - first);
      const tally = await runShare({ seed, first, cases, compiled });
      for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
    }
  };
  await Promise.all(Array.from({ length: THREADS }, lane));
  // The fuzzer would find nothing if nothing got through.
  const told = `MILLRACE_SEED=${seed}: ${JSON.stringify(sum)}`;
  assert(sum.valid >= Math.floor(CASES / 8) && sum.admitted > CASES / 100, told);
  assert(sum.stoppedCalls > CASES / 4 && sum.stoppedAtStart > 0 && sum.invalid > 0, told);
  if (CASES > 2_000) console.log(told);
});

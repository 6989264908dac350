import { assertEquals } from "@std/assert";
import { recordKernel } from "../../src/records/record_kernel.ts";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { startTimed } from "../support/faults/fault_time.ts";
import { assertCounts } from "../support/modules/engine_runs.ts";
import { oracleRecords } from "../support/oracle/oracle_records.ts";
import { column, countPlan } from "../support/record_plan.ts";

const PLAN: RecordPlan = { ...countPlan("csv", [column(2)]), onError: "skip" };

/** A dozen chunks, whose keys are windows in some and copies in others. */
const TEXT = Array.from({ length: 60_000 }, (_, i) => {
  const key = i % 9000 === 0 ? `"k""${i % 7}"` : `k${i % 700}`;
  return `${i},${key},${i % 3}\n`;
}).join("");
const { keys, records, missing } = oracleRecords(TEXT, PLAN);

for (const kind of ["throw", "die", "close"] as const) {
  Deno.test(`records are counted once when a thread fails: ${kind}`, async () => {
    const { engine, faults, pass } = await startTimed();
    await using _engine = engine;
    await engine.ready();
    const kernel = recordKernel(PLAN);
    for (const step of ["afterClaim", "clean", "dirty", "beforePublish"] as const) {
      faults.plan({ kind, step, at: step === "clean" || step === "dirty" ? 8000 : 0 });
      const job = engine.submit(TEXT, { top: 0, case: "preserve" }, { kernel });
      const result = await pass(job.done);
      assertCounts(result, keys, step);
      assertEquals(faults.left, 0, step);
      assertEquals([result.records!.records, result.records!.missing], [records, missing]);
    }
  });
}

import { assert, assertEquals } from "@std/assert";
import type { FaultKind, FaultStep } from "../support/faults/faults.ts";
import { startTimed, type TimedEngine } from "../support/faults/fault_time.ts";
import { assertCounts } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { freshSeed, Random } from "../support/random.ts";
import { combineNaive, encodeValues, readValues, type ValueRecord } from "../support/values.ts";
import { until } from "../support/waits.ts";

const LINES = Array.from({ length: 40_000 }, (_, i) => `line ${i % 977} né`);
const TEXT = LINES.join("\n");

/** Records of 16 bytes, which the module hands out as they are. */
const RECORDS = LINES.map((_, i): ValueRecord => [`k${i % 977}`, BigInt(i * i)]);
const SUMS = combineNaive(RECORDS, "sum", "i64");

async function countValues({ engine, pass }: TimedEngine, what: string) {
  const terms = { output: "values", value: "i64", records: "fixed:16" } as const;
  const kernel = await kernelOf(MODULES.passes(), terms);
  const options = { top: 0, order: "key", charset: "utf-8", bom: "keep" } as const;
  const result = await pass(engine.submit(encodeValues(RECORDS), options, { kernel }).done);
  assertEquals(readValues(result.segment, false), SUMS, what);
  return result;
}

type Output = "keys" | "windows" | "values";

async function count(timed: TimedEngine, output: Output, what: string) {
  if (output === "values") return await countValues(timed, what);
  const { engine, pass } = timed;
  const module = output === "keys" ? MODULES.lines() : MODULES.windows();
  const kernel = await kernelOf(module, { output });
  const result = await pass(engine.submit(TEXT, { top: 0 }, { kernel }).done);
  assertCounts(result, LINES, what);
  return result;
}

/** A fault in user code leaves the chunk whole; one amidst a count, which begins later, may not. */
const STEPS: readonly FaultStep[] = ["userCode", "clean", "dirty"];

async function failAtEachStep(kind: FaultKind): Promise<void> {
  const seed = freshSeed();
  const random = new Random(seed);
  const timed = await startTimed();
  const { engine, faults } = timed;
  await using _engine = engine;
  await engine.ready();
  for (const step of STEPS) {
    for (const output of ["keys", "windows", "values"] as const) {
      const at = step === "userCode" ? 0 : random.below(30_000);
      const part = random.below(8);
      const what = `MILLRACE_SEED=${seed} ${kind} ${step} ${output}, part ${part}, at ${at}`;
      faults.plan({ kind, step, part, at });
      const { attempts, chunks, accounting } = await count(timed, output, what);
      assertEquals(faults.left, 0, what);
      if (kind !== "late") assert(attempts > chunks, what);
      if (step !== "dirty") assertEquals(accounting.runs, 1, what);
    }
  }
  faults.release();
  if (kind !== "close") await until(() => engine.status().faults.retired === 0);
  await until(() => kind === "close" || engine.status().memory.jobs === 0);
}

for (const kind of ["throw", "die", "silent", "late", "close"] as const) {
  Deno.test(`Engine counts user kernels exactly when a thread fails: ${kind}`, async () => {
    await failAtEachStep(kind);
  });
}

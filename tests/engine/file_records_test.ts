import { assertEquals } from "@std/assert";
import { recordKernel } from "../../src/records/record_kernel.ts";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { run, startSmall } from "../support/modules/engine_runs.ts";
import { freshSeed, Random } from "../support/random.ts";
import { type RandomKind, randomPlan, randomText } from "../support/random_records.ts";
import { TempFiles } from "../support/temp_files.ts";

const BYTES = 300_000;
const PLANS = 5;

for (const kind of ["line", "ndjson", "csv"] as const) {
  Deno.test(`records of ${kind} in a file are those of the same text, which workers may read`, async () => {
    await using engine = await startSmall();
    using files = new TempFiles();
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < PLANS; i++) {
      const { plan, text } = writeText(random, kind);
      const kernel = recordKernel(plan);
      const count = async (input: Uint8Array<ArrayBuffer> | { path: string }) => {
        const { segment, totals, records } = await run(engine, input, kernel, { case: "preserve" });
        return { rows: segment.toArray(), totals, records };
      };
      const inFile = await count({ path: files.write(`${i}`, text) });
      assertEquals(
        inFile,
        await count(text),
        `MILLRACE_SEED=${seed}, ${i}: ${JSON.stringify(plan)}`,
      );
    }
  });
}

/** Some of it may be no UTF-8. */
function writeText(random: Random, kind: RandomKind) {
  const plan: RecordPlan = { ...randomPlan(random, kind), output: "windows", onError: "skip" };
  let text = "";
  while (text.length < BYTES) text += randomText(random, plan).replace(/[^\n]$/, "$&\n");
  const bytes = new TextEncoder().encode(text);
  for (let i = random.below(3); i > 0; i--) bytes[random.below(bytes.length)] = 0xff;
  return { plan, text: bytes };
}

import { assertEquals } from "@std/assert";
import type { JobInput } from "../../src/engine/job_contract.ts";
import type { FaultPlan } from "../support/faults/faults.ts";
import { startTimed } from "../support/faults/fault_time.ts";

const encoder = new TextEncoder();

/** Of several chunks each. */
const PARTS = ["a.txt", "b.txt"].map((name, i) => ({
  name,
  text: `Word w${i} `.repeat(20_000),
}));
const EXPECTED = ["a.txt\x01w0", "a.txt\x01word", "b.txt\x01w1", "b.txt\x01word"]
  .map((key) => ({ key, count: 20_000 }));

/** Kept as they stream by, read again, and here. */
const INPUTS: (() => JobInput)[] = [
  () => ({ texts: PARTS.map(({ name, text }) => ({ name, text: new Response(text).body! })) }),
  () => ({
    texts: PARTS.map(({ name, text }) => ({
      name,
      text: { stream: () => new Response(text).body! },
    })),
  }),
  () => ({ texts: PARTS.map(({ name, text }) => ({ name, text: encoder.encode(text) })) }),
];

const PLANS: FaultPlan[] = [
  { kind: "throw", step: "afterClaim", part: 3 },
  { kind: "die", step: "clean", part: 4, at: 20_000 },
  { kind: "trap", step: "dirty", part: 9, at: 20_000 },
];

for (const plan of PLANS) {
  Deno.test(`Engine keeps the names of parts where a thread fails: ${plan.kind}, ${plan.step}`, async () => {
    const { engine, faults, pass } = await startTimed();
    await using _engine = engine;
    await engine.ready();
    for (const input of INPUTS) {
      faults.plan(plan);
      const job = engine.submit(input(), { by: ["part"], order: "key", top: 0 });
      const { segment, attempts, chunks } = await pass(job.done);
      assertEquals(segment.toArray(), EXPECTED);
      assertEquals([faults.left, attempts > chunks], [0, true]);
    }
    faults.release();
  });
}

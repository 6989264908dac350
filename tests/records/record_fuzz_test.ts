import { assertEquals } from "@std/assert";
import { cutRecords, readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { decimal, oracleRecords } from "../support/oracle/oracle_records.ts";
import { freshSeed, Random } from "../support/random.ts";
import { type RandomKind, randomPlan, randomText } from "../support/random_records.ts";

const PLANS = 150;
const TEXTS = 12;
const encoder = new TextEncoder();

for (const kind of ["csv", "line", "ndjson", "paragraph"] as const) {
  Deno.test(`the kernel of records takes what an oracle takes out of ${kind}, however it is cut`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < PLANS; i++) tryPlan(random, kind, `MILLRACE_SEED=${seed}, plan ${i}`);
  });
}

function tryPlan(random: Random, kind: RandomKind, name: string): void {
  const plan = randomPlan(random, kind);
  const guest = recordGuest(plan);
  for (let i = 0; i < TEXTS; i++) {
    const text = randomText(random, plan);
    const oracle = oracleRecords(text, plan);
    const chunks = cutRecords(encoder.encode(text), plan.records, random);
    const { forms: _, ...run } = readChunks(guest, chunks, random.oneIn(3));
    const inBytes = (at: number) => encoder.encode(text.slice(0, at)).length;
    const expected = {
      ...oracle,
      values: plan.output === "windows"
        ? []
        : plan.output === "pairs"
        ? oracle.values
        : oracle.values.map(decimal),
      broken: oracle.broken.map(inBytes),
    };
    const what = `${name}, text ${i}: ${
      JSON.stringify({ plan, text, cuts: chunks.map((c) => c.length) })
    }`;
    // Each chunk names its first five broken records, and no more.
    expected.broken = expected.broken.filter((at) =>
      run.broken.includes(at) || chunks.length === 0
    );
    assertEquals(run, expected, what);
  }
}

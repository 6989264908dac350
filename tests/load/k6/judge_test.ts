import { assertEquals } from "@std/assert";
import { judge, listMissedTimes } from "../../../load/k6/judge.ts";
import type { Outcome } from "../../../load/k6/outcome.ts";
import { createOutcome } from "./outcomes.ts";

Deno.test("judge() passes a run whose every answer was exact", () => {
  assertEquals(judge(createOutcome()), []);
});

Deno.test("judge() lets a quick run miss a time, and nothing else", () => {
  const { summary } = createOutcome({ isQuick: false });
  assertEquals(judge({ ...createOutcome(), summary, timed: false, k6: 99 }), []);
  assertEquals(listMissedTimes(summary), ["answer_ms misses p(95)<3000"]);
  const wrong = createOutcome({ isQuick: false, wrong: 1 }).summary;
  assertEquals(judge({ ...createOutcome(), summary: wrong, timed: false, k6: 99 }), [
    "1 of 100 answers were wrong",
  ]);
});

const FAILED: Record<string, [Partial<Outcome>, string[]]> = {
  "a wrong answer, whatever k6 says": [
    { summary: createOutcome({ wrong: 1 }).summary, k6: 0 },
    ["1 of 100 answers were wrong"],
  ],
  "no answer at all": [
    { summary: { metrics: {}, checks: [] } },
    ["no answer was compared"],
  ],
  "a check that failed": [
    { summary: { ...createOutcome().summary!, checks: [{ name: "a", passes: 3, fails: 1 }] } },
    ['"a" failed 1 of 4 times'],
  ],
  "a threshold that was missed": [
    { summary: createOutcome({ isQuick: false }).summary, k6: 99 },
    ["answer_ms misses p(95)<3000"],
  ],
  "a threshold that k6 alone knows": [{ k6: 99 }, ["k6 says that a threshold is missed"]],
  "a script that broke off": [{ k6: 107 }, ["k6 ended with 107"]],
  "no summary": [{ k6: 255, summary: undefined }, ["k6 ended with 255 and wrote no summary"]],
  "a server that died": [{ server: 137 }, ["the server ended with 137"]],
  "what was found beside k6": [
    { findings: [{ lines: [], faults: ["memory grew"], charts: [] }] },
    ["memory grew"],
  ],
};

Deno.test("judge() fails a run, and says why, for", async (t) => {
  for (const [name, [outcome, faults]] of Object.entries(FAILED)) {
    await t.step(name, () => assertEquals(judge({ ...createOutcome(), ...outcome }), faults));
  }
});

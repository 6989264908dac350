import { assert, assertEquals } from "@std/assert";
import { mergeTerms } from "../../src/algebra/mergeable.ts";
import { MergedText } from "../../src/algebra/merged_text.ts";
import type { RecordInput } from "../../src/engine/record_input.ts";
import { Segment } from "../../src/reduce/segment.ts";
import type { FaultKind } from "../support/faults/faults.ts";
import { startTimed } from "../support/faults/fault_time.ts";
import { Random } from "../support/random.ts";
import { until } from "../support/waits.ts";

const KEYS = 60_000;
const STEPS = ["clean", "dirty", "reduce", "finish"] as const;

/** Lists of so many bytes that their records are scattered. */
function createLists(): Segment[] {
  const random = new Random(3);
  return Array.from({ length: 3 }, () => {
    const keys = Array.from({ length: KEYS }, (_, i) => `key ${String(i).padStart(6, "0")}`)
      .filter(() => random.below(4) > 0);
    return Segment.from(keys.map((key) => [key, 1 + random.below(30)] as const));
  });
}

const LISTS = createLists();

function inputOf(): RecordInput {
  return {
    records: mergeTerms(undefined),
    text: new MergedText(LISTS.map((segment) => ({ segment, weight: 1 }))),
    recordBytes: LISTS.reduce((sum, { byteLength }) => sum + byteLength, 0),
    totals: () => ({ bytes: 0, tokens: 0, replacements: 0 }),
  };
}

/** What all lists come to, as lines in the order of the keys. */
function sums(): string[] {
  const all = new Map<string, number>();
  for (const list of LISTS) {
    for (const { key, count } of list.toArray()) all.set(key, (all.get(key) ?? 0) + count);
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => `${key}\t${count}`);
}

async function failAtEachStep(kind: FaultKind, expected: readonly string[]): Promise<void> {
  const timed = await startTimed({ chunkBytes: 60_000 });
  const { engine, faults, pass } = timed;
  await using _engine = engine;
  await engine.ready();
  for (const step of STEPS) {
    const at = step === "clean" || step === "dirty" ? 20_000 : 0;
    faults.plan({ kind, step, at });
    const { done } = engine.submit(inputOf(), { top: 0, order: "key", case: "preserve" });
    const { segment } = await pass(done);
    assertEquals(faults.left, 0, `${kind} at ${step} has happened`);
    const answer = segment.toArray().map(({ key, count }) => `${key}\t${count}`);
    assert(answer.length === expected.length, `${kind} at ${step}: ${answer.length} keys`);
    assert(answer.every((line, i) => line === expected[i]), `${kind} at ${step}`);
  }
  faults.release();
  // A thread that ends itself tells nobody: what it holds is taken back when it is missed.
  await until(() => kind === "close" || engine.status().memory.jobs === 0);
}

Deno.test("Engine scatters every record once, whatever step a thread fails at", async () => {
  const expected = sums();
  const kinds = ["throw", "trap", "die", "close", "late"] as const;
  await Promise.all(kinds.map((kind) => failAtEachStep(kind, expected)));
});

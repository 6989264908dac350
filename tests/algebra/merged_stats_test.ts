import { assertEquals, assertRejects } from "@std/assert";
import { Merger } from "../../src/algebra/merger.ts";
import { JobError } from "../../src/contract/problems.ts";
import { createCountOptions } from "../../src/contract/options.ts";
import type { Stats } from "../../src/contract/stats.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import type { JobRecord } from "../../src/store/job_record.ts";
import { type NumberRecord, randomNumbers, readRows, tellNaive } from "../support/numbers.ts";
import { inputOf } from "../support/numbers_text.ts";
import { freshSeed, Random } from "../support/random.ts";

const OPTIONS = createCountOptions({ top: 0, case: "preserve" });

/** Counts, keeps results by name, and puts them together. */
class Kept {
  readonly #results = new Map<string, JobResult>();
  readonly #engine: Engine;
  readonly #merger: Merger;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#merger = new Merger(engine, {
      result: (id) => {
        const result = this.#results.get(id)!;
        const record = { id, options: OPTIONS, result } as unknown as JobRecord;
        return Promise.resolve({ record, result });
      },
    });
  }

  async tell(name: string, records: readonly NumberRecord[], stats: Stats): Promise<JobResult> {
    const result = await this.#engine.submit(inputOf(records, stats, 300), OPTIONS).done;
    this.#results.set(name, result);
    return result;
  }

  async merge(name: string, jobs: string[], weights?: number[]): Promise<JobResult> {
    const { job } = await this.#merger.begin({ jobs, weights }, { tenant: undefined });
    const result = await job.done;
    this.#results.set(name, result);
    return result;
  }
}

Deno.test("what is told of numbers is put together exactly, however they were divided", async () => {
  const random = new Random(freshSeed());
  await using engine = await Engine.start({ workers: 2, memoryBytes: 64 << 20 });
  const kept = new Kept(engine);
  const keys = Array.from({ length: 300 }, (_, i) => `key ${i}`);
  const stats: Stats = { aggs: ["avg", "sum", "min", "max", "count"], round: 5 };
  const [a, b, c] = [900, 5, 2000].map((count) => randomNumbers(random, "mixed", count, keys));
  await kept.tell("a", a, stats);
  await kept.tell("b", b, stats);
  await kept.tell("c", c, stats);
  await kept.merge("bc", ["c", "b"]);
  const merged = await kept.merge("abc", ["a", "bc"]);
  const whole = await kept.tell("whole", [...a, ...b, ...c], stats);
  const note = `seed ${random.seed}`;
  assertEquals(merged.segment.bytes, whole.segment.bytes, note);
  assertEquals(merged.values, whole.values);
  const weighed = await kept.merge("weighed", ["a", "bc"], [3, 2]);
  const repeated = [...a, ...a, ...a, ...b, ...b, ...c, ...c];
  assertEquals(readRows(weighed.segment, stats), tellNaive(repeated, stats, "value"), note);
});

Deno.test("results of numbers are not put together where that would tell nothing, or of other ones", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 64 << 20 });
  const kept = new Kept(engine);
  const numbers: NumberRecord[] = [["k", 2n ** 63n - 1n, 0]];
  const refused = async (jobs: string[], weights?: number[]) => {
    const error = await assertRejects(() => kept.merge("none", jobs, weights), JobError);
    return [error.code, error.details.option];
  };
  await kept.tell("max", numbers, { aggs: ["max", "min"] });
  await kept.tell("sum", numbers, { aggs: ["sum"] });
  assertEquals(await refused(["max", "sum"]), ["not_mergeable", "values"]);
  assertEquals(await refused(["max"], [2]), ["not_mergeable", "weights"]);
  assertEquals(await refused(["sum", "sum"], [10, 1]), ["value_overflow", undefined]);
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ResultValues } from "../../src/contract/documents.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { findPart } from "../../src/http/answer/result_part.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import { Selection } from "../../src/output/selection.ts";
import { run } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { compareCodePoints } from "../support/oracle/code_points.ts";
import { countNaive } from "../support/oracle/oracle.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../support/random.ts";
import { encodeValues, type ValueRecord } from "../support/values.ts";

const decoder = new TextDecoder();

type Row = [key: string, value: number | bigint];

/** The rows of one partition, in the order that the result has. */
function rowsOf(result: JobResult, part: number, order: CountOptions["order"]): Row[] {
  const { bounds, position } = findPart(part, result, order, order);
  const records = openResultRecords(result.segment, result.values, position);
  const selection = new Selection(records, { top: 0, min: 0, order, ...bounds });
  const rows: Row[] = [];
  while (selection.next() || selection.resting) {
    if (selection.resting) continue;
    const { bytes, keyStart, keyEnd } = records;
    const key = decoder.decode(bytes.slice(keyStart, keyEnd));
    rows.push([key, valueOf(records, result.values)]);
  }
  return rows;
}

function valueOf(
  record: ReturnType<typeof openResultRecords>,
  values: ResultValues | undefined,
): number | bigint {
  return values === undefined ? record.count : record.integer;
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Checks every partition against the whole list, by the definition of a partition. */
function assertDivided(
  result: JobResult,
  borders: readonly string[],
  order: CountOptions["order"],
  what: string,
): void {
  const all = rowsOf(result, 0, order);
  const expected = Array.from(
    { length: borders.length + 1 },
    (_, part) =>
      all.filter(([key]) =>
        borders.filter((border) => compareCodePoints(border, key) <= 0).length === part
      ),
  );
  assertEquals(result.partition, {
    kind: "range",
    borders,
    keys: expected.map(({ length }) => length),
    ...(!result.values && { counted: expected.map(sumOf) }),
  }, what);
  expected.forEach((rows, i) => assertEquals(rowsOf(result, i + 1, order), rows, what));
}

/** Borders among keys and beside them: all in one partition, empty ones, and any between. */
function bordersOf(random: Random, keys: readonly string[]): string[] {
  const some = Array.from(
    { length: random.between(1, 12) },
    () => random.pick(keys) + random.pick(["", "", "x", "é", "\u{1f600}"]),
  );
  const sides = random.pick([[], ["\u0001"], ["\u{10ffff}"], ["\u0001", "\u0002"]]);
  return [...new Set(random.oneIn(4) && sides.length > 0 ? sides : [...some, ...sides])]
    .sort(compareCodePoints);
}

Deno.test("Engine divides counts of words and n-grams at borders", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await Engine.start({ workers: 2, chunkBytes: 60_000 });
  for (const n of [1, 2]) {
    for (const order of ["count", "key"] as const) {
      for (const words of [200, 60_000]) {
        const text = prose(random, words) + " 漢字 straße école \u{1f600}a";
        const counts = countNaive(text, "unicode", { case: "fold", ngram: n });
        const borders = bordersOf(random, [...counts.keys()]);
        const what = `MILLRACE_SEED=${seed} n=${n} ${order} ${words} ${borders}`;
        const options = { n, order, top: 0, partition: "range", borders } as const;
        const result = await engine.submit(text, options).done;
        assertEquals(new Map(rowsOf(result, 0, order)), counts as Map<string, number>, what);
        assertDivided(result, borders, order, what);
      }
    }
  }
});

Deno.test("Engine divides what has spilled, however uneven the borders", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const spillDirectory = await Deno.makeTempDir({ prefix: "millrace-borders-" });
  const small = { memoryBytes: 10 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2, spillDirectory };
  {
    await using engine = await Engine.start({ workers: 2, ...small });
    const text = Array.from({ length: 70_000 }, () => random.below(1e9).toString(36)).join(" ");
    const counts = countNaive(text, "unicode", { case: "fold" });
    for (const borders of [["\u{10ffff}"], ["a", "b", "ba", "k"]]) {
      for (const order of ["count", "key"] as const) {
        const options = { order, top: 0, partition: "range", borders } as const;
        const result = await engine.submit(text, options).done;
        assert(result.spilled!.runs > 0);
        const what = `MILLRACE_SEED=${seed} ${order} ${borders}`;
        assertEquals(result.totals.keys, counts.size, what);
        assertDivided(result, borders, order, what);
        result.segment.close();
      }
    }
  }
  await Deno.remove(spillDirectory, { recursive: true });
});

for (const type of ["i64", "decimal(2)"] as const) {
  Deno.test(`Engine divides the sums of a kernel that emits ${type}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await Engine.start({ workers: 2, chunkBytes: 60_000 });
    const records = Array.from({ length: 20_000 }, (): ValueRecord => [
      random.below(3000).toString(36).padStart(4, "k"),
      BigInt(random.below(1000) - 500),
    ]);
    const terms = { output: "values", op: "sum", value: type, records: "fixed:16" } as const;
    const kernel = await kernelOf(MODULES.passes(), terms);
    for (const order of ["value", "key"] as const) {
      const borders = bordersOf(random, records.map(([key]) => key));
      const given = { charset: "utf-8", bom: "keep", order, partition: "range", borders } as const;
      const result = await run(engine, encodeValues(records), kernel, given);
      const what = `MILLRACE_SEED=${seed} ${order} ${borders}`;
      assertEquals(result.totals.keys, new Set(records.map(([key]) => key)).size, what);
      assertDivided(result, borders, order, what);
    }
  });
}

Deno.test("the parts of two jobs, joined one by one, are those of one job", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await Engine.start({ workers: 2, chunkBytes: 60_000 });
  const texts = [prose(random, 20_000), prose(random, 30_000)];
  const borders = ["b", "f", "m", "mo", "t", "é"];
  const options = { order: "key", top: 0, partition: "range", borders } as const;
  const submit = (text: string) => engine.submit(text, options).done;
  const [one, other, both] = await Promise.all([...texts, texts.join("\n")].map(submit));
  for (let part = 1; part <= borders.length + 1; part++) {
    const joined = new Map<string, number>();
    for (const [key, count] of [...rowsOf(one, part, "key"), ...rowsOf(other, part, "key")]) {
      joined.set(key, (joined.get(key) ?? 0) + Number(count));
    }
    const expected = new Map(rowsOf(both, part, "key") as [string, number][]);
    assertEquals(joined, expected, `MILLRACE_SEED=${seed} part ${part}`);
  }
});

Deno.test("a job with borders that is cancelled after its input does not settle as done", async () => {
  await using engine = await Engine.start({ workers: 2 });
  const text = Array.from({ length: 100_000 }, (_, i) => i.toString(36)).join(" ");
  const job = engine.submit(text, { top: 0, partition: "range", borders: ["a", "m"] });
  const outcome = assertRejects(() => job.done, JobError, "cancelled");
  await job.received;
  job.cancel();
  await outcome;
  assertEquals(job.state, "cancelled");
});

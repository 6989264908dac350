import { assertEquals } from "@std/assert";
import { PARTITION_CAPACITY, WORKER_CAPACITY } from "../../../assembly/layout.ts";
import { planFromDisk, planInMemory, planSpillOf } from "../../../src/engine/job/reduce_plan.ts";
import { TaskKind } from "../../../src/shared/task.ts";

const MB = 1024 * 1024;

Deno.test("planInMemory() gives one task where parts would cost more than they save", () => {
  const rows = [
    { tables: [0, 3], pages: 4000, textBytes: MB, workers: 8 },
    { tables: [0], pages: 4000, textBytes: 900 * MB, workers: 1 },
  ];
  for (const row of rows) {
    const { partitionBits, stages } = planInMemory(row);
    assertEquals(partitionBits, 0);
    assertEquals(stages.map(({ kind, parts }) => [kind, parts]), [[TaskKind.reduceAll, [0]]]);
  }
});

Deno.test("planInMemory() scatters every table, reduces every partition, then finishes", () => {
  const rows: [workers: number, pages: number, bits: number][] = [
    [2, 1, 2],
    [2, 96, 2],
    [2, 97, 3],
    [5, 1, 4],
    [2, 1e6, Math.log2(PARTITION_CAPACITY)],
  ];
  for (const [workers, pages, bits] of rows) {
    const plan = planInMemory({ tables: [1, 4], pages, textBytes: MB + 1, workers });
    assertEquals(plan.partitionBits, bits, `${workers} workers, ${pages} pages`);
    assertEquals(plan.stages.map(({ kind, parts }) => [kind, parts.length]), [
      [TaskKind.partition, 2],
      [TaskKind.reduce, 2 ** bits],
      [TaskKind.finish, 1],
    ]);
    assertEquals(plan.stages[0].parts, [1, 4]);
    assertEquals(plan.stages[1].parts.at(-1), 2 ** bits - 1);
  }
});

Deno.test("planFromDisk() spills what is in memory, merges every partition, then collects", () => {
  assertEquals(planFromDisk([0, 2], 1).map(({ kind, parts }) => [kind, parts]), [
    [TaskKind.spill, [0, 2, WORKER_CAPACITY]],
    [TaskKind.merge, [0, 1]],
    [TaskKind.collect, [0]],
  ]);
  const { kind, parts } = planSpillOf(9);
  assertEquals([kind, parts], [TaskKind.spill, [9]]);
});

import { assertEquals } from "@std/assert";
import {
  type NestedCase,
  type NestedOutcome,
  runNested,
} from "../../../../load/lab/parts/nested_tasks.ts";

const CASES: readonly (NestedCase & { outcome: NestedOutcome })[] = [
  { threads: 2, tasks: 1, lock: "none", outcome: "ended" },
  { threads: 4, tasks: 3, lock: "none", outcome: "ended" },
  { threads: 1, tasks: 1, lock: "none", outcome: "deadlock" },
  { threads: 2, tasks: 2, lock: "none", outcome: "deadlock" },
  { threads: 2, tasks: 1, lock: "held", outcome: "deadlock" },
  { threads: 4, tasks: 1, lock: "held", outcome: "deadlock" },
  { threads: 2, tasks: 1, lock: "yielded", outcome: "ended" },
  { threads: 4, tasks: 3, lock: "yielded", outcome: "ended" },
  { threads: 2, tasks: 2, lock: "yielded", outcome: "deadlock" },
];

for (const { outcome, ...row } of CASES) {
  const { threads, tasks, lock } = row;
  Deno.test(`runNested() sees that ${tasks} of ${threads} threads, lock ${lock}: ${outcome}`, async () => {
    for (let round = 0; round < 5; round++) assertEquals(await runNested(row), outcome);
  });
}

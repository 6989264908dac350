import { assertEquals } from "@std/assert";
import { RunTable, type TaskOwner } from "../../../src/engine/workforce/run_table.ts";

const taskOf = (job: number, epoch: number) => ({
  ...{ kind: 1, part: 0, start: 0, bytes: 0 },
  job,
  epoch,
});

function createRun(index: number, epoch: number): TaskOwner {
  return { record: { index }, epoch, complete() {}, retry: () => true, postpone: () => true };
}

Deno.test("RunTable.of() finds a run by record and epoch, and none for a task that is late", () => {
  const runs = new RunTable();
  const [before, after, other] = [createRun(0, 1), createRun(0, 2), createRun(7, 1)];
  assertEquals(runs.of(taskOf(0, 1)), undefined);
  for (const run of [before, other]) runs.enter(run);
  assertEquals(runs.of(taskOf(0, 1)), before);
  assertEquals(runs.of(taskOf(7, 1)), other);
  assertEquals(runs.of(taskOf(0, 2)), undefined);
  runs.leave(before);
  assertEquals(runs.of(taskOf(0, 1)), undefined);
  runs.enter(after);
  assertEquals([runs.of(taskOf(0, 1)), runs.of(taskOf(0, 2))], [undefined, after]);
  runs.leave(before); // a second time, when the record is another run's
  assertEquals(runs.of(taskOf(0, 2)), after);
});

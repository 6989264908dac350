import { assertEquals, assertThrows } from "@std/assert";
import { type Run, RunningJobs } from "../../../src/engine/workforce/running_jobs.ts";
import { createResult, createTask } from "../../../src/shared/task.ts";

const taskOf = (job: number, epoch: number) => ({ ...createTask(), job, epoch });

function createRun(index: number, epoch: number): Run {
  const yes = () => true;
  const none = () => {};
  const asked = { retry: yes, postpone: yes, interrupted: yes };
  return { block: { index }, epoch, complete: none, putBack: none, ...asked };
}

Deno.test("RunningJobs.of() finds a run by block and epoch, and none for a task that is late", () => {
  const running = new RunningJobs();
  const [before, after, other] = [createRun(0, 1), createRun(0, 2), createRun(7, 1)];
  assertEquals(running.of(taskOf(0, 1)), undefined);
  for (const run of [before, other]) running.enter(run);
  assertEquals(running.of(taskOf(0, 1)), before);
  assertEquals(running.of(taskOf(7, 1)), other);
  assertEquals(running.of(taskOf(0, 2)), undefined);
  running.leave(before);
  assertEquals(running.of(taskOf(0, 1)), undefined);
  running.enter(after);
  assertEquals([running.of(taskOf(0, 1)), running.of(taskOf(0, 2))], [undefined, after]);
  running.leave(before); // a second time, when the block is another run's
  assertEquals(running.of(taskOf(0, 2)), after);
});

Deno.test("RunningJobs.complete() tells the run of a task, then every observer", () => {
  const running = new RunningJobs();
  const told: string[] = [];
  const run = { ...createRun(3, 1), complete: () => void told.push("run") };
  running.enter(run);
  running.observe({ completed: () => told.push("meter") });
  running.observe({ completed: () => told.push("scheduler") });
  running.complete({ ...createResult(), job: 3, epoch: 1 });
  assertEquals(told.splice(0), ["run", "meter", "scheduler"]);
  running.complete({ ...createResult(), job: 3, epoch: 2 }); // of no run: it is back all the same
  assertEquals(told.splice(0), ["meter", "scheduler"]);
  run.complete = () => {
    throw new Error("a fault");
  };
  assertThrows(() => running.complete({ ...createResult(), job: 3, epoch: 1 }), Error, "a fault");
  assertEquals(told, ["meter", "scheduler"]);
});

Deno.test("RunningJobs.retry() and postpone() ask the run of a task, and refuse those of none", () => {
  const running = new RunningJobs();
  running.enter(createRun(0, 1));
  assertEquals([running.retry(taskOf(0, 1)), running.postpone(taskOf(0, 1))], [true, true]);
  assertEquals([running.retry(taskOf(0, 2)), running.postpone(taskOf(0, 2))], [false, false]);
});

Deno.test("RunningJobs.putBack() gives a task back to its run, and tells that it is not out", () => {
  const running = new RunningJobs();
  const told: string[] = [];
  const putBack = (_task: unknown, waitMs: number) => void told.push(`run, ${waitMs} ms`);
  running.enter({ ...createRun(3, 1), putBack });
  running.observe({ completed: () => told.push("scheduler") });
  running.putBack({ ...createResult(), job: 3, epoch: 1 }, 20);
  assertEquals(told, ["run, 20 ms", "scheduler"]);
});

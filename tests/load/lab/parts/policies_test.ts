import { assertEquals } from "@std/assert";
import { POLICIES, type Policy, PolicySwitch } from "../../../../load/lab/parts/policies.ts";
import { createFlow, Scheduler } from "../../../../src/engine/scheduler.ts";
import { createTask, type Task, TaskKind } from "../../../../src/shared/task.ts";

/** In what order an engine's scheduler hands out chunks of a large job and of two small ones. */
function order(): string {
  const pushed: string[] = [];
  const sink = { push: ({ part }: Task) => pushed.push("aaabc"[part]) > 0 };
  const scheduler = new Scheduler(sink, 1);
  const task = (part: number) => ({ ...createTask(), kind: TaskKind.map, part });
  const [large, other, small] = [createFlow(), createFlow(), createFlow()];
  scheduler.submit(large, task(0), 1000); // goes at once
  scheduler.submit(large, task(1), 1000);
  scheduler.submit(large, task(2), 1000);
  scheduler.submit(other, task(3), 900);
  scheduler.submit(small, task(4), 10);
  for (let i = 0; i < 4; i++) scheduler.completed({ kind: TaskKind.map });
  return pushed.join("");
}

const switchOf = new PolicySwitch();

Deno.test("PolicySwitch hands chunks out in the order of each policy, and the engine's afterwards", async () => {
  const expected: Record<Policy, string> = {
    "FIFO of jobs": "acbaa", // within a job, and among those that run, it is the engine's
    "FIFO of chunks": "aaabc",
    "round robin": "aabca",
    "fair queueing": "acbaa",
  };
  for (const policy of POLICIES) {
    assertEquals(
      await switchOf.under(policy, () => Promise.resolve(order())),
      expected[policy],
      policy,
    );
  }
  assertEquals(order(), expected["fair queueing"]);
});

Deno.test("PolicySwitch lets jobs wait for large ones before them under FIFO of jobs alone", async () => {
  for (const policy of POLICIES) {
    const said: string[] = [];
    await switchOf.under(policy, async () => {
      const gate = Promise.withResolvers<void>();
      const first = switchOf.runLarge(async () => {
        await gate.promise;
        said.push("first");
      });
      const second = switchOf.runLarge(() => Promise.resolve(said.push("second")));
      const small = switchOf.turn().then(() => said.push("small"));
      await new Promise((resolve) => setTimeout(resolve, 0));
      gate.resolve();
      await Promise.all([first, second, small]);
    });
    const inLine = policy === "FIFO of jobs";
    assertEquals(
      said,
      inLine ? ["first", "second", "small"] : ["second", "small", "first"],
      policy,
    );
  }
});

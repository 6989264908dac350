import { assertEquals, assertRejects } from "@std/assert";
import { coalesce } from "../../src/async/coalesce.ts";

Deno.test("coalesce() gives all who ask during a run one run that begins after it", async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const run = coalesce(() => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    return gate.promise;
  });
  const ended: string[] = [];
  const first = run().then(() => ended.push("first"));
  const others = [run(), run(), run()].map((each) => each.then(() => ended.push("other")));
  assertEquals(gates.length, 1);
  gates[0].resolve();
  await first;
  while (gates.length < 2) await Promise.resolve();
  assertEquals(ended, ["first"]);
  gates[1].resolve();
  await Promise.all(others);
  assertEquals([gates.length, ended.length], [2, 4]);
});

Deno.test("coalesce() tells those of a failed run, and no others", async () => {
  let runs = 0;
  const run = coalesce(() => ++runs === 1 ? Promise.reject(new Error("full")) : Promise.resolve());
  const [first, second] = [run(), run()];
  await assertRejects(() => first, Error, "full");
  await second;
  assertEquals(runs, 2);
});

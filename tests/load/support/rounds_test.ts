import { assertEquals } from "@std/assert";
import { takeRounds } from "../../../load/support/rounds.ts";

Deno.test("takeRounds() lets contestants take turns, and leaves warm-ups out", async () => {
  const order: string[] = [];
  const run = (name: string) => () => Promise.resolve(order.push(name));
  const found = await takeRounds({ a: run("a"), b: run("b") }, 2, 1);
  assertEquals(order, ["a", "b", "a", "b", "a", "b"]);
  assertEquals([...found], [["a", [3, 5]], ["b", [4, 6]]]);
});

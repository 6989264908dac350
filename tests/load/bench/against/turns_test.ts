import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Turns } from "../../../../load/bench/against/turns.ts";
import type { Side, Sides } from "../../../../load/support/benchmark.ts";
import type { Figure } from "../../../../load/support/report.ts";

const SIDES: Sides = [
  { name: "old", root: new URL("file:///old/") },
  { name: "new", root: new URL("file:///new/") },
];

function figure(name: string, value: number): Figure {
  return { name, unit: "MB/s", value, better: "higher" };
}

function create(rounds: number, signal = new AbortController().signal) {
  const lines: string[] = [];
  return { turns: new Turns(SIDES, rounds, (line) => lines.push(line), signal), lines };
}

Deno.test("Turns measures A B A B, and leaves the warm-up out", async () => {
  const { turns, lines } = create(7);
  const order: string[] = [];
  await turns.take(({ name }: Side) => {
    order.push(name);
    const isWarmUp = order.length <= 2;
    return Promise.resolve([figure("rate", isWarmUp ? 1e9 : name === "old" ? 100 : 120)]);
  });
  assertEquals(order, new Array(8).fill(["old", "new"]).flat());
  assertEquals(lines.length, 16);
  assertEquals(lines[2], "round 1 of 7: A, old");
  const [{ a, b, ratio, verdict }] = turns.compare();
  assertEquals({ a, b, ratio, verdict }, { a: 100, b: 120, ratio: 1.2, verdict: "faster" });
});

Deno.test("Turns names the figures that one side alone has", async () => {
  const { turns } = create(1);
  await turns.take(({ name }) => Promise.resolve([figure("rate", 1), figure(`${name} only`, 1)]));
  assertEquals(turns.compare().map(({ name }) => name), ["rate"]);
  assertEquals(turns.unmatched(), ["old only (old)", "new only (new)"]);
});

Deno.test("Turns compares nothing where no figure is common", async () => {
  const { turns } = create(1);
  await turns.take(({ name }) => Promise.resolve([figure(name, 1)]));
  assertThrows(() => turns.compare(), Error, "no common figure");
});

Deno.test("Turns ends before the next turn when it is told to stop", async () => {
  const stop = new AbortController();
  const { turns } = create(7, stop.signal);
  let measured = 0;
  const take = turns.take(() => {
    if (++measured === 3) stop.abort(new Error("Interrupted"));
    return Promise.resolve([figure("rate", 1)]);
  });
  await assertRejects(() => take, Error, "Interrupted");
  assertEquals(measured, 3);
});

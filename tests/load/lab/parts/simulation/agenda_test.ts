import { assert, assertEquals, assertThrows } from "@std/assert";
import { Agenda, SerialServer } from "../../../../../load/lab/parts/simulation/agenda.ts";
import { Dice } from "../../../../../load/lab/parts/simulation/dice.ts";
import { Heap } from "../../../../../load/lab/parts/simulation/heap.ts";
import { Random } from "../../../../support/random.ts";

Deno.test("Heap gives the least item first, and equal ones in the order in which they came", () => {
  const random = new Random(1);
  const heap = new Heap<{ rank: number; order: number }>(({ rank }) => rank);
  const items = Array.from({ length: 1000 }, (_, order) => ({ rank: random.below(50), order }));
  items.forEach((item) => heap.push(item));
  assertEquals(heap.size, 1000);
  const sorted = items.toSorted((a, b) => a.rank - b.rank || a.order - b.order);
  assertEquals(items.map(() => heap.take()), sorted);
  assertEquals(heap.take(), undefined);
});

Deno.test("Agenda has events happen in the order of their times, also of those planned by others", () => {
  const agenda = new Agenda();
  const seen: string[] = [];
  const note = (name: string) => () => seen.push(`${name} ${agenda.now}`);
  agenda.after(2, note("c"));
  agenda.after(1, () => {
    note("a")();
    agenda.after(0.5, note("b"));
    agenda.after(1, note("d"));
  });
  agenda.run();
  assertEquals(seen, ["a 1", "b 1.5", "c 2", "d 2"]);
  assertThrows(() => agenda.after(-1, () => {}), RangeError);
  assertThrows(() => agenda.after(NaN, () => {}), RangeError);
});

Deno.test("SerialServer makes who arrives at random wait as long as queueing theory says", () => {
  for (const load of [0.3, 0.7]) {
    const agenda = new Agenda();
    const server = new SerialServer(agenda);
    const dice = new Dice(load * 10);
    const times: number[] = [];
    const arrive = (left: number) => {
      const arrived = agenda.now;
      server.serve(dice.exponential(1), () => times.push(agenda.now - arrived));
      if (left > 0) agenda.after(dice.exponential(1 / load), () => arrive(left - 1));
    };
    arrive(200_000);
    agenda.run();
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const expected = 1 / (1 - load); // M/M/1, service of 1 s on average
    assert(Math.abs(mean / expected - 1) < 0.04, `${mean} s at ${load}, not ${expected}`);
    assert(Math.abs(server.busySeconds / agenda.now / load - 1) < 0.02);
  }
});

import { assertEquals } from "@std/assert";
import { JobEvents } from "../../../src/http/events/job_events.ts";
import { readEvents } from "../../support/http/events.ts";

const COUNTS = [{ key: "b", count: 2.5 }, { key: "a", count: -1 }];

Deno.test("JobEvents calls the largest what they are: counts, or values", async () => {
  const events = new JobEvents();
  const told = [events.top(COUNTS), events.top(COUNTS, { values: { op: "sum", type: "f64" } })];
  const [counts, values] = await Array.fromAsync(readEvents(new Response(new Blob(told))));
  assertEquals([counts.id, values.id], ["1", "2"]);
  assertEquals(counts.data, { approximate: true, counts: COUNTS });
  assertEquals(values.data.counts, [{ key: "b", value: 2.5 }, { key: "a", value: -1 }]);
});

Deno.test("JobEvents shows what comes first of what is told of numbers, and parts of keys", async () => {
  const events = new JobEvents();
  const counts = [{ key: "b\x01\x02\x02", count: 2.5 }];
  const told = [
    events.top(counts, { values: { op: "stats", aggs: ["avg"] }, keyParts: 2 }),
    events.top(counts, { values: { op: "stats", aggs: ["max", "avg"] }, keyParts: 2 }),
  ];
  const [one, several] = await Array.fromAsync(readEvents(new Response(new Blob(told))));
  assertEquals(one.data.counts, [{ key: ["b", "\x01"], value: 2.5 }]);
  assertEquals(several.data.counts, [{ key: ["b", "\x01"], max: 2.5 }]);
});

import { assertEquals } from "@std/assert";
import { WORKER_CAPACITY } from "../../assembly/layout.ts";
import { PlaceHeader } from "../../src/shared/place_header.ts";
import { ResultRing } from "../../src/shared/result_ring.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

Deno.test("PlaceHeader tells the host what a worker notes, and the worker that it was given up", () => {
  const { words } = SharedHeap.create(8 * 1024 * 1024);
  const place = WORKER_CAPACITY - 1;
  const [host, worker] = [new PlaceHeader(words, place), new PlaceHeader(words, place)];
  worker.noteBegin();
  assertEquals([host.report().busy, worker.isRetired], [true, false]);
  worker.noteEnd(3);
  worker.noteStale();
  worker.noteSleep();
  worker.noteSleep();
  const report = { busy: false, tasks: 1, misses: 3, stale: 1, sleeps: 2, rings: 1 };
  assertEquals(host.report(), report);
  host.retire();
  worker.noteBegin();
  assertEquals([host.report().busy, worker.isRetired], [true, true]);
  host.clear();
  assertEquals([host.report(), worker.isRetired], [report, false]);
});

Deno.test("PlaceHeader leaves the ring of its place and the headers of others alone", () => {
  const { words } = SharedHeap.create(8 * 1024 * 1024);
  const rings = [0, 1].map((place) => ResultRing.of(words, place));
  for (const ring of rings) {
    ring.initialize();
    ring.publish(7);
  }
  const header = new PlaceHeader(words, 0);
  header.noteBegin();
  header.noteEnd(1);
  header.retire();
  const tickets: number[] = [];
  for (const ring of rings) ring.drain((ticket) => tickets.push(ticket));
  assertEquals(tickets, [7, 7]);
  const untouched = { busy: false, tasks: 0, misses: 0, stale: 0, sleeps: 0, rings: 0 };
  assertEquals(new PlaceHeader(words, 1).report(), untouched);
});

import { assertEquals } from "@std/assert";
import { RING_OFFSET } from "../../assembly/layout.ts";
import { createResult, type Result, ResultRing } from "../../src/queue/result_queue.ts";

const BASE = 1024;

function result(part: number): Result {
  return {
    kind: part % 6,
    job: part % 256,
    epoch: ~part,
    part,
    status: part % 5,
    bytes: 0xffff0000 + part,
    tokens: part * 3,
    replaced: part & 1,
    offset: part * 5,
    edges: 0xf0000000 + part,
    edgesBytes: part,
    micros: part * 7,
  };
}

for (const firstTicket of [0, 0x7ffffffe, -2]) {
  Deno.test(`ResultRing delivers every result once and in order from ticket ${firstTicket}`, () => {
    const words = new Int32Array(new SharedArrayBuffer(BASE + RING_OFFSET + 4 * 64));
    const ring = new ResultRing(words, BASE, 4);
    ring.initialize(firstTicket);
    const seen: Result[] = [];
    let published = 0;
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 1 + round % 4; i++) ring.publish(result(published++));
      ring.drain(createResult(), (each) => seen.push({ ...each }));
    }
    assertEquals(seen, Array.from({ length: published }, (_, part) => result(part)));
  });
}

Deno.test("ResultRing.drain() reads results that are published while it consumes", () => {
  const words = new Int32Array(new SharedArrayBuffer(BASE + RING_OFFSET + 4 * 64));
  const ring = new ResultRing(words, BASE, 4);
  ring.initialize();
  ring.publish(result(0));
  const parts: number[] = [];
  ring.drain(createResult(), ({ part }) => {
    parts.push(part);
    if (part < 9) ring.publish(result(part + 1));
  });
  assertEquals(parts, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

import { assertEquals } from "@std/assert";
import { RING_OFFSET } from "../../assembly/layout.ts";
import { ResultRing } from "../../src/shared/result_ring.ts";

const BASE = 1024;

function createRing(first = 0): ResultRing {
  const words = new Int32Array(new SharedArrayBuffer(BASE + RING_OFFSET + 4 * 64));
  const ring = new ResultRing(words, BASE, 4);
  ring.initialize(first);
  return ring;
}

for (const first of [0, 0x7ffffffe, -2]) {
  Deno.test(`ResultRing delivers every ticket once and in order from position ${first}`, () => {
    const ring = createRing(first);
    const seen: number[] = [];
    let published = 0;
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 1 + round % 4; i++) ring.publish(~published++);
      ring.drain((ticket) => seen.push(~ticket));
    }
    assertEquals(seen, Array.from({ length: published }, (_, ticket) => ticket));
  });
}

Deno.test("ResultRing.drain() reads tickets that are published while it consumes", () => {
  const ring = createRing();
  ring.publish(0);
  const tickets: number[] = [];
  ring.drain((ticket) => {
    tickets.push(ticket);
    if (ticket < 9) ring.publish(ticket + 1);
  });
  assertEquals(tickets, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

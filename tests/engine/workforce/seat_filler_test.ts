import { assertEquals } from "@std/assert";
import { Breaker } from "../../../src/engine/workforce/breaker.ts";
import { NO_FAULTS } from "../../../src/engine/workforce/fault_counts.ts";
import { SeatFiller } from "../../../src/engine/workforce/seat_filler.ts";
import { START_MS } from "../../../src/engine/workforce/watchdog.ts";
import type { WorkerPool } from "../../../src/engine/workforce/worker_pool.ts";
import { TestClock } from "../../support/faults/test_clock.ts";

/** A pool of two seats, of which seat n has place n, and a filler that notes what it tells. */
function createFiller(maxFaults: number) {
  const seats = [true, true];
  const pool = {
    size: 2,
    get seated() {
      return seats.filter(Boolean).length;
    },
    isEmpty: (seat: number) => !seats[seat],
    isUsed: (place: number) => seats[place],
    placeOf: (seat: number) => seats[seat] ? seat : -1,
    spawn: (seat: number) => seats[seat] = true,
  };
  const clock = new TestClock();
  const told: string[] = [];
  const faults = { ...NO_FAULTS };
  const breaker = new Breaker(maxFaults, 10_000);
  const filler = new SeatFiller(pool as unknown as WorkerPool, breaker, faults, clock, {
    onUnavailable: (nobody) => void told.push(nobody ? "nobody counts" : "unavailable"),
    onNotReady: (place) => void told.push(`${place} is not ready`),
  });
  const lose = (seat: number) => {
    seats[seat] = false;
    filler.refill(seat);
  };
  return { seats, clock, told, faults, breaker, filler, lose };
}

Deno.test("SeatFiller fills a seat at once the first time, and later and later in a row", () => {
  const { seats, clock, faults, told, lose } = createFiller(10);
  lose(0);
  assertEquals([seats[0], faults.replaced], [true, 1]);
  for (const delayMs of [100, 200, 400]) {
    lose(0);
    clock.advance(delayMs - 1);
    assertEquals(seats[0], false, `filled before ${delayMs} ms`);
    clock.advance(1);
    assertEquals(seats[0], true, `empty after ${delayMs} ms`);
  }
  assertEquals(told, []);
});

Deno.test("SeatFiller fills a seat soon, however many threads were lost before the window", () => {
  const { seats, clock, lose } = createFiller(5);
  for (let lost = 0; lost < 20; lost++) {
    lose(0);
    clock.advance(100); // the window holds two losses at most
    assertEquals(seats[0], true, `empty after loss ${lost}`);
    clock.advance(8900);
  }
});

Deno.test("SeatFiller tries one thread when the breaker is open, and fills all seats if it is healthy", () => {
  const { seats, clock, breaker, told, filler, lose } = createFiller(2);
  lose(0);
  lose(0);
  lose(1);
  assertEquals([told, breaker.state], [["unavailable", "nobody counts"], "open"]);
  clock.advance(200);
  assertEquals([seats, breaker.state], [[true, false], "probing"]);
  filler.noteReady(0);
  clock.advance(1000);
  assertEquals([seats, breaker.state], [[true, true], "closed"]);
});

Deno.test("SeatFiller tells of a tried thread that does not begin, and of none once it is closed", () => {
  const { clock, told, filler, lose, seats } = createFiller(1);
  lose(0);
  told.length = 0;
  clock.advance(100);
  clock.advance(START_MS);
  assertEquals(told, ["0 is not ready"]);
  lose(0);
  filler.close();
  told.length = 0;
  clock.advance(60_000);
  assertEquals([seats[0], told], [false, []]);
});

Deno.test("Breaker tells when jobs are not taken any more, and when they are again", () => {
  const breaker = new Breaker(2, 1000);
  const states: string[] = [];
  breaker.onTurn = () => void states.push(breaker.state);
  breaker.fault(0);
  assertEquals(states, []);
  breaker.fault(1);
  breaker.probe();
  breaker.fault(2);
  breaker.probe();
  breaker.close();
  assertEquals(states, ["open", "closed"]);
});

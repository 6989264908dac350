import { assertEquals } from "@std/assert";
import { HeldFlows } from "../../src/engine/held_flows.ts";
import { createFlow, type Flow } from "../../src/engine/scheduler.ts";
import { TestClock } from "../support/faults/test_clock.ts";

/** Flows that are held while others are served every 5 ms, until `others.come` is false. */
function createHeld() {
  const clock = new TestClock();
  const others = { come: true };
  const resumed: [flow: number, ms: number][] = [];
  const paused: number[] = [];
  const flows = [0, 1, 2].map(() => createFlow());
  const scheduler = {
    out: 0,
    pushed: 0,
    pause: (flow: Flow) => void paused.push(flows.indexOf(flow)),
    resume: (flow: Flow) => void resumed.push([flows.indexOf(flow), ms]),
  };
  const held = new HeldFlows(scheduler, clock);
  let ms = 0;
  const pass = (passing: number) => {
    for (const end = ms + passing; ms < end;) {
      ms += 5;
      if (others.come) scheduler.pushed++;
      clock.advance(5);
    }
  };
  return { held, flows, others, paused, resumed, pass, scheduler };
}

Deno.test("HeldFlows holds jobs one after the other, each for as long as is due", () => {
  const { held, flows, paused, resumed, pass } = createHeld();
  held.hold(flows[0], 1000);
  held.hold(flows[1], 500);
  pass(2000);
  assertEquals([paused, resumed], [[0, 1], [[0, 1000], [1, 1500]]]);
  held.hold(flows[2], 100);
  pass(200);
  assertEquals(resumed.slice(2), [[2, 2100]]);
});

Deno.test("HeldFlows lets a job go when nobody else has had work for a while", () => {
  const { held, flows, others, resumed, pass, scheduler } = createHeld();
  for (const flow of flows) held.hold(flow, 1e6);
  pass(1000);
  others.come = false;
  scheduler.out = 1; // what came last takes long
  pass(500);
  assertEquals(resumed, []);
  scheduler.out = 0;
  pass(100);
  assertEquals(resumed[0][0], 0);
  scheduler.out = 1; // the job that was let go
  const { length } = resumed;
  pass(1000);
  assertEquals(resumed.length, length);
});

Deno.test("HeldFlows.release() lets a job go whose run has ended, and begins with the next", () => {
  const { held, flows, resumed, pass } = createHeld();
  held.hold(flows[0], 1000);
  held.hold(flows[1], 1000);
  pass(500);
  held.release(flows[0]);
  held.release(flows[0]);
  held.release(flows[2]);
  pass(990);
  assertEquals(resumed, [[0, 500]]);
  pass(10);
  assertEquals(resumed, [[0, 500], [1, 1500]]);
});

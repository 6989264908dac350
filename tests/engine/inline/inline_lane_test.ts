import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCountOptions } from "../../../src/contract/options.ts";
import { settleOptions } from "../../../src/contract/settle_options.ts";
import { INLINE_PAGES, InlineCounter } from "../../../src/engine/inline/inline_counter.ts";
import { InlineLane } from "../../../src/engine/inline/inline_lane.ts";
import { NO_FILTERS } from "../../../src/engine/no_filters.ts";
import { compileKernel, readKernel } from "../../../src/kernels/registry.ts";
import { CLEAN_FAULT } from "../../../src/shared/task_status.ts";
import { FAULT_STEPS } from "../../support/faults/faults.ts";
import { trap } from "../../support/faults/trap.ts";

const module = await compileKernel(readKernel("words_faults"), INLINE_PAGES);
const options = settleOptions(createCountOptions({}), false);
const text = new TextEncoder().encode("to be or not to be");

/** A lane whose counters trap at a step, once. */
function trappingLane(step: string) {
  const seen = { counters: 0, traps: 0 };
  const fault = (at: number) => {
    if (FAULT_STEPS[at] !== step || seen.traps > 0) return;
    seen.traps++;
    trap();
  };
  const lane = new InlineLane(true, () => {
    seen.counters++;
    return new InlineCounter(module, undefined, { fault });
  });
  return { lane, seen };
}

Deno.test("InlineLane hands a text on at which the kernel traps, and counts the next one anew", () => {
  for (const step of ["dirty", "partition", "reduce", "finish"]) {
    const { lane, seen } = trappingLane(step);
    assertEquals(lane.count(text, options, NO_FILTERS), CLEAN_FAULT, step);
    assertEquals([seen, lane.jobs], [{ counters: 1, traps: 1 }, 0], step);
    const segment = lane.count(text, options, NO_FILTERS);
    if (typeof segment === "number") throw new Error(`${step}: status ${segment}`);
    const rows = segment.toArray().map(({ key, count }) => `${key} ${count}`);
    assertEquals(rows, ["be 2", "to 2", "not 1", "or 1"], step);
    assertEquals([seen, lane.jobs], [{ counters: 2, traps: 1 }, 1], step);
  }
});

Deno.test("InlineLane takes nothing more once there was no memory for its counter", () => {
  let asked = 0;
  const lane = new InlineLane(true, () => {
    asked++;
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  });
  assert(lane.takes(text.length));
  assertEquals(lane.count(text, options, NO_FILTERS), CLEAN_FAULT);
  assertEquals([lane.takes(text.length), asked, lane.jobs], [false, 1, 0]);
});

Deno.test("InlineLane hides no error that is neither a trap nor a lack of memory", () => {
  const lane = new InlineLane(true, () => {
    throw new TypeError("another ABI");
  });
  assertThrows(() => lane.count(text, options, NO_FILTERS), TypeError, "another ABI");
});

Deno.test("InlineLane.takes() takes texts for as long as it is told between two turns", () => {
  const create = () => new InlineCounter(module, undefined, { fault() {} });
  const endless = new InlineLane(true, create, Infinity);
  const brief = new InlineLane(true, create, 1e-9);
  for (const lane of [endless, brief]) lane.count(text, options, NO_FILTERS);
  assertEquals([endless, brief].map((lane) => lane.takes(text.length)), [true, false]);
});

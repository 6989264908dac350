import { assertEquals } from "@std/assert";
import { findStragglers, type SplitPace } from "../../src/cluster/stragglers.ts";

const MIB = 1024 * 1024;

/** Seven splits that took a second for each MiB, and one that runs. */
function nearEnd(last: Partial<SplitPace> = {}): SplitPace[] {
  const done = { bytes: 2 * MIB, tookMs: 2000, isDone: true, isTwice: false };
  const running = { bytes: 2 * MIB, begunAt: 10_000, isDone: false, isTwice: false };
  return [...Array.from({ length: 7 }, () => done), { ...running, ...last }];
}

Deno.test("findStragglers() finds what takes twice as long as its fellows, by bytes", () => {
  assertEquals(findStragglers(nearEnd(), 14_000, 1), []);
  assertEquals(findStragglers(nearEnd(), 14_001, 1), [7]);
  assertEquals(findStragglers(nearEnd({ bytes: 8 * MIB }), 26_000, 1), []);
  assertEquals(findStragglers(nearEnd({ bytes: 8 * MIB }), 26_001, 1), [7]);
});

Deno.test("findStragglers() leaves alone what waits, what was begun twice, and what takes no time", () => {
  assertEquals(findStragglers(nearEnd({ begunAt: undefined }), 99_000, 1), []);
  assertEquals(findStragglers(nearEnd({ isTwice: true }), 99_000, 1), []);
  const quick = nearEnd().map((split) => ({ ...split, tookMs: split.tookMs && 1 }));
  assertEquals(findStragglers(quick, 11_000, 1), []);
});

Deno.test("findStragglers() finds none before nearly all are done", () => {
  const splits = nearEnd();
  const running = splits[7];
  assertEquals(findStragglers([...splits.slice(0, 6), running, running], 99_000, 2), [6, 7]);
  assertEquals(findStragglers([...splits.slice(0, 5), running, running, running], 99_000, 2), []);
  assertEquals(findStragglers([running], 99_000, 1), []); // it has no fellows
  assertEquals(findStragglers([splits[0], running], 99_000, 1), [1]);
});

Deno.test("findStragglers() finds no more than there are idle nodes, the oldest first", () => {
  const splits = nearEnd();
  const [done, running] = [splits[0], splits[7]];
  const two = [...Array.from({ length: 6 }, () => done), running, { ...running, begunAt: 1 }];
  assertEquals(findStragglers(two, 99_000, 0), []);
  assertEquals(findStragglers(two, 99_000, 1), [7]);
  assertEquals(findStragglers(two, 99_000, 5), [7, 6]);
});

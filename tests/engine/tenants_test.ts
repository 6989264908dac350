import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { NOBODY_BESIDE } from "../../src/engine/lanes_beside.ts";
import { Tenants } from "../../src/engine/tenants.ts";
import { JobError } from "../../src/contract/problems.ts";

/** An engine whose threads alone count for tenants. */
const ALONE = { charge() {}, beside: NOBODY_BESIDE };

Deno.test("Tenants.join() bounds the jobs of each tenant alone", () => {
  const tenants = new Tenants({
    maxJobs: 2,
    weight: 4,
    terms: () => undefined,
    now: () => 0,
    ...ALONE,
  });
  const flow = tenants.join("a");
  assertEquals([flow.weight, tenants.join("a") === flow], [4, true]);
  const error = assertThrows(() => tenants.join("a"), JobError);
  assertEquals([error.code, error.details.limit], ["too_many_jobs", 2]);
  assertNotStrictEquals(tenants.join("b"), flow);
  tenants.leave("a");
  assertStrictEquals(tenants.join("a"), flow);
});

Deno.test("Tenants remembers who was served until virtual time has passed, and no longer", () => {
  let now = 0;
  const tenants = new Tenants({
    maxJobs: 1,
    weight: 1,
    terms: () => undefined,
    now: () => now,
    ...ALONE,
  });
  const greedy = tenants.join("greedy");
  greedy.finishTag = 1000;
  tenants.leave("greedy");
  for (let i = 0; i < 1000; i++) {
    tenants.join(`visitor ${i}`);
    tenants.leave(`visitor ${i}`);
  }
  assert(tenants.size < 200, `${tenants.size} tenants are remembered`);
  assertStrictEquals(tenants.join("greedy"), greedy);
  tenants.leave("greedy");
  now = 1000;
  for (let i = 0; i < 1000; i++) {
    tenants.join(`visitor ${i}`);
    tenants.leave(`visitor ${i}`);
  }
  assertNotStrictEquals(tenants.join("greedy"), greedy);
});

Deno.test("Tenants gives a tenant what its terms say, a new share once its jobs have ended", () => {
  let weight = 3;
  const terms = (name: string) => name === "a" ? { weight, maxJobs: 2 } : undefined;
  const tenants = new Tenants({ maxJobs: 1, weight: 4, terms, now: () => 0, ...ALONE });
  const flow = tenants.join("a");
  flow.finishTag = 500;
  weight = 5;
  assertEquals([flow.weight, tenants.join("a") === flow], [12, true]);
  assertThrows(() => tenants.join("a"), JobError);
  tenants.leave("a");
  tenants.leave("a");
  const next = tenants.join("a");
  assertEquals([next.weight, next.finishTag], [20, 500]);
  assertEquals(tenants.join("b").weight, 4);
  assertThrows(() => tenants.join("b"), JobError);
});

Deno.test("Tenants charges each tenant once for what was counted beside the engine", () => {
  const owed: [string, number][] = [["known", 10], ["new", 7]];
  const told: [string, number][] = [];
  const charged: [number, number][] = [];
  const tenants = new Tenants({
    maxJobs: 2,
    weight: 4,
    terms: (name) => name === "new" ? { weight: 2 } : undefined,
    now: () => 0,
    charge: ({ weight }, bytes) => void charged.push([weight, bytes]),
    beside: {
      ...NOBODY_BESIDE,
      takeCharges: () => owed.splice(0),
      tellJobs: (...jobs) => void told.push(jobs),
    },
  });
  tenants.join("known"); // what was counted before comes first
  tenants.settleCharges();
  assertEquals(charged, [[4, 10], [8, 7]]);
  tenants.leave("known");
  assertEquals(told, [["known", 1], ["known", 0]]);
  assertEquals(tenants.size, 2);
});

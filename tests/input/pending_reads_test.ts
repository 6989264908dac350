import { assert, assertEquals } from "@std/assert";
import { type PendingRead, PendingReads } from "../../src/input/pending_reads.ts";

interface TestRead extends PendingRead {
  /** When it was given up; resolves then. */
  readonly expired: Promise<number>;
}

function createRead(timeoutMs: number): TestRead {
  const { promise: expired, resolve } = Promise.withResolvers<number>();
  const deadline = performance.now() + timeoutMs;
  return { deadline, index: -1, expired, expire: () => resolve(performance.now()) };
}

Deno.test("PendingReads gives up each read once its time is over, whatever the order", async () => {
  const reads = new PendingReads();
  const times = [80, 20, 200, 20, 50];
  const all = times.map(createRead);
  all.forEach((read, i) => reads.add(read, times[i]));
  for (const read of all) assert(await read.expired >= read.deadline);
});

Deno.test("PendingReads leaves reads alone that are over, and watches those that take their place", async () => {
  const reads = new PendingReads();
  const over: TestRead[] = [];
  const late: TestRead[] = [];
  for (let i = 0; i < 100; i++) {
    const read = createRead(30);
    reads.add(read, 30);
    (i % 3 === 0 ? late : over).push(read);
  }
  for (const read of over) {
    read.expire = () => {
      throw new Error("this read was over");
    };
    reads.delete(read);
  }
  const times = await Promise.all(late.map(({ expired }) => expired));
  assertEquals(times.length, 34);
});

Deno.test("PendingReads watches anew after a time without reads", async () => {
  const reads = new PendingReads();
  for (let round = 0; round < 3; round++) {
    const read = createRead(10);
    reads.add(read, 10);
    const late = await read.expired - read.deadline;
    assert(late >= 0, `given up ${-late} ms early, in round ${round}`);
  }
});

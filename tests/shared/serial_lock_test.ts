import { assertEquals } from "@std/assert";
import { SerialLock } from "../../src/shared/serial_lock.ts";
import { recordWaits } from "../support/atomics.ts";
import { soon } from "../support/waits.ts";
import type { SerialLockStart } from "./serial_lock_worker.ts";
import { runThread } from "../support/threads.ts";

const FOREVER_MS = 1e9;
const always = () => true;
const never = () => false;

function createLock() {
  const memory = SerialLock.createMemory();
  return { lock: new SerialLock(memory), words: new Int32Array(memory) };
}

Deno.test("SerialLock has one owner, and no other lets go of it", () => {
  const { lock } = createLock();
  assertEquals(lock.owner, -1);
  assertEquals(lock.acquire(0, FOREVER_MS, always), true);
  lock.release(1);
  assertEquals([lock.owner, lock.acquire(1, FOREVER_MS, never)], [0, false]);
  lock.release(0);
  assertEquals([lock.owner, lock.acquire(63, FOREVER_MS, never)], [-1, true]);
  lock.release(0); // it was given up, and comes back
  assertEquals(lock.owner, 63);
  lock.abandon(63);
  assertEquals(lock.owner, -1);
});

Deno.test("SerialLock.acquire() asks again after each slice whether it waits on", () => {
  const { lock } = createLock();
  lock.acquire(0, FOREVER_MS, always);
  let looks = 0;
  const waits = recordWaits(() => lock.acquire(1, 1, () => ++looks < 4));
  assertEquals([looks, waits, lock.owner], [4, Array(3).fill("timed-out"), 0]);
});

Deno.test("SerialLock.release() wakes one thread that waits, and abandon() all", async () => {
  const { lock, words } = createLock();
  for (const [end, woken] of [["release", 1], ["abandon", 2]] as const) {
    lock.acquire(0, FOREVER_MS, always);
    lock.acquire(1, 1, turns(2)); // says that it waits
    const sleepers = [1, 2].map(() => Atomics.waitAsync(words, 0, words[0], 20_000));
    let seen = 0;
    for (const { value } of sleepers) Promise.resolve(value).then(() => seen++);
    lock[end](0);
    const alive = setInterval(() => {}, 1000); // a pending waitAsync alone is not
    await soon(Promise.race(sleepers.map(({ value }) => value)));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(seen >= woken, true, end);
    Atomics.notify(words, 0);
    await soon(Promise.all(sleepers.map(({ value }) => value)));
    clearInterval(alive);
  }
});

function turns(most: number): () => boolean {
  let looks = 0;
  return () => ++looks < most;
}

const THREADS = 4;
const ROUNDS = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 10);

Deno.test("SerialLock keeps what is not atomic whole across threads", async () => {
  const memory = SerialLock.createMemory();
  const sums = new SharedArrayBuffer(4);
  const runs = Array.from({ length: THREADS }, (_, place) => {
    const start: SerialLockStart = { memory, sums, place, rounds: ROUNDS };
    return runWorker(start);
  });
  await soon(Promise.all(runs));
  assertEquals([new Int32Array(sums)[0], new SerialLock(memory).owner], [THREADS * ROUNDS, -1]);
});

function runWorker(start: SerialLockStart): Promise<unknown> {
  return runThread(new URL("./serial_lock_worker.ts", import.meta.url), start);
}

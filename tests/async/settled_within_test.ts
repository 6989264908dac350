import { assertEquals } from "@std/assert";
import { settledWithin } from "../../src/async/settled_within.ts";
import { LONGEST_TIMER_MS } from "../../src/async/timers.ts";
import { soon } from "../support/waits.ts";

const never = new Promise<void>(() => {});

Deno.test("settledWithin() says whether one of the promises has settled in time", async () => {
  const failed = Promise.reject(new Error("x"));
  assertEquals(await settledWithin([never, Promise.resolve()], {}), true);
  assertEquals(await settledWithin([never, failed], { timeoutMs: 60_000 }), true);
  assertEquals(await settledWithin([never], { timeoutMs: 1 }), false);
  assertEquals(await settledWithin([Promise.resolve()], { timeoutMs: Infinity }), true);
  assertEquals(await settledWithin([failed], { timeoutMs: LONGEST_TIMER_MS + 1 }), true);
});

Deno.test("settledWithin() throws the reason of its signal, and leaves no listener", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  }) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  }) as typeof remove;
  await settledWithin([Promise.resolve()], { signal });
  await settledWithin([never], { signal, timeoutMs: 1 });
  assertEquals(listeners, 0);
  const waits = settledWithin([never], { signal, timeoutMs: 60_000 });
  controller.abort("enough");
  assertEquals(await soon(waits.catch((reason) => reason)), "enough");
  assertEquals(listeners, 0);
  const late = settledWithin([Promise.resolve()], { signal });
  assertEquals(await soon(late.catch((reason) => reason)), "enough");
});

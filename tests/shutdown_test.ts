import { assertEquals } from "@std/assert";
import { drain, type Stoppable } from "../src/shutdown.ts";

/** Parts that note what is asked of them; `server` and `jobs` end when told. */
function createParts() {
  const calls: string[] = [];
  const served = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  let deadlineMs = NaN;
  const entered = Promise.withResolvers<void>();
  const parts: Stoppable = {
    gate: {
      close: () => {
        calls.push("gate.close");
        return entered.promise;
      },
    },
    server: {
      shutdown: () => {
        calls.push("server.shutdown");
        return served.promise;
      },
    },
    engine: {
      close: (options) => {
        calls.push("engine.close");
        deadlineMs = options.deadlineMs;
        entered.resolve();
        served.resolve(); // what still ran has failed by now
        drained.resolve();
        return Promise.resolve();
      },
    },
    jobs: { drained: () => drained.promise },
    store: {
      close: () => {
        calls.push("store.close");
        return Promise.resolve();
      },
    },
  };
  return { parts, calls, entered, served, drained, deadline: () => deadlineMs };
}

Deno.test("drain() waits for requests, then the server and jobs, then closes the engine", async () => {
  const { parts, calls, entered, served, drained, deadline } = createParts();
  const draining = drain(parts, 60_000);
  await pause();
  assertEquals(calls, ["gate.close"]);
  entered.resolve();
  await pause();
  assertEquals(calls, ["gate.close", "server.shutdown"]);
  served.resolve();
  await pause();
  assertEquals(calls.length, 2);
  drained.resolve();
  await draining;
  assertEquals(calls, ["gate.close", "server.shutdown", "engine.close", "store.close"]);
  assertEquals(deadline() > 50_000, true);
});

Deno.test("drain() closes the engine at the deadline, whatever still runs", async () => {
  const { parts, calls, deadline } = createParts();
  await drain(parts, 10);
  assertEquals(calls, ["gate.close", "engine.close", "server.shutdown", "store.close"]);
  assertEquals(deadline(), 0);
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

import { assert, assertEquals } from "@std/assert";
import { parseServerOptions } from "../src/settings/parse_server_options.ts";
import type { ServerOptions } from "../src/settings/server_options.ts";
import { drain, FLUSH_MS, STOP_MS, type Stoppable } from "../src/shutdown.ts";
import { pause, until } from "./support/waits.ts";

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
    jobs: {
      stop: () => void calls.push("jobs.stop"),
      drained: () => drained.promise,
      close: () => {
        calls.push("jobs.close");
        return Promise.resolve();
      },
    },
  };
  return { parts, calls, entered, served, drained, deadline: () => deadlineMs };
}

Deno.test("drain() waits for requests, then the server and jobs, then closes the engine", async () => {
  const { parts, calls, entered, served, drained, deadline } = createParts();
  const draining = drain(parts, 3_600_000);
  await until(() => calls.includes("gate.close"));
  assertEquals(calls, ["jobs.stop", "gate.close"]);
  entered.resolve();
  await until(() => calls.length > 2);
  assertEquals(calls.slice(2), ["server.shutdown"]);
  served.resolve();
  await pause(0); // what is done without waiting for `drained` is done by now
  assertEquals(calls.length, 3);
  drained.resolve();
  await draining;
  assertEquals(calls.slice(2), ["server.shutdown", "engine.close", "jobs.close"]);
  assert(deadline() > 1_800_000, `the engine has ${deadline()} ms`);
});

Deno.test("drain() closes the engine at the deadline, whatever still runs", async () => {
  const { parts, calls, deadline } = createParts();
  await drain(parts, 10);
  assertEquals(calls.slice(1), ["gate.close", "engine.close", "server.shutdown", "jobs.close"]);
  assertEquals(Math.floor(deadline()), 0);
});

Deno.test("drain() is over on Deno Deploy before an instance must have ended", () => {
  const env = (name: string) => name === "DENO_DEPLOY" ? "true" : undefined;
  const { drainTimeoutMs } = parseServerOptions([], env) as ServerOptions;
  assert(drainTimeoutMs + STOP_MS + FLUSH_MS < 5000);
});

import { assert } from "@std/assert";
import { timeOwnCore, timeWorkerCores } from "../../../../load/bench/parts/core_time.ts";
import { pause } from "../../../support/waits.ts";

const BUSY_MS = 30;

function beBusy(): void {
  const started = performance.now();
  while (performance.now() - started < BUSY_MS);
}

Deno.test("timeOwnCore() counts what this thread does", async () => {
  const ms = await timeOwnCore(beBusy);
  assert(ms > 0, `${ms} ms`);
});

Deno.test({
  name: "timeWorkerCores() counts no time in which workers sleep",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const ms = await timeWorkerCores(async () => {
      beBusy();
      await pause(BUSY_MS);
    });
    assert(ms < BUSY_MS, `${ms} ms`);
  },
});

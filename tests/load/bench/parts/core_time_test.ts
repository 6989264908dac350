import { assert } from "@std/assert";
import { timeOwnCore, timeWorkerCores } from "../../../../load/bench/parts/core_time.ts";
import { pause } from "../../../support/waits.ts";

const BUSY_MS = 30;
const TRIES = 100;

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
    // Workers of tests before this one may still be ending.
    let least = Infinity;
    for (let i = 0; i < TRIES && least >= BUSY_MS; i++) {
      const ms = await timeWorkerCores(async () => {
        beBusy();
        await pause(BUSY_MS);
      });
      least = Math.min(least, ms);
    }
    assert(least < BUSY_MS, `${least} ms`);
  },
});

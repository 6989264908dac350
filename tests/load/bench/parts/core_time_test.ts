import { assert, assertEquals } from "@std/assert";
import { timeOwnCore } from "../../../../load/bench/parts/core_time.ts";
import { beBusy } from "../../../support/busy.ts";

const BUSY_MS = 30;
/** A program, since other tests have workers in this process meanwhile. */
const WORKER_CORES = new URL("./worker_cores.ts", import.meta.url).pathname;

Deno.test("timeOwnCore() counts what this thread does", async () => {
  const ms = await timeOwnCore(() => beBusy(BUSY_MS));
  assert(ms > 0, `${ms} ms`);
});

Deno.test({
  name: "timeWorkerCores() counts no time in which workers sleep",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const args = ["run", "-A", "--no-check", WORKER_CORES, `${BUSY_MS}`];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    const { busy, asleep } = JSON.parse(new TextDecoder().decode(stdout));
    assert(busy > 0, `${busy} ms`);
    assert(asleep < BUSY_MS, `${asleep} ms`);
  },
});

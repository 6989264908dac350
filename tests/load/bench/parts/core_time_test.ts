import { assert, assertEquals } from "@std/assert";
import { timeOwnCore } from "../../../../load/bench/parts/core_time.ts";

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
    // A process of its own: tests beside this one have workers in this process.
    const path = import.meta.resolve("../../../../load/bench/parts/core_time.ts");
    const code = `
      import { timeWorkerCores } from ${JSON.stringify(path)};
      let least = Infinity;
      for (let i = 0; i < 100 && least >= ${BUSY_MS}; i++) {
        const ms = await timeWorkerCores(async () => {
          const started = performance.now();
          while (performance.now() - started < ${BUSY_MS});
          await new Promise((resolve) => setTimeout(resolve, ${BUSY_MS}));
        });
        least = Math.min(least, ms);
      }
      console.log(least < ${BUSY_MS});
    `;
    const args = ["eval", "--no-check", code];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" })
      .output();
    assertEquals(new TextDecoder().decode(stdout).trim(), "true");
  },
});

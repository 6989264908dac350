import { assert, assertEquals, assertRejects } from "@std/assert";
import { measureCommand } from "../../../load/support/measured_command.ts";
import { readCpuSeconds, readPeakResident } from "../../../load/support/process_cost.ts";

Deno.test("measureCommand() tells what a command prints and costs", async () => {
  const program = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo "$GREETING"';
  const { stdout, wallSeconds, cpuSeconds, peakBytes } = await measureCommand(
    ["sh", "-c", program],
    { GREETING: "hello" },
  );
  assertEquals(stdout, "hello\n");
  assert(wallSeconds > 0);
  if (Number.isNaN(cpuSeconds)) return; // there is no GNU time
  assert(cpuSeconds > 0 && peakBytes > 100_000, `${cpuSeconds} s, ${peakBytes} bytes`);
});

Deno.test("measureCommand() fails with what a command wrote to stderr", async () => {
  await assertRejects(() => measureCommand(["sh", "-c", "echo no >&2; exit 3"]), Error, "no");
});

Deno.test("readCpuSeconds() and readPeakResident() tell of this process", async () => {
  const [before, peak] = [await readCpuSeconds(Deno.pid), await readPeakResident(Deno.pid)];
  if (Deno.build.os !== "linux") return assert(Number.isNaN(before) && Number.isNaN(peak));
  assert(peak > 1e6, `${peak} bytes`);
  while (await readCpuSeconds(Deno.pid) <= before); // it rises as this runs
});

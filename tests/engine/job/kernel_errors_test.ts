import { assertEquals } from "@std/assert";
import { kernelFailed } from "../../../src/engine/job/kernel_errors.ts";
import { KERNEL_CROWDED, KERNEL_TIMEOUT } from "../../../src/shared/task_status.ts";

const LIMITS = { timeoutMs: 8000, memoryBytes: 65536 };

Deno.test("kernelFailed() tells the limit that a chunk has exceeded: its own, or the longest slice", () => {
  const failure = { id: "sha256", offset: 7, place: undefined, reason: "" };
  const late = kernelFailed({ ...failure, status: KERNEL_TIMEOUT }, LIMITS);
  assertEquals([late.code, late.details.limit], ["kernel_timeout", 8000]);
  const crowded = kernelFailed({ ...failure, status: KERNEL_CROWDED }, LIMITS);
  assertEquals([crowded.code, crowded.details.limit], ["kernel_timeout", 250]);
  assertEquals(
    crowded.message,
    "Kernel failed at byte 7: the chunk takes longer than 250 ms, and others waited for the " +
      "engine's only thread 3 times",
  );
});

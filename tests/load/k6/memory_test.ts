import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { judgeMemory, readSample } from "../../../load/k6/memory.ts";

const MIB = 2 ** 20;

/** Samples of each second. */
const grow = (...residents: number[]) =>
  residents.map((mib, seconds) => ({ seconds, resident: mib * MIB, touched: 0 }));

Deno.test("readSample() reads the memory of a process from its metrics", () => {
  const metrics = "# HELP a b\nprocess_resident_memory_bytes 1048576\n" +
    "millrace_shared_memory_touched_bytes 4096\n";
  assertEquals(readSample(metrics, 3), { seconds: 3, resident: 1048576, touched: 4096 });
  assertThrows(() => readSample("", 3), Error, "lack process_resident_memory_bytes");
});

Deno.test("judgeMemory() forgives growth in the first half, and blames it in the second", () => {
  assertEquals(judgeMemory(grow(10, 50, 100, 100, 101, 100), 5).faults, []);
  const { faults, lines } = judgeMemory(grow(100, 100, 100, 100, 110, 120), 5);
  assertEquals(faults, ["memory grew by 20.0 MiB in the last 2 s, more than 5 MiB"]);
  assertStringIncludes(lines[0], "100 MiB at the start, 120 MiB at the end");
});

Deno.test("judgeMemory() fails what it cannot judge", () => {
  assertEquals(judgeMemory(grow(10, 10), 5).faults, ["memory was looked at too rarely"]);
});

/**
 * Tells by how much the peak of the resident memory of this process rises when it counts a large file
 * after a small one, in bytes:
 *
 *     deno run file_memory.ts SMALL LARGE
 */
import { Engine } from "../../src/engine/engine.ts";

const [small, large] = Deno.args;

function memory(field: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, "m").exec(status)![1]) * 1024;
}

await using engine = await Engine.start({ workers: 2, memoryBytes: 256 * 1024 * 1024 });
await engine.submit({ path: small }).done; // slots and tables are there
await Deno.writeTextFile("/proc/self/clear_refs", "5"); // VmHWM begins anew
const before = memory("VmRSS");
const { totals } = await engine.submit({ path: large }).done;
console.log(JSON.stringify({ bytes: totals.bytes, rise: memory("VmHWM") - before }));

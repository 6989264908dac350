/**
 * Tells by how much the resident memory of this process rises while it decodes a file, in bytes:
 *
 *     deno run --v8-flags=--expose-gc decoding_memory.ts CODING FILE
 *
 * Garbage is collected again and again, so that what is left is what the coding holds.
 */
import { type Coding, decompress } from "../../src/input/decompressor.ts";
import { COMPRESS } from "./compress.ts";

const BLOCKS_PER_COLLECTION = 8;

const [coding, path] = Deno.args as [Coding, string];
const { gc } = globalThis as unknown as { gc: () => void };

function memory(field: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, "m").exec(status)![1]) * 1024;
}

async function decode(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let text = 0;
  let blocks = 0;
  for await (const block of decompress(bytes, coding)) {
    text += block.length;
    if (++blocks % BLOCKS_PER_COLLECTION === 0) gc();
  }
  return text;
}

await decode(new Blob([COMPRESS[coding](new Uint8Array(1_000_000))]).stream()); // what all need
gc();
await Deno.writeTextFile("/proc/self/clear_refs", "5"); // VmHWM begins anew
const before = memory("VmRSS");
const text = await decode((await Deno.open(path)).readable);
console.log(JSON.stringify({ text, rise: memory("VmHWM") - before }));

import { assertEquals, assertThrows } from "@std/assert";
import { readKernel } from "../../src/kernels/registry.ts";
import { withMemoryLimits } from "../../src/kernels/memory_limits.ts";

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

for (const pages of [64, 127, 128, 16384, 65536]) {
  Deno.test(`withMemoryLimits() makes a kernel take a memory of exactly ${pages} pages`, () => {
    const module = new WebAssembly.Module(withMemoryLimits(readKernel("words"), pages));
    const instantiate = (initial: number, maximum: number) => {
      const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
      return new WebAssembly.Instance(module, { env: { memory } });
    };
    assertEquals(typeof instantiate(pages, pages).exports.mapChunk, "function");
    assertThrows(() => instantiate(pages - 1, pages), WebAssembly.LinkError);
    if (pages < 65536) assertThrows(() => instantiate(pages, pages + 1), WebAssembly.LinkError);
  });
}

Deno.test("withMemoryLimits() keeps the other sections as they are", () => {
  const before = new WebAssembly.Module(readKernel("words"));
  const after = new WebAssembly.Module(withMemoryLimits(readKernel("words"), 65536));
  assertEquals(WebAssembly.Module.exports(after), WebAssembly.Module.exports(before));
  assertEquals(
    WebAssembly.Module.customSections(after, "as-bind_bindings"),
    WebAssembly.Module.customSections(before, "as-bind_bindings"),
  );
});

Deno.test("withMemoryLimits() refuses a module without a memory import", () => {
  assertThrows(() => withMemoryLimits(EMPTY_MODULE, 64), TypeError, "imports no shared memory");
});

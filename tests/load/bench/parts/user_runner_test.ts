import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitSource, UserRunner } from "../../../../load/bench/parts/user_runner.ts";
import { BORDERS, WORD_KERNELS } from "../../../../load/bench/parts/user_sources.ts";

const TEXT = new TextEncoder().encode("to be\nor not\nto be");

Deno.test("UserRunner drains the same with polls as without", async () => {
  const { compiled, kernel } = await admitSource(WORD_KERNELS["runs, copies"]);
  const drained = await Promise.all([compiled, kernel.module].map(async (module) => {
    const runner = new UserRunner(module);
    assert(await runner.rateOf(TEXT, [6, 13, TEXT.length]) > 0);
    return runner.drainedBytes;
  }));
  assertEquals(drained, [6 * 4 + 13, 6 * 4 + 13]);
});

Deno.test("UserRunner tells where the last record begins when nothing is emitted", async () => {
  const { kernel } = await admitSource(BORDERS);
  const runner = new UserRunner(kernel.module);
  runner.run(TEXT);
  assertEquals([runner.at, runner.drainedBytes], [13, 0]);
});

Deno.test("UserRunner throws when a kernel fails", async () => {
  const { kernel } = await admitSource(
    `import { Chunk } from "millrace"; export function map(line: Chunk): void { line.byteAt(-1); }`,
  );
  assertThrows(() => new UserRunner(kernel.module).run(TEXT), Error, "has failed");
});

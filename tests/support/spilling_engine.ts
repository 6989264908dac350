import { assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import { openFiles } from "./open_files.ts";

/** An engine with so little memory that a few ten thousand keys are too many. */
export async function startSmall(
  options: EngineOptions = {},
  start = Engine.start,
): Promise<Engine & { parent: string }> {
  const parent = await Deno.makeTempDir({ prefix: "millrace-spill-test-" });
  const engine = await start({
    workers: 2,
    memoryBytes: 10 * 1024 * 1024,
    chunkBytes: 32 * 1024,
    slotsPerWorker: 2,
    spillDirectory: parent,
    ...options,
  });
  return Object.assign(engine, { parent });
}

/** Closes the engine and says that nothing is left of it. */
export async function closeClean(engine: Engine & { parent: string }): Promise<void> {
  await engine.close();
  assertEquals([...Deno.readDirSync(engine.parent)].map(({ name }) => name), []);
  if (Deno.build.os === "linux") assertEquals(openFiles(engine.parent), []);
  await Deno.remove(engine.parent);
}

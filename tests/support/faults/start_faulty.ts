import type { Clock } from "../../../src/engine/clock.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { Faults } from "./faults.ts";

// Apart from the plan, which each thread imports: a thread loads no engine.

/** An engine whose threads fail as planned, with what a test wants to reach inside. */
export interface FaultyEngine {
  engine: Engine;
  faults: Faults;
  heap: SharedHeap;
}

/** @param clock By which the engine watches its threads; the system's unless given. */
export async function startFaulty(
  options: EngineOptions = {},
  clock?: Clock,
): Promise<FaultyEngine> {
  const heap = SharedHeap.create(options.memoryBytes ?? 256 * 1024 * 1024);
  const entry = new URL("./faulty_worker.ts", import.meta.url);
  const parts = { kernel: "words_faults", entry, heap, clock };
  const engine = await Engine.startWith(
    { workers: 2, chunkBytes: 60_000, inline: false, ...options },
    parts,
  );
  return { engine, faults: new Faults(heap.words), heap };
}

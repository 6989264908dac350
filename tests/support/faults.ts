import { CONTROL, LINE } from "../../assembly/layout.ts";
import { type Engine, startEngine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import { SharedHeap } from "../../src/memory/shared_heap.ts";

/** What goes wrong. */
export const FAULT_KINDS = [
  "throw", // an exception, which the thread survives where it catches any
  "trap", // likewise, by an instruction of WebAssembly
  "die", // an exception that nobody catches: the thread is gone, and says so
  "close", // the thread ends itself, and nobody is told
  "silent", // the thread stays where it is until the engine stops, or it is released
  "late", // the thread goes on after a while, when it has been given up
] as const;

/** Where. The first ones are those of assembly/fault_point.ts. */
export const FAULT_STEPS = [
  "clean",
  "dirty",
  "partition",
  "reduce",
  "finish",
  "spill",
  "beforeClaim",
  "afterClaim",
  "beforeDone",
  "beforePublish",
  "start",
] as const;

/** `slow` goes on after a short while, and is not given up for one of them. */
export type FaultKind = typeof FAULT_KINDS[number] | "slow";
export type FaultStep = typeof FAULT_STEPS[number];

/** One way to fail. */
export interface FaultPlan {
  kind: FaultKind;
  step: FaultStep;
  /** Chunk, table or partition whose task fails; any if left out. */
  part?: number;
  /** Least offset in the chunk's text, for `clean` and `dirty`. @default {0} */
  at?: number;
  /** How often it happens, in all threads together. @default {1} */
  times?: number;
}

/** How late `late` is. */
export const LATE_MS = 800;
/** How slow `slow` is. */
export const SLOW_MS = 100;

const KINDS: readonly FaultKind[] = [...FAULT_KINDS, "slow"];

// The plan stands in words of the control block that nobody else uses.
const PLAN = (CONTROL + 30 * LINE) >> 2;
const KIND = PLAN, STEP = PLAN + 1, PART = PLAN + 2, AT = PLAN + 3, LEFT = PLAN + 4;
/** Changes when silent threads shall go on. */
export const RELEASE = PLAN + 5;

const ANY = -1;

/** The plan of the threads on one memory. */
export class Faults {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  plan({ kind, step, part = ANY, at = 0, times = 1 }: FaultPlan): void {
    this.#words[KIND] = KINDS.indexOf(kind);
    this.#words[STEP] = FAULT_STEPS.indexOf(step);
    this.#words[PART] = part;
    this.#words[AT] = at;
    Atomics.store(this.#words, LEFT, times); // PUBLISHES the plan
  }

  /** Faults of the plan that have not happened yet. */
  get left(): number {
    return Math.max(0, Atomics.load(this.#words, LEFT));
  }

  /** Lets silent threads go on. */
  release(): void {
    Atomics.add(this.#words, RELEASE, 1);
    Atomics.notify(this.#words, RELEASE);
  }

  /** The kind of fault that happens here and now, if one does. */
  draw(step: FaultStep, part: number, at: number): FaultKind | undefined {
    const words = this.#words;
    if (Atomics.load(words, LEFT) <= 0 || FAULT_STEPS[words[STEP]] !== step) return undefined;
    if (at < words[AT] || (words[PART] !== ANY && part !== ANY && words[PART] !== part)) {
      return undefined;
    }
    return Atomics.sub(words, LEFT, 1) > 0 ? KINDS[words[KIND]] : undefined;
  }
}

/** An engine whose threads fail as planned. */
export async function startFaulty(
  options: EngineOptions = {},
): Promise<{ engine: Engine; faults: Faults; heap: SharedHeap }> {
  const heap = SharedHeap.create(options.memoryBytes ?? 256 * 1024 * 1024);
  const entry = new URL("./faulty_worker.ts", import.meta.url);
  const parts = { kernel: "words_faults", entry, heap };
  const engine = await startEngine({ workers: 2, chunkBytes: 60_000, ...options }, parts);
  return { engine, faults: new Faults(heap.words), heap };
}

import { TASK_BELL } from "../../../assembly/layout.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import { type FaultyEngine, startFaulty } from "./start_faulty.ts";
import { TestClock } from "./test_clock.ts";
import { pause, soon } from "../waits.ts";

/** A thread that is silent for so much of the engine's time is given up. */
const CHUNK_TIMEOUT_MS = 300;
const FAULT_WINDOW_MS = 1;
/** One look of the engine at its threads. */
const STEP_MS = CHUNK_TIMEOUT_MS / 4;

/** An engine whose time is the test's. */
export interface TimedEngine extends FaultyEngine {
  /** What a promise gives, with as much of the engine's time as that takes. */
  pass<T>(promise: Promise<T>, options?: PassOptions): Promise<T>;
}

/** What a test does while time passes. */
export interface PassOptions {
  /** Called after each step of the engine's time. */
  onStep?: () => void;
  patienceMs?: number;
}

/**
 * An engine whose threads fail as planned, and whose time passes only while one of them is silent,
 * or while something waits for its time. Before each step every other thread shows that it lives:
 * however busy the machine is, the engine takes no thread for silent but those that are, and what
 * takes a while elsewhere takes some milliseconds here. As many threads as a test likes may be lost.
 */
export async function startTimed(options: EngineOptions = {}): Promise<TimedEngine> {
  const clock = new TestClock();
  const faulty = await startFaulty(
    {
      chunkTimeoutMs: CHUNK_TIMEOUT_MS,
      maxFaults: 1000,
      faultWindowMs: FAULT_WINDOW_MS,
      ...options,
    },
    clock,
  );
  return {
    ...faulty,
    pass: (promise, options) => pass(promise, faulty, clock, options),
  };
}

async function pass<T>(
  promise: Promise<T>,
  faulty: FaultyEngine,
  clock: TestClock,
  { onStep, patienceMs }: PassOptions = {},
): Promise<T> {
  let pending = true;
  clock.advance(2 * FAULT_WINDOW_MS); // what failed before has nothing to do with it
  const settled = promise.then(() => {}, () => {}).finally(() => pending = false);
  const steps = async () => {
    while (pending) {
      if (isAwaited(faulty, clock)) await showLife(faulty, () => pending);
      if (isAwaited(faulty, clock)) {
        takeStep(faulty, clock);
        onStep?.();
      }
      await pause(0);
    }
  };
  try {
    await soon(Promise.race([settled, steps()]), patienceMs);
  } finally {
    pending = false;
  }
  return await promise;
}

/** Whether the engine has something to find out that takes time. */
function isAwaited({ engine, faults }: FaultyEngine, clock: TestClock): boolean {
  const status = engine.status();
  const isSilent = faults.falls > status.faults.silent;
  const isHeld = status.tasks.pending > 0 && status.tasks.out === 0; // until others have had a thread
  return isSilent || isHeld || clock.isAwaited || faults.kind === "slow";
}

/**
 * Waits until every thread that was started has begun, the engine knows of all that have died, and
 * the others, but for silent ones, have shown since that they live.
 */
async function showLife(
  { engine, faults, heap }: FaultyEngine,
  isWanted: () => boolean,
): Promise<void> {
  const isKnown = () => {
    const { replaced, died } = engine.status().faults;
    return faults.arrivals === engine.workers + replaced && faults.deaths === died;
  };
  while (isWanted() && !isKnown()) await pause(0);
  const before = faults.beats();
  faults.tellStep();
  const showsNone = () => {
    const now = faults.beats();
    return [...before].some(([place, beat]) => now.get(place) === beat);
  };
  while (isWanted() && showsNone()) {
    // Those that wait for tasks look for some when the bell rings.
    Atomics.add(heap.words, TASK_BELL >> 2, 1);
    Atomics.notify(heap.words, TASK_BELL >> 2);
    await pause(0);
  }
}

function takeStep({ engine, faults }: FaultyEngine, clock: TestClock): void {
  clock.advance(STEP_MS);
  const allFound = faults.falls <= engine.status().faults.silent;
  if (faults.kind === "late" && allFound) faults.release();
}

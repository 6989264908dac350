// A server whose threads are killed now and then. Nothing over HTTP reaches the fault injector: it
// stands in words of the engine's memory that no other program has.
import { startServer } from "../../src/server.ts";
import { exitOnSignals } from "../../src/shutdown.ts";
import type { FaultPlan } from "../../tests/support/faults/faults.ts";
import { startFaulty } from "../../tests/support/faults/start_faulty.ts";
import { Random } from "../../tests/support/random.ts";
import { readOptions, splitArguments, whole } from "../support/options.ts";

/** A thread that has been silent for so long is given up. */
const CHUNK_TIMEOUT_MS = 1500;
/** Between two faults. */
const PAUSE_MS = 700;

const STEPS = ["clean", "dirty", "reduce", "afterClaim", "beforeDone", "beforePublish"] as const;
// Threads that die tell so; those that fall silent have to be found out.
const KINDS: readonly FaultPlan["kind"][] = ["die", "die", "die", "die", "trap", "throw", "silent"];

const { given } = splitArguments(Deno.args, ["port", "workers"], []);
const { port, workers } = readOptions(
  { port: whole(0, "where it listens", 0), workers: whole(2, "threads") },
  given,
);

const { engine, faults } = await startFaulty({
  workers,
  chunkTimeoutMs: CHUNK_TIMEOUT_MS,
  // Many faults are the point, and no reason to refuse jobs, or to wait before a thread is replaced.
  maxFaults: 1_000_000,
  faultWindowMs: 1,
});
const server = await startServer({ port }, { engine });
const random = new Random(42);
const timer = setInterval(() => {
  if (faults.left === 0) faults.plan({ kind: random.pick(KINDS), step: random.pick(STEPS) });
}, PAUSE_MS);
console.log(`A server whose threads are killed listens on ${server.origin}`);
exitOnSignals(async () => {
  clearInterval(timer);
  faults.release();
  await server.close();
});

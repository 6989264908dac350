import { assert, assertEquals } from "@std/assert";
import type { Engine } from "../../src/engine/engine.ts";
import type { Job } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import { startTimed } from "../support/faults/fault_time.ts";
import type { FaultKind, Faults, FaultStep } from "../support/faults/faults.ts";
import { freshSeed, Random } from "../support/random.ts";
import { pause } from "../support/waits.ts";

const TENANTS = ["a", "b"] as const;
type Tenant = typeof TENANTS[number];

const TASKS = Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000);
/** Jobs come and go until so many threads have fallen silent. */
const SILENCES = Math.ceil(TASKS / 50_000);
const PATIENCE_MS = SILENCES * 120_000;
/** Jobs of each tenant that are in the engine at once. */
const LANES = 5;
/** Long jobs outlive the threads that count them; short ones take the blocks that come back. */
const PIECES_OF_LONG = 60;
const MOST_PIECES_OF_SHORT = 4;
const LONGEST_PAUSE_MS = 50;
const KEYS = 300;
/** How often each key stands in a piece; a piece is about a chunk. */
const REPEATS = 30;

const encoder = new TextEncoder();

function createPiece(tenant: Tenant): Uint8Array<ArrayBuffer> {
  const words = Array.from({ length: KEYS * REPEATS }, (_, i) => `${tenant}key${i % KEYS}`);
  return encoder.encode(words.join(" ") + " ");
}

const PIECES = { a: createPiece("a"), b: createPiece("b") };

/** The key sets of two tenants have nothing in common. */
function assertOwn(tenant: Tenant, keys: { key: string }[], where: string): void {
  const foreign = keys.find(({ key }) => !/^[ab]key[0-9]+$/.test(key) || key[0] !== tenant);
  assert(foreign === undefined, `tenant ${tenant} sees ${foreign?.key} in its ${where}`);
}

/** A text that comes piece by piece, with turns of the loop in between. */
function openText(tenant: Tenant, pieces: number, random: Random): ReadableStream<Uint8Array> {
  let left = pieces;
  return new ReadableStream({
    async pull(controller) {
      await pause(random.below(LONGEST_PAUSE_MS));
      if (left-- > 0) controller.enqueue(PIECES[tenant].slice());
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Faults that come one after the other, as long as there are jobs. */
const FAULTS: readonly [kind: FaultKind, step: FaultStep][] = [
  ["silent", "dirty"],
  ["silent", "dirty"],
  ["silent", "dirty"],
  ["late", "dirty"],
  ["trap", "dirty"],
  ["die", "dirty"],
  ["die", "clean"],
  ["silent", "afterClaim"],
  ["trap", "finish"],
  ["die", "beforePublish"],
  ["trap", "reduce"],
];

/** One look at every job, and one fault more when the last has happened. */
function disturb(
  engine: Engine,
  running: Map<Job, Tenant>,
  faults: Faults,
  random: Random,
): number {
  let seen = 0;
  for (const [job, tenant] of running) {
    const counts = job.peek(KEYS);
    assertOwn(tenant, counts, "live top");
    seen += counts.length;
  }
  // Threads that were given up end, and other jobs get the blocks that they kept.
  if (engine.status().faults.retired > 0 && random.oneIn(3)) faults.release();
  if (faults.left > 0 || !random.oneIn(8)) return seen;
  const [kind, step] = random.pick(FAULTS);
  faults.plan({ kind, step, at: step === "dirty" || step === "clean" ? random.below(40_000) : 0 });
  return seen;
}

/** Counts one text; a job that is lost too often may fail, and says so. */
async function countOne(
  engine: Engine,
  tenant: Tenant,
  running: Map<Job, Tenant>,
  random: Random,
): Promise<"done" | "lost"> {
  const pieces = random.oneIn(2) ? PIECES_OF_LONG : 1 + random.below(MOST_PIECES_OF_SHORT);
  const job = engine.submit(openText(tenant, pieces, random), { top: 0 }, { tenant });
  running.set(job, tenant);
  try {
    const { segment, totals } = await job.done;
    const counts = segment.toArray();
    assertOwn(tenant, counts, "result");
    assertEquals([totals.keys, totals.tokens], [KEYS, KEYS * REPEATS * pieces]);
    assert(counts.every(({ count }) => count === REPEATS * pieces));
    return "done";
  } catch (error) {
    if (!(error instanceof JobError) || error.code !== "worker_lost") throw error;
    return "lost";
  } finally {
    running.delete(job);
  }
}

Deno.test("Engine shows no tenant a key of another, whatever becomes of its threads", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const { engine, faults, pass } = await startTimed({ workers: 3, maxFaults: 100_000 });
  await using _engine = engine;
  await engine.ready();
  const running = new Map<Job, Tenant>();
  const outcomes = { done: 0, lost: 0 };
  let over = false;
  const isEnough = () => over || engine.status().faults.silent >= SILENCES;
  const lane = async (tenant: Tenant) => {
    while (!isEnough()) outcomes[await countOne(engine, tenant, running, random)]++;
  };
  const lanes = Promise.all(TENANTS.flatMap((tenant) => Array(LANES).fill(tenant).map(lane)));
  lanes.finally(() => over = true).catch(() => {});
  let seen = 0;
  const watch = (async () => {
    for (; !over; await pause(1)) seen += disturb(engine, running, faults, random);
  })();
  try {
    await pass(Promise.all([lanes, watch]), { patienceMs: PATIENCE_MS });
    assert(seen > 0 && outcomes.done > outcomes.lost, `${seen} seen, ${JSON.stringify(outcomes)}`);
  } catch (error) {
    throw new Error(`MILLRACE_SEED=${seed}`, { cause: error });
  } finally {
    over = true;
    faults.plan({ kind: "throw", step: "clean", times: 0 });
    faults.release();
  }
});

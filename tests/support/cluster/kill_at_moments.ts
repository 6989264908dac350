import { assert, assertEquals } from "@std/assert";
import type { Drill, Drilled } from "./drill.ts";
import { spreadMoments } from "./moments.ts";

/** On a busy machine Redis may answer later than a node waits that can count alone. */
const TRIES = 10;

/** Has a job counted that one of the two is asked for. */
export async function countOnce(drill: Drill, origin: string): Promise<Drilled> {
  const path = drill.plan();
  await drill.begin(origin, path);
  return await drill.finish(origin, path);
}

/** Has a job counted that the node is asked for which may be killed, and goes on with it once it is back. */
export async function countAcross(drill: Drill): Promise<Drilled> {
  const path = drill.plan();
  const count = async () => {
    await drill.begin(drill.there, path);
    return await drill.finish(drill.there, path);
  };
  const drilled = await count().catch(() => undefined); // the node may be gone
  if (drilled && !drill.moments.hasActed) return drilled;
  await drill.restart();
  return await count();
}

/** Moments of an undisturbed job that one of the two is asked for. */
export async function countMoments(drill: Drill, origin: string): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    drill.moments.plan(Infinity, () => Promise.resolve());
    const { rows, accounting } = await countOnce(drill, origin);
    assertEquals(rows, drill.expected);
    if (accounting.cluster?.nodes === 2) return drill.moments.count;
  }
  throw new Error(`A node has counted ${TRIES} jobs alone`);
}

/**
 * Kills a node at moments that are spread over a job. Where a job ends before its moment comes, another
 * one is tried whose moment is a little earlier: how many there are depends on who counts what.
 *
 * @param run Has a job counted, in which the node may be killed, and checks what comes of it.
 */
export async function killAtMoments(
  drill: Drill,
  { all, kills, kill }: { all: number; kills: number; kill: () => Promise<void> },
  run: () => Promise<Drilled>,
): Promise<void> {
  const sums = { splits: 0, lost: 0, alone: 0 };
  for (const planned of spreadMoments(all, kills)) {
    let moment = planned;
    for (;;) {
      drill.moments.plan(moment, kill);
      const { rows, accounting } = await run();
      assertEquals(rows, drill.expected, `killed at ${moment} of ${all}`);
      assertEquals(accounting.bytesCounted, accounting.bytesIn);
      if (!accounting.cluster) sums.alone++;
      sums.splits += accounting.cluster?.splits ?? 0;
      sums.lost += accounting.cluster?.lost ?? 0;
      if (drill.moments.hasActed) break;
      moment = Math.floor(moment * 0.95);
    }
  }
  console.log(`${kills} kills at ${all} moments: ${JSON.stringify(sums)}`);
  assert(sums.splits > 0, "jobs are spread");
}

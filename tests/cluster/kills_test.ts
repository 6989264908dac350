import { assert, assertEquals } from "@std/assert";
import { Drill, type Drilled } from "../support/cluster/drill.ts";
import { spreadMoments } from "../support/cluster/moments.ts";
import { hasRedis } from "../support/cluster/redis.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("kills of nodes of a cluster", "no redis-server");

/** How often a node is killed that counts, or that was asked; CI asks for more. */
const KILLS = Number(Deno.env.get("MILLRACE_KILLS") ?? 4);
const KILLS_OF_MAPPER = Math.min(KILLS, 20);
const KILLS_OF_ASKED = Math.ceil(Math.min(KILLS, 20) / 2);

/** On a busy machine Redis may answer later than a node waits that can count alone. */
const TRIES = 10;

async function countOnce(drill: Drill, origin: string): Promise<Drilled> {
  const path = drill.plan();
  await drill.begin(origin, path);
  return await drill.finish(origin, path);
}

/** Moments of an undisturbed job that one of the two is asked for. */
async function countMoments(drill: Drill, origin: string): Promise<number> {
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
async function killAtMoments(
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

Deno.test({
  name: `a node that counts is killed at ${KILLS_OF_MAPPER} moments of a job, and nothing is lost`,
  ignore,
  fn: async () => {
    await using drill = await Drill.start();
    const { origin } = drill.here;
    const all = await countMoments(drill, origin);
    await killAtMoments(
      drill,
      { all, kills: KILLS_OF_MAPPER, kill: () => drill.kill() },
      async () => {
        const drilled = await countOnce(drill, origin);
        if (drill.moments.hasActed) await drill.restart();
        return drilled;
      },
    );
  },
});

Deno.test({
  name:
    `the node that was asked is killed at ${KILLS_OF_ASKED} moments of a job, and goes on with it`,
  ignore,
  fn: async () => {
    await using drill = await Drill.start();
    const all = await countMoments(drill, drill.there);
    let done: number[] = [];
    let found = 0;
    let before = 0;
    const kill = async () => {
      await drill.kill();
      done = await drill.doneHere();
      before = drill.rangeStarts().length;
    };
    await killAtMoments(drill, { all, kills: KILLS_OF_ASKED, kill }, async () => {
      const path = drill.plan();
      const count = async () => {
        await drill.begin(drill.there, path);
        return await drill.finish(drill.there, path);
      };
      const drilled = await count().catch(() => undefined); // the node may be gone
      if (drilled && !drill.moments.hasActed) return drilled;
      await drill.restart();
      const finished = await count();
      const again = new Set(drill.rangeStarts().slice(before));
      // The first one begins where each look at the text does.
      for (const from of done) assert(from === 0 || !again.has(from), `${from} is read again`);
      found += done.length;
      return finished;
    });
    console.log(`${found} splits were done by the node that stayed, and found`);
  },
});

import { assert } from "@std/assert";
import { Drill } from "../support/cluster/drill.ts";
import {
  countAcross,
  countMoments,
  countOnce,
  killAtMoments,
} from "../support/cluster/kill_at_moments.ts";
import { hasRedis } from "../support/cluster/redis.ts";
import { leftOut } from "../support/left_out.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("kills of nodes of a cluster", "no redis-server");

/** How often a node is killed that counts, or that was asked; CI asks for more. */
const KILLS = Number(Deno.env.get("MILLRACE_KILLS") ?? 4);
const KILLS_OF_MAPPER = Math.min(KILLS, 20);
const KILLS_OF_ASKED = Math.ceil(Math.min(KILLS, 20) / 2);

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
      const finished = await countAcross(drill);
      if (!drill.moments.hasActed) return finished;
      const again = new Set(drill.rangeStarts().slice(before));
      // The first one begins where each look at the text does.
      for (const from of done) assert(from === 0 || !again.has(from), `${from} is read again`);
      found += done.length;
      return finished;
    });
    console.log(`${found} splits were done by the node that stayed, and found`);
  },
});

import { assertEquals } from "@std/assert";
import { generateKeys } from "../../load/support/corpora.ts";
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
if (ignore) leftOut("kills of nodes that reduce", "no redis-server");

/** How often a node is killed that reduces; CI asks for more. */
const KILLS = Math.min(20, Number(Deno.env.get("MILLRACE_KILLS") ?? 4));

/** One node may have reduced both ranges before the other has looked. */
const TRIES = 20;

/** So many keys that both nodes reduce a range of them. */
const MANY = { text: generateKeys(6000), ofReduce: true };

Deno.test({
  name: `a node that reduces is killed at ${KILLS} moments, and no key is lost or there twice`,
  ignore,
  fn: async () => {
    await using drill = await Drill.start(MANY);
    const { origin } = drill.here;
    const all = await countMoments(drill, origin);
    await killAtMoments(drill, { all, kills: KILLS, kill: () => drill.kill() }, async () => {
      const drilled = await countOnce(drill, origin);
      if (drill.moments.hasActed) await drill.restart();
      return drilled;
    });
  },
});

Deno.test({
  name: `the node that was asked is killed at ${KILLS} moments while nodes reduce, and goes on`,
  ignore,
  fn: async () => {
    await using drill = await Drill.start(MANY);
    const all = await countMoments(drill, drill.there);
    const kill = () => drill.kill();
    await killAtMoments(drill, { all, kills: KILLS, kill }, () => countAcross(drill));
  },
});

Deno.test({
  name: "both nodes reduce a job of many keys that nothing disturbs",
  ignore,
  fn: async () => {
    await using drill = await Drill.start(MANY);
    for (let tries = 1;; tries++) {
      const { rows, accounting: { cluster } } = await countOnce(drill, drill.here.origin);
      assertEquals(rows, drill.expected);
      assertEquals(cluster?.lost, 0);
      if (cluster?.reducers === 2 || tries === TRIES) return assertEquals(cluster?.reducers, 2);
    }
  },
});

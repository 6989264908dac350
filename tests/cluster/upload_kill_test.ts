import { assertEquals, assertRejects } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { nodesOf } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { startNodeProcess } from "../support/cluster/node_process.ts";
import { nodeOptions } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("an upload to a node that is killed", "no redis-server");

Deno.test({
  name: "a node is killed that a body is sent to: its client hears it, others let go of its parts",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using maps = await startServer({
      ...nodeOptions(redis, freePort()),
      clusterRoles: ["map"],
    });
    await using accepts = await startNodeProcess(redis, {
      args: ["--cluster-roles", "accept,reduce", "--cluster-uploads", "always"],
    });
    await until(async () => {
      const nodes = await nodesOf(accepts.origin);
      return nodes.length === 2 && maps.engine.status().nodes?.length === 2;
    });

    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const counting = fetch(`${accepts.origin}/v1/count`, { method: "POST", body: readable });
    const heard = assertRejects(() => counting, TypeError);
    const sending = writer.write(generateLines(1, 200_000));
    await until(() => maps.engine.status().ended.done >= 1); // parts are counted while others come
    accepts.kill("SIGKILL");
    await soon(heard);
    await writer.abort().catch(() => {});
    await sending.catch(() => {});

    const { cluster } = maps.engine.status();
    const isAtRest = () => {
      const { queue } = maps.engine.status().cluster!;
      return queue.running + queue.waiting + queue.delayed === 0;
    };
    await until(() => isAtRest() && maps.engine.status().nodes?.length === 1);
    assertEquals(maps.engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
    assertEquals(cluster?.reached, true);
  },
});

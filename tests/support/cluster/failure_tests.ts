import { leftOut } from "../left_out.ts";
import { hasRedis, TestRedis } from "./redis.ts";

/**
 * Makes what registers tests of things that go wrong, each with a Redis of its own.
 *
 * @param what Is said to be left out where there is no Redis.
 */
export async function createFailureTests(
  what: string,
): Promise<(name: string, run: (redis: TestRedis) => Promise<void>) => void> {
  const ignore = !await hasRedis();
  if (ignore) leftOut(what, "no redis-server");
  return (name, run) => {
    Deno.test({
      name: `a cluster: ${name}`,
      ignore,
      fn: async () => {
        await using redis = await TestRedis.start();
        await run(redis);
      },
    });
  };
}

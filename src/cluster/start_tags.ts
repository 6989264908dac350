import type { Redis } from "ioredis";

/** Among whom the nodes are divided, and how: a tenant, or a job that has none. */
export interface Share {
  flow: string;
  /** Twice the weight, twice the bytes, while there are not enough nodes. */
  weight: number;
}

/** The largest that BullMQ takes. */
export const MOST_PRIORITY = 2 ** 21 - 1;

/** Tags are made small again once they have come so far, which leaves room for those that wait. */
const MOST_NOW = 2 ** 20;

/** Bytes of a step of weight 1; a normal job has weight 4. */
const STEP_BYTES = 16 * 1024;

/** A small split costs as much as a larger one: handing it over takes longer than counting it. */
const LEAST_BYTES = 1024 * 1024;

/** Most that one split moves its flow on by, whatever its weight. */
const MOST_COST = 2 ** 17;

/** Gives tags to splits of a flow: the first starts now, or when the last one of the flow ends. */
const GIVE = `
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tostring(now))
local tag = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or now)
local tags = {}
for i = 2, #ARGV do
  tags[i - 1] = tostring(tag)
  tag = tag + tonumber(ARGV[i])
end
redis.call('ZADD', KEYS[2], tostring(tag), ARGV[1])
return tags`;

/** Moves time on by a split that begins; says by how much all tags have become smaller. */
const BEGIN = `
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tostring(now))
local flows = redis.call('ZRANGE', KEYS[2], 0, -1)
local weights = 0
for _, flow in ipairs(flows) do weights = weights + tonumber(string.match(flow, '^%S+')) end
if weights > 0 then now = now + tonumber(ARGV[2]) / weights end
now = math.max(now, tonumber(ARGV[1]))
local shift = 0
if now >= tonumber(ARGV[3]) then
  shift = math.floor(now)
  now = now - shift
  for _, flow in ipairs(flows) do redis.call('ZINCRBY', KEYS[2], -shift, flow) end
end
redis.call('SET', KEYS[1], tostring(now))
return shift`;

/**
 * In which order splits are begun, whichever node hands them in: fair queueing with start tags (Goyal,
 * Vin and Cheng, 1996). A split starts at the later of now and the end of what its flow has handed in
 * before, in virtual time, and ends by its bytes over the flow's weight later; the smallest start is
 * begun first. So flows divide the nodes by weight, however many jobs and splits each has, and a flow
 * that comes later does not wait for what others have queued.
 *
 * Now is the largest tag that was begun, and moves on with each split by its bytes over the weights
 * of all flows that wait: the plain rule stands still while new flows keep coming, and those that wait
 * would starve (see `src/engine/scheduler.ts`). Redis keeps it with the end of each flow; a flow that
 * has ended before now is as good as a new one, and forgotten.
 */
export class StartTags {
  readonly #redis: Redis;
  readonly #keys: [now: string, flows: string];

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = [`${prefix}:now`, `${prefix}:flows`];
  }

  /** Priorities for splits of a flow, by their bytes: from 1, and the smallest comes first. */
  async give({ flow, weight }: Share, bytes: readonly number[]): Promise<number[]> {
    const costs = bytes.map((each) => Math.min(MOST_COST, costOf(each) / weight));
    const tags = await this.#redis.eval(GIVE, 2, ...this.#keys, `${weight} ${flow}`, ...costs);
    return (tags as string[]).map((tag) => Math.min(MOST_PRIORITY, 1 + Math.floor(Number(tag))));
  }

  /**
   * A split of that priority begins.
   *
   * @returns By how much the priorities of those that wait are to be made smaller; mostly 0.
   */
  async begin(priority: number, bytes: number): Promise<number> {
    const told = [priority - 1, costOf(bytes), MOST_NOW];
    return await this.#redis.eval(BEGIN, 2, ...this.#keys, ...told) as number;
  }
}

/** Steps of a split of weight 1. */
function costOf(bytes: number): number {
  return Math.max(LEAST_BYTES, bytes) / STEP_BYTES;
}

import type { Redis } from "ioredis";
import type { QueueFigures } from "../contract/engine_status.ts";

/** Waiting splits whose ages are looked at: those that are next, as many as one job can have. */
const MOST_AGED = 1000;

/** The lists of BullMQ's queue that hold splits by state, as KEYS. */
const LISTS = ["wait", "prioritized", "active", "delayed", "failed"];

/** All in one question; ages by the clock of Redis, as the splits' times are. */
const SCRIPT = `
local function size(key)
  return redis.call(redis.call("TYPE", key).ok == "list" and "LLEN" or "ZCARD", key)
end
local last = tonumber(ARGV[2]) - 1
local ids = redis.call("ZRANGE", KEYS[2], 0, last)
for _, id in ipairs(redis.call("LRANGE", KEYS[1], 0, last)) do ids[#ids + 1] = id end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local first = now
for _, id in ipairs(ids) do
  local at = tonumber(redis.call("HGET", ARGV[1] .. id, "timestamp"))
  if at and at < first then first = at end
end
local waiting = size(KEYS[1]) + size(KEYS[2])
return { waiting, size(KEYS[3]), size(KEYS[4]), size(KEYS[5]), now - first }`;

/**
 * What is in a queue of BullMQ, by one question to Redis. BullMQ counts as well, but tells the age of
 * no job; a test compares the two.
 *
 * @param queue How all names of the queue begin, such as `prefix:splits:`.
 */
export async function readQueueFigures(redis: Redis, queue: string): Promise<QueueFigures> {
  const keys = LISTS.map((list) => queue + list);
  const told = await redis.eval(SCRIPT, keys.length, ...keys, queue, MOST_AGED);
  const [waiting, running, delayed, failed, oldestWaitingMs] = told as number[];
  return { waiting, running, delayed, failed, oldestWaitingMs };
}

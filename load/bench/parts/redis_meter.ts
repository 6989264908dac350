import { Redis } from "ioredis";

/** What a Redis has done since it started. */
export interface RedisWork {
  /** Commands, with those that scripts have called, and without those of meters. */
  commands: number;
  /** Scripts, which are calls of BullMQ's. */
  scripts: number;
  /** Processor time. */
  cpuMs: number;
  /** Bytes to clients. */
  sentBytes: number;
}

/** Asks a Redis what it has done, by what `redis-cli INFO` prints. */
export class RedisMeter implements AsyncDisposable {
  readonly #redis: Redis;

  /** @param url Such as `redis://127.0.0.1:6379`. */
  constructor(url: string) {
    this.#redis = new Redis(url);
  }

  async read(): Promise<RedisWork> {
    const info = await this.#redis.info();
    const stats = await this.#redis.info("commandstats");
    const { calls, scripts } = readCommandStats(stats);
    return {
      commands: calls,
      scripts,
      cpuMs: (readField(info, "used_cpu_user") + readField(info, "used_cpu_sys")) * 1000,
      sentBytes: readField(info, "total_net_output_bytes"),
    };
  }

  /** Bytes that all keys have, without what connections hold. */
  async readDataBytes(): Promise<number> {
    const pairs = await this.#redis.memory("STATS") as unknown as (string | number)[];
    return Number(pairs[pairs.indexOf("dataset.bytes") + 1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis.quit();
  }
}

/** Work between two looks. */
export function workBetween(before: RedisWork, after: RedisWork): RedisWork {
  return mapWork((name) => after[name] - before[name]);
}

/** A work whose numbers are what `valueOf` says. */
export function mapWork(valueOf: (name: keyof RedisWork) => number): RedisWork {
  return {
    commands: valueOf("commands"),
    scripts: valueOf("scripts"),
    cpuMs: valueOf("cpuMs"),
    sentBytes: valueOf("sentBytes"),
  };
}

/** What a meter itself asks. */
const OF_METERS = /^(info|memory)/;

/** Adds up what `INFO commandstats` prints. */
export function readCommandStats(text: string): { calls: number; scripts: number } {
  let [calls, scripts] = [0, 0];
  for (const [, name, count] of text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (OF_METERS.test(name)) continue;
    calls += Number(count);
    if (name === "evalsha" || name === "eval") scripts += Number(count);
  }
  return { calls, scripts };
}

function readField(info: string, name: string): number {
  return Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
}

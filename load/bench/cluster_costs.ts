import { countUrls } from "../../tests/support/cluster/ask.ts";
import { generateLines } from "../../tests/support/cluster/lines.ts";
import { TestNodes } from "../../tests/support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../../tests/support/cluster/redis.ts";
import { FileServer } from "../../tests/support/http/file_server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { Refusal, whole } from "../support/options.ts";
import { pause } from "../support/pause.ts";
import type { Report } from "../support/report.ts";
import { mean, median, slope } from "../support/statistics.ts";
import { mapWork, RedisMeter, type RedisWork, workBetween } from "./parts/redis_meter.ts";

const TEXT_BYTES = 20_000;
const LOOK_MS = 20;

/** How long a text is held back whose split is to run for long. */
const HOLD_MS = 5000;

/** What nodes of one number have cost Redis. */
interface Cost {
  nodes: number;
  /** Of a second in which nothing is counted. */
  idle: RedisWork;
  /** Of a split, beyond what passes in the same time without one. */
  split: RedisWork;
  /** Of a second in which a split runs. */
  running: RedisWork;
  /** Bytes of keys that each split adds while its job runs. */
  splitBytes: number;
}

export default defineBenchmark({
  name: "cluster_costs",
  about: "What a split of a cluster costs Redis: commands, processor time, memory",
  details:
    `Nodes of one worker each, in this process, and a Redis of their own. Each job has as many
texts of 20 KB as it is to have splits. What Redis has done is told by INFO commandstats,
INFO cpu and MEMORY STATS before and after, less what it does in as long a time without a
job: beats of the nodes and their looks at the queue. Then splits run for ${
      HOLD_MS / 1000
    } s, since their texts
are held back. Every count is checked.`,
  options: {
    nodes: whole(6, "most nodes; 2, 4, 6 … up to it", 2),
    splits: whole(200, "splits of a job"),
    seconds: whole(6, "seconds of rest"),
    rounds: whole(3, "jobs of each number of nodes"),
  },
  quick: { nodes: "4", splits: "20", seconds: "2", rounds: "1" },
  async run({ nodes, splits, seconds, rounds }, report) {
    if (!await hasRedis()) throw new Refusal("Cannot start Redis: there is no redis-server");
    const costs: Cost[] = [];
    for (let count = 2; count <= nodes; count += 2) {
      report.progress(`${count} nodes`);
      costs.push(await measure(count, splits, seconds, rounds));
    }
    tell(costs, splits, report);
  },
});

async function measure(
  count: number,
  splits: number,
  seconds: number,
  rounds: number,
): Promise<Cost> {
  await using redis = await TestRedis.start();
  await using nodes = await TestNodes.start(redis, count);
  await using file = new FileServer(generateLines(1, TEXT_BYTES));
  await using meter = new RedisMeter(redis.url);
  const urls = Array.from({ length: splits }, (_, i) => `http://127.0.0.1:${file.port}/${i}`);
  const job = async () => {
    const { accounting, totals } = await countUrls(nodes.servers[0].origin, "top=0", urls);
    const bytes = splits * generateLines(1, TEXT_BYTES).length;
    if (accounting.cluster?.splits !== splits || totals.bytes !== bytes) {
      throw new Error(`Not all was counted: ${JSON.stringify({ accounting, totals })}`);
    }
  };
  await job(); // so that scripts are loaded, and kernels warm
  const idle = await meterOver(meter, () => pause(seconds * 1000));
  const perSecond = mapWork((name) => idle.work[name] / idle.seconds);
  const works: RedisWork[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await meter.readDataBytes();
    const ran = await meterOver(meter, async () => sizes.push(await watchSize(meter, job)));
    sizes.push((sizes.pop()! - before) / splits);
    works.push(mapWork((name) => (ran.work[name] - perSecond[name] * ran.seconds) / splits));
  }
  const split = mapWork((name) => median(works.map((work) => work[name])));
  const running = await measureRunning(meter, nodes, perSecond, split);
  return { nodes: count, idle: perSecond, split, running, splitBytes: median(sizes) };
}

/** What a second of a running split costs: each node has one, whose text is held back. */
async function measureRunning(
  meter: RedisMeter,
  { servers }: TestNodes,
  perSecond: RedisWork,
  split: RedisWork,
): Promise<RedisWork> {
  const answer = async () => void await pause(HOLD_MS);
  await using slow = new FileServer(generateLines(1, TEXT_BYTES), { answer });
  const urls = servers.map((_, i) => `http://127.0.0.1:${slow.port}/${i}`);
  const { work, seconds } = await meterOver(
    meter,
    () => countUrls(servers[0].origin, "top=0", urls),
  );
  const ofSplits = (name: keyof RedisWork) =>
    (work[name] - perSecond[name] * seconds) / urls.length - split[name];
  return mapWork((name) => ofSplits(name) / HOLD_MS * 1000);
}

async function meterOver(
  meter: RedisMeter,
  run: () => Promise<unknown>,
): Promise<{ work: RedisWork; seconds: number }> {
  const before = await meter.read();
  const begun = performance.now();
  await run();
  const seconds = (performance.now() - begun) / 1000;
  return { work: workBetween(before, await meter.read()), seconds };
}

/** The most bytes that keys have while a job runs. */
async function watchSize(meter: RedisMeter, job: () => Promise<void>): Promise<number> {
  let most = 0;
  let isRunning = true;
  const watching = (async () => {
    while (isRunning) {
      most = Math.max(most, await meter.readDataBytes());
      await pause(LOOK_MS);
    }
  })();
  try {
    await job();
  } finally {
    isRunning = false;
    await watching;
  }
  return most;
}

function tell(costs: readonly Cost[], splits: number, report: Report): void {
  report.print(`jobs of ${splits} splits, all counts as expected`);
  report.table(
    ["nodes", "of", "commands", "scripts", "CPU ms", "bytes sent", "bytes kept"],
    costs.flatMap(({ nodes, idle, split, running, splitBytes }) => [
      [String(nodes), "a split", ...showWork(split), splitBytes.toFixed(0)],
      [String(nodes), "a second of a running split", ...showWork(running), ""],
      [String(nodes), "a second without a job", ...showWork(idle), ""],
    ]),
  );
  for (const { nodes, idle, split, running, splitBytes } of costs) {
    report.row({ nodes, what: "split", ...split, bytesKept: splitBytes });
    report.row({ nodes, what: "second of a running split", ...running, bytesKept: null });
    report.row({ nodes, what: "idle second", ...idle, bytesKept: null });
  }
  for (const what of ["split", "running", "idle"] as const) {
    for (const name of ["commands", "scripts", "cpuMs"] as const) {
      const each = slope(costs.map((cost) => [cost.nodes, cost[what][name]]));
      const rest = mean(costs.map((cost) => cost[what][name] - each * cost.nodes));
      report.print(`${what}: ${rest.toPrecision(3)} ${name}, and ${each.toPrecision(3)} a node`);
      report.figure(`${what}, beside`, name, rest, "lower");
      report.figure(`${what}, for each node`, name, each, "lower");
    }
  }
}

function showWork({ commands, scripts, cpuMs, sentBytes }: RedisWork): string[] {
  return [commands.toFixed(1), scripts.toFixed(1), cpuMs.toFixed(2), sentBytes.toFixed(0)];
}

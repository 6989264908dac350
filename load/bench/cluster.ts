import { hasRedis, TestRedis } from "../../tests/support/cluster/redis.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { generateKeys } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writeText } from "../support/text_file.ts";
import { type ClusterCount, type Contestant, countInTurns } from "./parts/cluster_counts.ts";
import { meet, pin, startAlone, startNode } from "./parts/cluster_nodes.ts";
import { measureRecovery } from "./parts/cluster_recovery.ts";
import { loadInTurns, type SmallRound } from "./parts/cluster_small_jobs.ts";

/** What two nodes must reach, times as fast as each of the others. */
const TIMES_ONE_NODE = 1.85;
const TIMES_ONE_CORE = 1.75;
const TIMES_TWO_WORKERS = 0.8;
const TIMES_ONE_NODE_KEYS = 1.6;
/** Of the processor time of one node, and of the text's bytes, at most. */
const MOST_CPU = 1.1;
const MOST_MOVED = 0.01;
/** What a small text may cost more, and how many rounds tell it for each one of a large text. */
const SMALL_MARGIN = 0.03;
const SMALL_ROUNDS = 4;
/** Beside a node's lock, and half of it: splits that stand still are looked for as often. */
const RECOVERY_SECONDS = 1;

/** Least bytes of a split, unless said to a node. */
const SPLIT_BYTES = 64 * 1024 * 1024;

const TWO = "two nodes";
const ONE = "one node";
const CORE = "no cluster, one worker";
const WORKERS = "no cluster, two workers";

export default defineBenchmark({
  name: "cluster",
  about: "What a second node gains, costs and moves, and how soon it stands in",
  details:
    `Two nodes of one worker each; one node of a cluster of its own; servers of one and of two
workers that are no nodes. Each is pinned to cores by taskset, and one at a time counts a
text behind a URL, which a process of its own serves: English, and keys of eight bytes.
All keys are compared before. Then texts of 4 KB are sent to a node and to a server that is
none; and a node is killed that counts a split, while a third one is idle.`,
  options: {
    mb: amount(1200, "MB of English"),
    keys: whole(5_000_000, "distinct keys of the second text, each about four times"),
    rounds: whole(5, "rounds"),
    lock: whole(2, "seconds that a node keeps its splits that shows no sign of life", 2),
    ms: whole(1500, "milliseconds of small texts in each of their rounds"),
  },
  quick: { mb: "24", keys: "200000", rounds: "1", ms: "300" },
  async run({ mb, keys, rounds, lock, ms }, report) {
    if (!await hasRedis()) return report.print("left out: there is no redis-server");
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await TemporaryFolder.make());
    const english = await writeText(`${folder.path}/english`, mb * 1e6);
    const keyed = { path: `${folder.path}/keys`, bytes: 36 * keys };
    await Deno.writeFile(keyed.path, generateKeys(keys));
    // Both are divided, as long texts are by nodes that are told nothing else.
    const splitBytes = Math.floor(Math.min(SPLIT_BYTES, english.bytes / 2, keyed.bytes / 2));
    const servers = await startServers(stack, splitBytes, report);
    const texts = stack.use(
      await ServerProcess.start({
        main: new URL("./parts/text_server.ts", import.meta.url),
        args: [english.path, keyed.path],
      }),
    );
    report.progress(`${english.name}, ${mb} MB`);
    tellEnglish(
      await countInTurns(servers, `${texts.origin}/english`, english.bytes, rounds),
      english.bytes,
      report,
    );
    report.progress(`${keys} keys`);
    tellKeys(
      await countInTurns(servers, `${texts.origin}/keys`, keyed.bytes, rounds),
      keyed.bytes,
      report,
    );
    report.progress("texts of 4 KB");
    const [[node], [alone]] = [servers[TWO], servers[CORE]];
    tellSmall(await loadInTurns({ [ONE]: node, [CORE]: alone }, ms, SMALL_ROUNDS * rounds), report);
    report.progress("a node is killed");
    tellRecovery(await measureRecovery(lock, rounds), lock, report);
  },
});

type Servers = Record<typeof TWO | typeof ONE | typeof CORE | typeof WORKERS, Contestant>;

/** Starts all that is compared; one at a time will have something to do. */
async function startServers(
  stack: AsyncDisposableStack,
  splitBytes: number,
  report: Report,
): Promise<Servers> {
  const [ofTwo, ofOne] = [
    stack.use(await TestRedis.start()),
    stack.use(await TestRedis.start()),
  ];
  const first = stack.use(await startNode(ofTwo, { splitBytes }));
  const second = stack.use(await startNode(ofTwo, { splitBytes }));
  const lone = stack.use(await startNode(ofOne, { splitBytes }));
  const alone = stack.use(await startAlone(1));
  const wide = stack.use(await startAlone(2));
  await meet([first, second]);
  const pinned = [
    await pin(first, "0"),
    await pin(second, "1"),
    await pin(lone, "0"),
    await pin(alone, "0"),
    await pin(wide, "0,1"),
  ];
  if (pinned.includes(false)) report.print("no process has cores of its own: taskset refused");
  return { [TWO]: [first, second], [ONE]: [lone], [CORE]: [alone], [WORKERS]: [wide] };
}

const msOf = ({ ms }: ClusterCount) => ms;
const cpuOf = ({ cpuSeconds }: ClusterCount) => cpuSeconds;
const busiestOf = ({ busiestSeconds }: ClusterCount) => busiestSeconds;

function tellEnglish(
  counts: Map<string, ClusterCount[]>,
  bytes: number,
  report: Report,
): void {
  const times = tellCounts("English", counts, bytes, report);
  requireTimes(ONE, times(ONE, msOf), TIMES_ONE_NODE, report);
  requireTimes(CORE, times(CORE, msOf), TIMES_ONE_CORE, report);
  requireTimes(WORKERS, times(WORKERS, msOf), TIMES_TWO_WORKERS, report);
  const cpu = 1 / times(ONE, cpuOf);
  report.require(
    "processor time of two nodes, of one",
    `${cpu.toFixed(2)} × (required: ${MOST_CPU} ×)`,
    !(cpu > MOST_CPU),
  );
  const moved = movedShare(counts, bytes);
  report.require(
    "bytes between nodes, of the text's",
    `${(100 * moved).toFixed(2)} % (required: ${100 * MOST_MOVED} %)`,
    moved < MOST_MOVED,
  );
  report.figure("processor time of two nodes", "×", cpu, "lower");
}

function tellKeys(counts: Map<string, ClusterCount[]>, bytes: number, report: Report): void {
  const times = tellCounts("keys", counts, bytes, report);
  requireTimes(ONE, times(ONE, msOf), TIMES_ONE_NODE_KEYS, report);
  const moved = 100 * movedShare(counts, bytes);
  report.print(`bytes between nodes, of the text's: ${moved.toFixed(0)} %`);
}

/** Tells all, and gives how many times as fast two nodes are, or how many times as little they take. */
function tellCounts(
  text: string,
  counts: Map<string, ClusterCount[]>,
  bytes: number,
  report: Report,
): (other: string, valueOf: (count: ClusterCount) => number) => number {
  const two = counts.get(TWO)!;
  const times = (other: string, valueOf: (count: ClusterCount) => number) =>
    pairedRatio(counts.get(other)!.map(valueOf), two.map(valueOf));
  report.print(`${text}, ${(bytes / 1e6).toFixed(0)} MB in ${two[0].splits} splits`);
  report.table(
    ["", "ms", "MB/s", "CPU s", "of the busier process", `ms, of ${TWO}`],
    [...counts].map(([name, rounds]) => {
      const ms = median(rounds.map(msOf));
      report.figure(`${text}, ${name}`, "ms", ms, "lower");
      return [
        name,
        ms.toFixed(0),
        (bytes / 1000 / ms).toFixed(0),
        median(rounds.map(cpuOf)).toFixed(2),
        median(rounds.map(busiestOf)).toFixed(2),
        `${times(name, msOf).toFixed(2)} ×`,
      ];
    }),
  );
  const cores = pairedRatio(counts.get(ONE)!.map(busiestOf), two.map(busiestOf));
  report.print(`processor time of one node, of the busier one of two: ${cores.toFixed(2)} ×`);
  return times;
}

function requireTimes(other: string, times: number, required: number, report: Report): void {
  const found = `${times.toFixed(2)} × (required: ${required} ×)`;
  report.require(`two nodes against ${other}, times as fast`, found, times >= required);
}

function movedShare(counts: Map<string, ClusterCount[]>, bytes: number): number {
  return median(counts.get(TWO)!.map(({ movedBytes }) => movedBytes)) / bytes;
}

function tellSmall(rounds: Map<string, SmallRound[]>, report: Report): void {
  const [node, alone] = [rounds.get(ONE)!, rounds.get(CORE)!];
  const rateOf = ({ rate }: SmallRound) => rate;
  const cpuOf = ({ cpuMicros }: SmallRound) => cpuMicros;
  report.print("texts of 4 KB, 32 connections");
  report.table(
    ["", "requests/s", "CPU µs each"],
    [...rounds].map(([name, each]) => [
      name,
      median(each.map(rateOf)).toFixed(0),
      median(each.map(cpuOf)).toFixed(1),
    ]),
  );
  const rate = pairedRatio(node.map(rateOf), alone.map(rateOf));
  const cpu = pairedRatio(node.map(cpuOf), alone.map(cpuOf));
  const least = 1 - SMALL_MARGIN;
  report.require(
    "requests per second of a node, of a server that is none",
    `${rate.toFixed(3)} × (required: ${least} ×)`,
    rate >= least,
  );
  const most = 1 + SMALL_MARGIN;
  report.require(
    "processor time of a request, likewise",
    `${cpu.toFixed(3)} × (required: ${most} ×)`,
    !(cpu > most),
  );
  report.figure("small texts, processor time", "×", cpu, "lower");
}

function tellRecovery(times: readonly number[], lockSeconds: number, report: Report): void {
  const most = lockSeconds * 3 / 2 + RECOVERY_SECONDS;
  const found = Math.max(...times) / 1000;
  report.require(
    `seconds until a killed node's split is read elsewhere, lock ${lockSeconds} s, the longest`,
    `${found.toFixed(2)} (required: ${most})`,
    found <= most,
  );
  report.figure("seconds until a split is read elsewhere", "s", median(times) / 1000, "lower");
}

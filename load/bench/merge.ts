import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { measureCommand } from "../support/measured_command.ts";
import { whole } from "../support/options.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";

/** How many times faster than sort and awk a merge must be. */
const REQUIRED = 5;

const TOOLS = "sort -m and awk";
/** The same, with the sums in the order in which a result has them. */
const ORDERED = "the same, then sort by count";
const SERVER = "a server's merge, by count";
const COMMAND_LINE = "millrace merge, by key";

const PROGRAM = new URL("../../src/cli/millrace.ts", import.meta.url).pathname;

/** How many keys the lists have in common. */
const SHARED = ["most", "few"] as const;

/** Adds up the counts of keys that follow each other. */
const SUM = 'BEGIN { FS = "\\t" } $1 "" != key { if (NR > 1) printf "%s\\t%.0f\\n", key, sum; ' +
  'key = $1 ""; sum = 0 } { sum += $2 } END { printf "%s\\t%.0f\\n", key, sum }';

/** What a merge has cost. */
interface Cost {
  wallSeconds: number;
  cpuSeconds: number;
}

export default defineBenchmark({
  name: "merge",
  about: "Results of millions of keys put together, beside sort -m and a summing awk",
  details: `Lists of keys and counts, sorted bytewise, are merged by sort -m and added up by
awk, and by "millrace merge" with the same output. The same lists are results of a server
with a data directory, which puts them together, orders the sum by count and keeps it. All
are compared before. Once, the lists have most of their keys in common, and once few.`,
  options: {
    results: whole(7, "results"),
    keys: whole(1_000_000, "keys of each"),
    rounds: whole(5, "rounds"),
  },
  quick: { keys: "20000", rounds: "1" },
  async run({ results, keys, rounds }, report) {
    for (const shared of SHARED) {
      await using folder = await TemporaryFolder.make();
      const paths = await writeLists(folder.path, results, keys, shared);
      await using server = await ServerProcess.start({ args: ["--data", `${folder.path}/data`] });
      const jobs: string[] = [];
      for (const path of paths) jobs.push(await send(server.origin, path));
      const distinct = await compareCounts(server.origin, jobs, paths, folder.path);
      report.print(`${results} results of ${keys} keys; together ${distinct}, which are the same`);
      const costs = await takeRounds<Cost>({
        [TOOLS]: () => mergeByTools(paths, `${folder.path}/merged`),
        [ORDERED]: () => mergeByTools(paths, `${folder.path}/merged`, " | sort -k2,2nr -k1,1"),
        [SERVER]: () => mergeHere(server, jobs),
        [COMMAND_LINE]: () => mergeByCommand(paths, `${folder.path}/ours`),
      }, rounds);
      tell(costs, { records: results * keys, shared }, report);
    }
  },
});

/** Sorted lists; one key in ten is another list's where they share few. */
async function writeLists(
  folder: string,
  lists: number,
  keys: number,
  shared: typeof SHARED[number],
): Promise<string[]> {
  const paths: string[] = [];
  for (let list = 0; list < lists; list++) {
    const range = keys * 3;
    const rows = Array.from({ length: keys }, (_, i) => {
      const key = shared === "few"
        ? i * lists + (i % 10 === 0 ? 0 : list)
        : (i * 3 + list * (keys / lists | 0)) % range;
      return `key-${key.toString(36)}\t${1 + (key * 31 + list) % 1000}\n`;
    });
    const path = `${folder}/list-${list}`;
    await Deno.writeTextFile(path, rows.sort().join(""));
    paths.push(path);
  }
  return paths;
}

/** Hands a list in; gives the id of its job. */
async function send(origin: string, path: string): Promise<string> {
  const response = await fetch(`${origin}/v1/results?tokenizer=whitespace&case=preserve`, {
    method: "POST",
    headers: { "content-type": "text/tab-separated-values" },
    body: (await Deno.open(path)).readable,
  });
  const job = await response.json();
  if (response.status !== 201) throw new Error(`Cannot send ${path}: ${job.detail}`);
  return job.id;
}

/** Puts the results together; gives the path of the job, which is done. */
async function merge(origin: string, jobs: readonly string[]): Promise<string> {
  const response = await fetch(`${origin}/v1/results/merge`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jobs }),
  });
  const { links, detail } = await response.json();
  if (response.status !== 202) throw new Error(`Cannot merge: ${detail}`);
  for (;;) {
    const { state } = await (await fetch(`${origin}${links.self}?wait=60`)).json();
    if (state === "done") return links.self;
    if (state !== "running" && state !== "pending") throw new Error(`Cannot merge: it ${state}`);
  }
}

/** Milliseconds to the end of the job are timed, and its removal is not. */
async function mergeHere({ origin, pid }: ServerProcess, jobs: readonly string[]): Promise<Cost> {
  const cpu = await readCpuSeconds(pid);
  const started = performance.now();
  const path = await merge(origin, jobs);
  const wallSeconds = (performance.now() - started) / 1000;
  const cpuSeconds = await readCpuSeconds(pid) - cpu;
  await (await fetch(origin + path, { method: "DELETE" })).body?.cancel();
  return { wallSeconds, cpuSeconds };
}

/** @param then What reads the sums before they are written. */
function mergeByTools(paths: readonly string[], into: string, then = ""): Promise<Cost> {
  const command = `into=$1 sum=$2; shift 2; sort -m "$@" | awk "$sum"${then} > "$into"`;
  return measureCommand(["sh", "-c", command, "sh", into, SUM, ...paths], { LC_ALL: "C" });
}

function mergeByCommand(paths: readonly string[], into: string): Promise<Cost> {
  const words = ["merge", "--order", "key", "-k", "all", "-f", "tsv", "-o", into, ...paths];
  return measureCommand([Deno.execPath(), "run", "-A", "--no-check", PROGRAM, ...words]);
}

/** @returns How many keys there are. @throws {Error} If the two do not say the same. */
async function compareCounts(
  origin: string,
  jobs: readonly string[],
  paths: readonly string[],
  folder: string,
): Promise<number> {
  await mergeByTools(paths, `${folder}/theirs`);
  const path = await merge(origin, jobs);
  const { body } = await fetch(`${origin}${path}/result?top=0&format=tsv`);
  await Deno.writeFile(`${folder}/ours`, body!);
  await (await fetch(origin + path, { method: "DELETE" })).body?.cancel();
  await mergeByCommand(paths, `${folder}/by-key`);
  const command = 'sort "$1/ours" | cmp - "$1/theirs" && cmp "$1/by-key" "$1/theirs" && ' +
    'wc -l < "$1/theirs"';
  const { stdout } = await measureCommand(["sh", "-c", command, "sh", folder], { LC_ALL: "C" });
  return Number(stdout);
}

/** What was merged. */
interface Merged {
  records: number;
  shared: typeof SHARED[number];
}

function tell(costs: Map<string, Cost[]>, { records, shared }: Merged, report: Report): void {
  report.table(
    ["", "seconds", "min", "max", "CPU seconds", "million rows/s"],
    [...costs].map(([name, all]) => {
      const walls = all.map(({ wallSeconds }) => wallSeconds);
      const cpu = median(all.map(({ cpuSeconds }) => cpuSeconds));
      return [
        name,
        ...[median(walls), Math.min(...walls), Math.max(...walls)].map((each) => each.toFixed(2)),
        cpu.toFixed(2),
        (records / 1e6 / median(walls)).toFixed(2),
      ];
    }),
  );
  for (const ours of [SERVER, COMMAND_LINE]) {
    const timesOf = (of: keyof Cost) =>
      median(costs.get(TOOLS)!.map((theirs, i) => theirs[of] / costs.get(ours)![i][of]));
    const times = timesOf("wallSeconds");
    report.print(`${ours}: ${timesOf("cpuSeconds").toFixed(1)} times less CPU time than ${TOOLS}`);
    report.require(
      `${ours}, ${shared} keys shared: times as fast as ${TOOLS}`,
      `${times.toFixed(1)} (required: ${REQUIRED})`,
      times >= REQUIRED,
    );
    report.figure(`${ours}, ${shared} keys shared`, "× sort -m", times, "higher");
  }
}

import { ServerProcess } from "../../tests/support/http/server.ts";
import {
  type Answer,
  checkAnswer,
  createAnswer,
  readAnswer,
  TOP,
} from "../lab/parts/peers/answer.ts";
import { COMMAND, findPeers, NAMES, type Peer } from "../lab/parts/peers/list.ts";
import { findTools, installTools, type Tools } from "../support/peer_tools.ts";
import { countWords } from "../lab/parts/peers/word_map.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { curl } from "../support/commands.ts";
import { measureCommand } from "../support/measured_command.ts";
import { amount, folder, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { type TextFile, writePlainText } from "../support/text_file.ts";
import {
  costOf,
  pipeToMillrace,
  runMillrace,
  timeFirstByte,
  timeScript,
} from "./parts/command_runs.ts";
import { type Cost, measureCost, medianMs, requireRatios, tellCosts } from "./parts/costs.ts";
import { KernelRuns } from "./parts/kernel_workers.ts";
import { createLineWays, LINE_PAIRS } from "./parts/line_ways.ts";
import { CAT_SMALL, countByLoop, SMALL_BYTES, writeSmall } from "./parts/small_files.ts";

const WORKERS = 2;
const LITTLE_BYTES = 1024;
/** Who says how many threads count gets an engine, whatever is counted: so a start is one of an engine. */
const WORKERS_SAID = ["--workers", `${WORKERS}`];
/** Runs of each way to start: they are short, and scatter. */
const STARTS = 21;
const MOST_MB = 300;

const FILE = "millrace FILE";
const LITTLE = "millrace, a file of 1 KB";
const PAST_START = "millrace FILE, less that of 1 KB";
const KERNELS = "two workers, a kernel each, in memory";
const HTTP = "curl and HTTP";
const WC = "wc -w";
const SMALL = "millrace -r DIR";
const CAT = "cat of them | millrace";
const SHELL = "a shell loop of wc -w";

/** Least ratios of time, to ours. Servers and kernels have started before; other commands start, too. */
const KERNEL_TARGETS = { [KERNELS]: 0.9, [HTTP]: 1.3 };
const WC_TARGET = { [WC]: 3.5 };
const HUNIQ_TARGET = 10;
const DATABASE_TARGET = 3;
const SMALL_TARGETS = { [SHELL]: 20, [CAT]: 1 };
/** Most times as long as an empty script takes. */
const START_TARGET = 2.5;

const WORDS = ["-k", `${TOP}`, "-f", "json", "-q", ...WORKERS_SAID];
const PLAIN_WORDS = ["-t", "whitespace", ...WORDS];

export default defineBenchmark({
  name: "command_line",
  about: "millrace in a shell: a large file, its start, small files, a pipe without end",
  details: `The command counts a file, start and all, beside kernels that have the text in memory, a
server, wc, huniq, and databases on as many threads; then how long it takes to its first
byte of output beside an empty script; then many small files; then its memory while a
text streams in. Ways take turns, round by round, after one that is not told and whose
counts are compared. What this machine has not is named; --install fetches it.`,
  options: {
    mb: amount(245, "MB of the large file"),
    files: whole(10_000, `files of ${SMALL_BYTES} bytes`),
    "stream-gb": amount(2, "GB that come through a pipe"),
    rounds: whole(5, "rounds"),
    install: folder("where packages of Python and huniq are, and are put if they are not"),
  },
  quick: { mb: "20", files: "300", "stream-gb": "0.2", rounds: "1" },
  async run({ mb, files, "stream-gb": streamGb, rounds, install }, report) {
    if (install !== undefined) await installTools(install, (line) => report.progress(line));
    await using folder = await TemporaryFolder.make();
    const text = await writePlainText(`${folder.path}/text.txt`, mb * 1e6);
    const { name, copies, bytes } = text;
    report.print(`${name}, ${copies} times: ${(bytes / 1e6).toFixed(1)} MB, ${rounds} rounds`);
    await compareLarge(text, await findTools(install), rounds, report);
    report.progress("starts");
    await compareStarts(folder.path, report);
    report.progress("small files");
    await compareSmall(folder.path, text, files, rounds, report);
    report.progress("a pipe");
    await tellMemory(text, streamGb * 1e9, report);
  },
});

async function compareLarge(
  text: TextFile,
  tools: Tools,
  rounds: number,
  report: Report,
): Promise<void> {
  const { path, bytes } = text;
  const little = `${path}.little`;
  await Deno.writeFile(little, (await Deno.readFile(path)).subarray(0, LITTLE_BYTES));
  await using server = await ServerProcess.start();
  const expected = readAnswer((await runMillrace([...WORDS, path])).stdout);
  const words = createAnswer(await countWords(path));
  const databases = await findDatabases(tools, report);
  if (tools.huniq === undefined) report.print("skipped: huniq: there is no huniq");
  const lines = tools.huniq === undefined ? {} : await createLineWays(path, tools.huniq, WORKERS);
  const kernels = await KernelRuns.start(WORKERS, await Deno.readFile(path));
  const costs: Map<string, Cost[]> = await takeRounds(
    {
      [FILE]: () => count([...WORDS, path], expected),
      [LITTLE]: async () => costOf(await runMillrace([...WORDS, little])),
      [KERNELS]: async () => {
        const { cost, value: ms } = await measureCost(Deno.pid, () => kernels.run());
        checkAnswer(KERNELS, createAnswer(kernels.reduce()), expected);
        return { ...cost, ms };
      },
      [HTTP]: () => countByHttp(server, path, expected),
      [WC]: () => countByWc(path, words),
      ...Object.fromEntries(databases.map((peer) => [peer.name, wayOf(peer, path, words)])),
      ...lines,
    },
    rounds,
    1, // which also reads the file into memory
  );
  kernels.close();
  report.print(`counts are the same: ${expected.total} words, ${expected.distinct} distinct`);
  tellLarge(costs, databases, bytes, report);
}

function tellLarge(
  costs: Map<string, Cost[]>,
  databases: readonly Peer[],
  bytes: number,
  report: Report,
): void {
  const start = medianMs(costs, LITTLE);
  report.print(`${LITTLE}: ${start.toFixed(0)} ms, which the next table takes off`);
  const some = (names: readonly string[]) => new Map(names.map((name) => [name, costs.get(name)!]));
  const startCpu = median(costs.get(LITTLE)!.map(({ cpuMs }) => cpuMs));
  const past = costs.get(FILE)!.map(({ ms, cpuMs }) => ({
    ms: ms - start,
    cpuMs: cpuMs - startCpu,
  }));
  const large = new Map([[PAST_START, past], ...some([FILE, KERNELS, HTTP, WC])]);
  tellCosts(large, PAST_START, bytes, report);
  requireRatios(large, PAST_START, KERNEL_TARGETS, report);
  requireRatios(large, FILE, WC_TARGET, report);
  if (databases.length > 1) {
    const names = databases.map(({ name }) => name);
    tellCosts(some(names), COMMAND, bytes, report);
    const [, ...others] = names.toSorted((a, b) => rank(a) - rank(b));
    requireRatios(costs, COMMAND, { [others[0]]: DATABASE_TARGET }, report);
  }
  for (const [ours, theirs] of LINE_PAIRS.filter(([ours]) => costs.has(ours))) {
    tellCosts(some([ours, theirs]), ours, bytes, report);
    requireRatios(costs, ours, { [theirs]: HUNIQ_TARGET }, report);
  }

  /** Ours first, then by time. */
  function rank(name: string): number {
    return name === COMMAND ? -1 : medianMs(costs, name);
  }
}

async function count(words: readonly string[], expected: Answer): Promise<Cost> {
  const { stdout, ...cost } = await runMillrace(words);
  checkAnswer("millrace", readAnswer(stdout), expected);
  return costOf(cost);
}

async function countByHttp(
  server: ServerProcess,
  path: string,
  expected: Answer,
): Promise<Cost> {
  const url = `${server.origin}/v1/count?top=${TOP}`;
  const { cost, value } = await measureCost(
    server.pid,
    () => curl(url, ["-T", path, "-X", "POST"], true),
  );
  checkAnswer(HTTP, readAnswer(value.body), expected);
  return cost;
}

async function countByWc(path: string, expected: Answer): Promise<Cost> {
  const { stdout, ...cost } = await measureCommand(["wc", "-w", path], { LC_ALL: "C.UTF-8" });
  checkAnswer(WC, { total: parseInt(stdout) }, expected);
  return costOf(cost);
}

function wayOf({ name, run }: Peer, path: string, expected: Answer): () => Promise<Cost> {
  return async () => {
    const { answer, cost } = await run(path);
    checkAnswer(name, answer, expected);
    return costOf(cost);
  };
}

/** Our command first, and then the databases that this machine has. */
async function findDatabases(tools: Tools, report: Report): Promise<Peer[]> {
  const isOne = ({ name }: { name: string }) =>
    name === COMMAND || Object.values(NAMES).some((each) => name.startsWith(each));
  const { peers, absent } = await findPeers(tools);
  for (const { name, reason } of absent.filter(isOne)) report.print(`skipped: ${name}: ${reason}`);
  return peers.filter(isOne);
}

async function compareStarts(folder: string, report: Report): Promise<void> {
  const [script, little] = [`${folder}/empty.ts`, `${folder}/little`];
  await Deno.writeTextFile(script, "");
  await Deno.writeTextFile(little, "to be or not to be\n".repeat(LITTLE_BYTES / 19));
  const times = await takeRounds(
    {
      empty: () => timeScript(script),
      first: () => timeFirstByte([little]),
    },
    STARTS,
    1,
  );
  const [empty, first] = ["empty", "first"].map((name) => median(times.get(name)!));
  const ratio = first / empty;
  report.require(
    "to the first byte of a file of 1 KB",
    `${first.toFixed(0)} ms, ${ratio.toFixed(2)} × an empty script, ${empty.toFixed(0)} ms ` +
      `(required: ${START_TARGET} ×)`,
    ratio <= START_TARGET,
  );
  report.figure("first byte", "ms", first, "lower");
}

async function compareSmall(
  folder: string,
  { path }: TextFile,
  number: number,
  rounds: number,
  report: Report,
): Promise<void> {
  const files = await writeSmall(folder, path, number);
  const named = [...PLAIN_WORDS, "-r", files.folder];
  const expected = readAnswer((await runMillrace(named)).stdout);
  const costs = await takeRounds({
    [SMALL]: () => count(named, expected),
    [CAT]: async () => {
      const { stdout, ...cost } = await pipeToMillrace(CAT_SMALL, files.folder, PLAIN_WORDS);
      checkAnswer(CAT, readAnswer(stdout), expected);
      return costOf(cost);
    },
    [SHELL]: async () => {
      const { cost, value: total } = await measureCost(Deno.pid, () => countByLoop(files));
      checkAnswer(SHELL, { total }, expected);
      return { ...cost, cpuMs: NaN }; // its processes have it
    },
  }, rounds);
  report.print(`${number} files of ${SMALL_BYTES} bytes; the same words in all ways`);
  tellCosts(costs, SMALL, number * SMALL_BYTES, report);
  requireRatios(costs, SMALL, SMALL_TARGETS, report);
}

/** The largest that the process becomes while the text comes through a pipe again and again. */
async function tellMemory({ path }: TextFile, bytes: number, report: Report): Promise<void> {
  const source = `while cat "$0" 2> /dev/null; do :; done | head -c ${bytes}`;
  const words = ["-k", `${TOP}`, "-f", "json", "-q"];
  const { stdout, peakBytes, wallSeconds } = await pipeToMillrace(source, path, words);
  const { totals } = JSON.parse(stdout);
  if (totals.bytes !== bytes) throw new Error(`millrace has counted ${totals.bytes} of ${bytes}`);
  const mb = peakBytes / 1e6;
  report.require(
    `memory while ${bytes / 1e9} GB come through a pipe`,
    `at most ${mb.toFixed(0)} MB, in ${wallSeconds.toFixed(1)} s (required: ${MOST_MB} MB)`,
    mb <= MOST_MB || Number.isNaN(mb),
  );
  report.figure("memory behind a pipe", "MB", mb, "lower");
}

import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { curl } from "../support/commands.ts";
import { amount, whole } from "../support/options.ts";
import type { Figure, Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { ServedSides } from "../support/serve_revision.ts";
import { median } from "../support/statistics.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writeText } from "../support/text_file.ts";

/** What the durable path must reach of the other's rate. */
const REQUIRED = 0.8;
/** Small jobs that it must accept in a second. */
const REQUIRED_SMALL = 5000;
const SMALL_BYTES = 4096;
/** Clients that send small jobs side by side. */
const CLIENTS = 16;

const MEMORY = "in memory";
const DATA = "data directory";

export default defineBenchmark({
  name: "durable",
  about: "What it costs that a job outlives the process, up to the 202",
  details: `curl sends jobs to a server that keeps them in memory, and to one with a data
directory, in turns. Large jobs are timed up to the 202; small ones are sent by
${CLIENTS} clients. Counts are compared before rates are told.`,
  options: {
    mb: amount(245, "MB of the large text"),
    rounds: whole(9, "rounds"),
    small: whole(2000, "small jobs in each round"),
  },
  quick: { mb: "20", rounds: "1", small: "200" },
  async run({ mb, rounds, small }, report) {
    await using folder = await TemporaryFolder.make();
    const { path, bytes } = await writeText(`${folder.path}/text`, mb * 1e6);
    await using memory = await ServerProcess.start();
    await using durable = await ServerProcess.start({ args: ["--data", `${folder.path}/data`] });
    await compareCounts([memory.origin, durable.origin], path);

    const rateLarge = (origin: string) => rateOf(origin, path, bytes);
    report.print(`one job of ${(bytes / 1e6).toFixed(0)} MB, up to its 202; ${rounds} rounds`);
    const large = await takeRounds({
      [MEMORY]: () => rateLarge(memory.origin),
      [DATA]: () => rateLarge(durable.origin),
    }, rounds);
    const ratio = tellRates("MB/s", large, report);
    report.require(
      `durable at least ${REQUIRED} of in memory`,
      ratio.toFixed(2),
      ratio >= REQUIRED,
    );

    report.print(`\njobs of ${SMALL_BYTES} bytes, ${CLIENTS} clients`);
    const before = [await readCpuSeconds(memory.pid), await readCpuSeconds(durable.pid)];
    const many = await takeRounds({
      [MEMORY]: () => rateSmall(memory.origin, small),
      [DATA]: () => rateSmall(durable.origin, small),
    }, rounds);
    tellRates("jobs/s", many, report);
    const after = [await readCpuSeconds(memory.pid), await readCpuSeconds(durable.pid)];
    const costs = after.map((seconds, i) => 1e6 * (seconds - before[i]) / small / rounds);
    report.print(
      `CPU µs of the server for each: ${costs.map((us) => us.toFixed(0)).join(" and ")}`,
    );
    const smallRate = median(many.get(DATA)!);
    report.require(
      `at least ${REQUIRED_SMALL} small durable jobs/s`,
      smallRate.toFixed(0),
      smallRate >= REQUIRED_SMALL,
    );
  },
  compare: compareRevisions,
});

/** Each revision keeps jobs in memory, and in a data directory, in its turn. */
async function compareRevisions(
  sides: Sides,
  { mb, small }: { mb: number; small: number },
  _report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  await using folder = await TemporaryFolder.make();
  const { path, bytes } = await writeText(`${folder.path}/text`, mb * 1e6);
  await using inMemory = await ServedSides.start(sides);
  await using onDisk = await ServedSides.start(sides, (i) => ["--data", `${folder.path}/data${i}`]);
  await compareCounts([...inMemory.all, ...onDisk.all].map(({ origin }) => origin), path);
  await takeTurns(async (side): Promise<Figure[]> => {
    const [memory, durable] = [inMemory.of(side).origin, onDisk.of(side).origin];
    const large = [await rateOf(memory, path, bytes), await rateOf(durable, path, bytes)];
    const many = [await rateSmall(memory, small), await rateSmall(durable, small)];
    return [
      { name: "large", unit: "of in memory", value: large[1] / large[0], better: "higher" },
      { name: "small", unit: "jobs/s", value: many[1], better: "higher" },
      { name: "small, in memory", unit: "jobs/s", value: many[0], better: "higher" },
    ];
  });
}

/** Prints the rates. @returns What the durable path reaches of the other's rate. */
function tellRates(unit: string, rates: Map<string, number[]>, report: Report): number {
  const medians = new Map([...rates].map(([name, all]) => [name, median(all)]));
  const base = medians.get(MEMORY)!;
  report.table(
    ["", unit, "min", "max", `of ${MEMORY}`],
    [...rates].map(([name, all]) => [
      name,
      ...[medians.get(name)!, Math.min(...all), Math.max(...all)].map((each) => each.toFixed(0)),
      `${(100 * medians.get(name)! / base).toFixed(0)} %`,
    ]),
  );
  for (const [name, rate] of medians) report.figure(name, unit, rate, "higher");
  return medians.get(DATA)! / base;
}

/** @throws {Error} If the servers do not answer alike. */
async function compareCounts(origins: string[], path: string): Promise<void> {
  const answers = [];
  for (const origin of origins) {
    const { location } = await submit(origin, path);
    answers.push(await finish(origin, location));
  }
  if (new Set(answers).size > 1) throw new Error("Cannot compare rates: the counts differ");
}

/** MB/s up to the 202 of one job. */
async function rateOf(origin: string, path: string, bytes: number): Promise<number> {
  const { ms, location } = await submit(origin, path);
  await finish(origin, location);
  return bytes / 1000 / ms;
}

/** Milliseconds to the 202, by curl's own clock. @throws {Error} If there is no 202. */
async function submit(origin: string, path: string): Promise<{ ms: number; location: string }> {
  const { status, ms, location } = await curl(`${origin}/v1/jobs`, ["-T", path, "-X", "POST"]);
  if (status !== 202) throw new Error(`Cannot submit ${path}: ${origin} answers ${status}`);
  return { ms, location };
}

/** Waits for the result, reads it and deletes the job. */
async function finish(origin: string, location: string): Promise<string> {
  const result = await fetch(`${origin}${location}/result?format=tsv&wait=60`);
  const text = await result.text();
  if (result.status !== 200) throw new Error(`Cannot read ${location}: ${text}`);
  await (await fetch(`${origin}${location}`, { method: "DELETE" })).body?.cancel();
  return text;
}

async function rateSmall(origin: string, jobs: number): Promise<number> {
  const body = "to be or not to be ".repeat(SMALL_BYTES).slice(0, SMALL_BYTES);
  let left = jobs;
  const start = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) {
      const response = await fetch(`${origin}/v1/jobs`, { method: "POST", body });
      await response.body?.cancel();
      if (response.status !== 202) throw new Error(`${origin} answers ${response.status}`);
    }
  }));
  return jobs / (performance.now() - start) * 1000;
}

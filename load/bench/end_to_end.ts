import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { runCommand, upload } from "../support/commands.ts";
import { amount, whole } from "../support/options.ts";
import type { Figure, Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { ServedSides, serveRevision } from "../support/serve_revision.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { type TextFile, writeText } from "../support/text_file.ts";

const COLD_STARTS = 5;

/** Query of each way to count. */
const WAYS = {
  unicode: "top=10",
  ascii: "top=10&tokenizer=ascii",
  whitespace: "top=10&tokenizer=whitespace&case=preserve",
};

export default defineBenchmark({
  name: "end_to_end",
  about: "A large upload, from curl through HTTP to counts, in MB/s",
  details: `curl sends a file to a server, which counts it. Beside it: a server that drops what it
reads, a plain Map in one process, and wc. Contestants take turns, round by round.
Counts are compared with those of the Map before rates are told.`,
  options: {
    mb: amount(245, "MB of text"),
    rounds: whole(5, "rounds"),
  },
  quick: { mb: "20", rounds: "1" },
  async run({ mb, rounds }, report) {
    await using folder = await TemporaryFolder.make();
    const text = await writeText(`${folder.path}/text`, mb * 1e6);
    const { name, path, copies, bytes } = text;
    report.print(`${name}, ${copies} times: ${(bytes / 1e6).toFixed(1)} MB, ${rounds} rounds`);
    await using millrace = await ServerProcess.start();
    await using drop = await ServerProcess.start({
      main: new URL("./parts/drop_server.ts", import.meta.url),
    });
    await compareCounts(millrace.origin, text, report);
    const times = await takeRounds({
      "millrace, unicode": () => count(millrace, "unicode", path),
      "millrace, ascii": () => count(millrace, "ascii", path),
      "millrace, whitespace": () => count(millrace, "whitespace", path),
      "server that drops": () => upload(drop.origin, path),
      "wc -w": () => timeWc(path),
      "Map and split": async () => (await runMap(path)).ms,
    }, rounds);
    tellRates(times, bytes, report);
    const starts = await takeRounds(
      { cold: () => timeColdStart(ServerProcess.start) },
      COLD_STARTS,
    );
    const ms = median(starts.get("cold")!);
    report.print(`cold start to first answer: ${ms.toFixed(0)} ms`);
    report.figure("cold start", "ms", ms, "lower");
  },
  compare: compareRevisions,
});

/** Milliseconds of one upload. */
function count(server: ServerProcess, way: keyof typeof WAYS, path: string): Promise<number> {
  return upload(`${server.origin}/v1/count?${WAYS[way]}`, path);
}

/** @throws {Error} If Millrace and the Map do not find the same words, equally often. */
async function compareCounts(origin: string, { path }: TextFile, report: Report): Promise<void> {
  const ours = `${path}.ours`;
  const theirs = `${path}.map`;
  const query = "tokenizer=whitespace&case=preserve&top=0&format=tsv";
  await upload(`${origin}/v1/count?${query}`, path, ours);
  const { tokens, keys } = await runMap(path, theirs);
  if (await Deno.readTextFile(ours) !== await Deno.readTextFile(theirs)) {
    throw new Error("Cannot compare rates: Millrace and the Map count differently");
  }
  report.print(`counts equal those of the Map: ${tokens} words, ${keys} distinct`);
}

async function timeWc(path: string): Promise<number> {
  const start = performance.now();
  await runCommand("wc", ["-w", path]);
  return performance.now() - start;
}

/** @param tsv Where the counts go; nowhere unless said. */
async function runMap(
  path: string,
  tsv?: string,
): Promise<{ ms: number; tokens: number; keys: number }> {
  const script = new URL("./parts/map_count.ts", import.meta.url).href;
  const args = ["run", "-A", script, path, ...(tsv ? [tsv] : [])];
  return JSON.parse(await runCommand(Deno.execPath(), args));
}

/** From the start of the process to the answer to a small text, in milliseconds. */
async function timeColdStart(start: () => Promise<ServerProcess>): Promise<number> {
  const started = performance.now();
  await using server = await start();
  const answer = await fetch(`${server.origin}/v1/count`, { method: "POST", body: "to be" });
  if ((await answer.json()).totals.tokens !== 2) throw new Error("The first answer is wrong");
  return performance.now() - started;
}

function tellRates(times: Map<string, number[]>, bytes: number, report: Report): void {
  const rates = new Map([...times].map(([name, ms]) => [name, bytes / 1000 / median(ms)]));
  const ours = rates.get("millrace, unicode")!;
  const drop = rates.get("server that drops")!;
  report.table(
    ["", "MB/s", "min", "max", "unicode is", "of dropping"],
    [...times].map(([name, ms]) => {
      const rate = rates.get(name)!;
      const bounds = [Math.max(...ms), Math.min(...ms)].map((each) => bytes / 1000 / each);
      return [
        name,
        ...[rate, ...bounds].map((each) => each.toFixed(0)),
        `${(ours / rate).toFixed(2)} ×`,
        `${(100 * rate / drop).toFixed(0)} %`,
      ];
    }),
  );
  for (const [name, rate] of rates) {
    if (name.startsWith("millrace")) report.figure(name, "MB/s", rate, "higher");
  }
}

/** Through both servers in turn, and by a start of each. */
async function compareRevisions(
  sides: Sides,
  { mb }: { mb: number },
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  await using folder = await TemporaryFolder.make();
  const text = await writeText(`${folder.path}/text`, mb * 1e6);
  report.print(`${text.name}, ${(text.bytes / 1e6).toFixed(1)} MB`);
  await using servers = await ServedSides.start(sides);
  for (const { origin } of servers.all) await compareCounts(origin, text, report);
  await takeTurns(async (side) => {
    const server = servers.of(side);
    const figures: Figure[] = [];
    for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
      const value = text.bytes / 1000 / await count(server, way, text.path);
      figures.push({ name: way, unit: "MB/s", value, better: "higher" });
    }
    const value = await timeColdStart(() => serveRevision(side));
    figures.push({ name: "cold start", unit: "ms", value, better: "lower" });
    return figures;
  });
}

import { Engine, type JobInput } from "../../src/mod.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { runCommand, upload } from "../support/commands.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { type TextFile, writeText } from "../support/text_file.ts";

const SMALL_BYTES = 4096;
const WORKERS = 2;

const FILE = "file, read by the workers";
const MEMORY = "the same in memory";
const STREAM = "Deno's stream of the file";
const HTTP = "curl and HTTP";

const SMALL = "small files, named";
const CAT = "cat of them, streamed";
const SHELL = "a shell loop of wc -w";

/** Least rate of the file, by that of another way. */
const LARGE_TARGETS = { [MEMORY]: 0.9, [HTTP]: 1.3 };
const SMALL_TARGETS = { [SHELL]: 20, [CAT]: 1 };

export default defineBenchmark({
  name: "files",
  about: "A large file and many small ones, by engine, stream and HTTP, in MB/s",
  details:
    `One engine with two workers counts a file that it is given by its path, the same bytes in
memory, and the stream that Deno.open() gives; curl sends the file to a server of its
own. Then many small files: named, as a stream of cat, and by wc -w, one process each.
Ways take turns, round by round; the files are in the page cache, and the engine has
started. Counts are compared. A process of its own tells its memory.`,
  options: {
    mb: amount(245, "MB of text"),
    files: whole(10_000, `files of ${SMALL_BYTES} bytes`),
    rounds: whole(7, "rounds"),
  },
  quick: { mb: "20", files: "500", rounds: "1" },
  async run({ mb, files, rounds }, report) {
    await using folder = await TemporaryFolder.make();
    await using engine = await Engine.start({ workers: WORKERS });
    const text = await writeText(`${folder.path}/text`, mb * 1e6);
    report.print(`${text.name}, ${text.copies} times: ${(text.bytes / 1e6).toFixed(1)} MB`);
    await compareLarge(engine, text, rounds, report);
    await tellMemory(text, folder.path, report);
    await compareSmall(engine, await writeSmall(folder.path, text.path, files), rounds, report);
  },
});

/** What one count has cost. */
interface Cost {
  ms: number;
  /** Of the process that counts, in milliseconds; NaN where the system does not tell. */
  cpuMs: number;
}

async function measure<T>(pid: number, run: () => Promise<T>): Promise<{ cost: Cost; value: T }> {
  const cpuBefore = await readCpuSeconds(pid);
  const start = performance.now();
  const value = await run();
  const ms = performance.now() - start;
  return { cost: { ms, cpuMs: (await readCpuSeconds(pid) - cpuBefore) * 1000 }, value };
}

/** Counts an input with an engine, and times that. */
class Stopwatch {
  readonly #engine: Engine;
  #counted: number | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws {Error} If another input of the same text had other counts. */
  async time(input: JobInput): Promise<Cost> {
    const { cost, value: { totals, segment } } = await measure(
      Deno.pid,
      () => this.#engine.submit(input, { top: 10 }).done,
    );
    const counted = totals.tokens * totals.keys;
    segment.close();
    this.#counted ??= counted;
    if (counted !== this.#counted) throw new Error("Cannot compare rates: counts differ");
    return cost;
  }
}

async function compareLarge(
  engine: Engine,
  { path, bytes }: TextFile,
  rounds: number,
  report: Report,
): Promise<void> {
  await using server = await ServerProcess.start();
  const watch = new Stopwatch(engine);
  const inMemory = await Deno.readFile(path);
  const times = await takeRounds(
    {
      [FILE]: () => watch.time({ path }),
      [MEMORY]: () => watch.time(inMemory),
      [STREAM]: async () => watch.time((await Deno.open(path)).readable),
      [HTTP]: async () => {
        const url = `${server.origin}/v1/count?top=10`;
        return (await measure(server.pid, () => upload(url, path))).cost;
      },
    },
    rounds,
    1,
  );
  tellRates(times, FILE, bytes, LARGE_TARGETS, report);
}

async function compareSmall(
  engine: Engine,
  { folder, paths }: SmallFiles,
  rounds: number,
  report: Report,
): Promise<void> {
  const watch = new Stopwatch(engine);
  const files = paths.map((path) => ({ path }));
  const times = await takeRounds({
    [SMALL]: () => watch.time({ files }),
    [CAT]: () => watch.time(openCat(folder)),
    [SHELL]: () => timeLoop(folder),
  }, rounds);
  report.print(`${paths.length} files of ${SMALL_BYTES} bytes`);
  tellRates(times, SMALL, paths.length * SMALL_BYTES, SMALL_TARGETS, report);
}

interface SmallFiles {
  folder: string;
  paths: string[];
}

/** Files of whole lines, so that their counts are those of all of them in a row. */
async function writeSmall(folder: string, source: string, count: number): Promise<SmallFiles> {
  const files = { folder: `${folder}/small`, paths: [] as string[] };
  await Deno.mkdir(files.folder);
  const text = await Deno.readFile(source);
  const step = Math.floor((text.length - SMALL_BYTES) / count);
  for (let i = 0; i < count; i++) {
    const content = text.slice(i * step, i * step + SMALL_BYTES);
    content.fill(0x20, 0, content.indexOf(0x0a) + 1); // what is left of a word, or of a character
    content.fill(0x20, content.lastIndexOf(0x0a) + 1);
    content[SMALL_BYTES - 1] = 0x0a;
    const path = `${files.folder}/${i}`;
    await Deno.writeFile(path, content);
    files.paths.push(path);
  }
  return files;
}

function openCat(folder: string): ReadableStream<Uint8Array> {
  const script = 'find "$0" -type f -print0 | xargs -0 cat'; // so many names fit no command line
  return new Deno.Command("sh", { args: ["-c", script, folder], stdout: "piped" }).spawn().stdout;
}

async function timeLoop(folder: string): Promise<Cost> {
  const start = performance.now();
  await runCommand("sh", ["-c", 'for f in "$0"/*; do wc -w < "$f"; done', folder]);
  return { ms: performance.now() - start, cpuMs: NaN }; // its processes have it
}

/** By how much the peak of memory rises from a small file to a large one. */
async function tellMemory(text: TextFile, folder: string, report: Report): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const small = await writeText(`${folder}/little`, 1);
  const script = new URL("../../tests/support/file_memory.ts", import.meta.url).pathname;
  const told = await runCommand(Deno.execPath(), ["run", "-A", script, small.path, text.path]);
  const mb = JSON.parse(told).rise / 1e6;
  report.print(`memory rises by ${mb.toFixed(1)} MB from a file of one copy to this one`);
  report.figure("rise of memory", "MB", mb, "lower");
}

function tellRates(
  costs: Map<string, Cost[]>,
  ours: string,
  bytes: number,
  targets: Readonly<Record<string, number>>,
  report: Report,
): void {
  const times = new Map([...costs].map(([name, each]) => [name, each.map(({ ms }) => ms)]));
  const ms = (name: string) => median(times.get(name)!);
  report.table(
    ["", "ms", "min", "max", "MB/s", "as fast as", "CPU ms"],
    [...times].map(([name, each]) => {
      const cpuMs = median(costs.get(name)!.map(({ cpuMs }) => cpuMs));
      return [
        name,
        ...[ms(name), Math.min(...each), Math.max(...each)].map((time) => time.toFixed(0)),
        (bytes / 1000 / ms(name)).toFixed(0),
        `${(ms(name) / ms(ours)).toFixed(2)} ×`,
        Number.isNaN(cpuMs) ? "–" : cpuMs.toFixed(0),
      ];
    }),
  );
  report.figure(ours, "MB/s", bytes / 1000 / ms(ours), "higher");
  for (const [name, least] of Object.entries(targets)) {
    const ratio = ms(name) / ms(ours);
    report.require(
      `as fast as ${name}`,
      `${ratio.toFixed(2)} × (required: ${least} ×)`,
      ratio >= least,
    );
  }
}

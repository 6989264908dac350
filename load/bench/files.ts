import { Engine, type JobInput } from "../../src/mod.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { runCommand, upload } from "../support/commands.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { type TextFile, writeText } from "../support/text_file.ts";
import { type Cost, measureCost, requireRatios, tellCosts } from "./parts/costs.ts";
import {
  CAT_SMALL,
  countByLoop,
  SMALL_BYTES,
  type SmallFiles,
  writeSmall,
} from "./parts/small_files.ts";

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

/** Counts an input with an engine, and times that. */
class Stopwatch {
  readonly #engine: Engine;
  #counted: number | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws {Error} If another input of the same text had other counts. */
  async time(input: JobInput): Promise<Cost> {
    const { cost, value: { totals, segment } } = await measureCost(
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
        return (await measureCost(server.pid, () => upload(url, path))).cost;
      },
    },
    rounds,
    1,
  );
  tellCosts(times, FILE, bytes, report);
  requireRatios(times, FILE, LARGE_TARGETS, report);
}

async function compareSmall(
  engine: Engine,
  small: SmallFiles,
  rounds: number,
  report: Report,
): Promise<void> {
  const watch = new Stopwatch(engine);
  const files = small.paths.map((path) => ({ path }));
  const times = await takeRounds({
    [SMALL]: () => watch.time({ files }),
    [CAT]: () => watch.time(openCat(small)),
    [SHELL]: () => timeLoop(small),
  }, rounds);
  report.print(`${files.length} files of ${SMALL_BYTES} bytes`);
  tellCosts(times, SMALL, files.length * SMALL_BYTES, report);
  requireRatios(times, SMALL, SMALL_TARGETS, report);
}

function openCat({ folder }: SmallFiles): ReadableStream<Uint8Array> {
  const args = ["-c", CAT_SMALL, folder];
  return new Deno.Command("sh", { args, stdout: "piped" }).spawn().stdout;
}

async function timeLoop(files: SmallFiles): Promise<Cost> {
  const start = performance.now();
  await countByLoop(files);
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

import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { upload } from "../support/commands.ts";
import { measureCommand } from "../support/measured_command.ts";
import { amount, whole } from "../support/options.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writeText } from "../support/text_file.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { loadKernelOf } from "./parts/kernel_files.ts";
import { TextMapper } from "./parts/text_mapper.ts";

/** What a large upload must reach of the limit. */
const REQUIRED = 0.93;

/** Pages of the kernel's memory: 1 GiB. */
const PAGES = 16_384;

/** A text is sent with its length, but as a client that streams sends it in the last way. */
const WAYS = {
  unicode: { query: "top=10", args: [] },
  whitespace: { query: "top=10&tokenizer=whitespace&case=preserve", args: [] },
  "unicode, in chunks": { query: "top=10", args: ["-H", "Transfer-Encoding: chunked"] },
};

const DROP = "a server that drops, and curl";
const KERNEL = "the kernel alone, unicode";

export default defineBenchmark({
  name: "limit",
  about: "A large upload, as a part of what the cores could do at best",
  details:
    `The limit is cores / (CPU of a server that reads and drops a MB, and of curl that sends it,
+ CPU of the kernel alone for a MB): what a server would reach that had nothing else to
do, and no core idle. All of it is measured in turns, in one run, on the same text.`,
  options: {
    mb: amount(245, "MB of text"),
    rounds: whole(7, "rounds"),
  },
  quick: { mb: "20", rounds: "1" },
  async run({ mb, rounds }, report) {
    await using folder = await TemporaryFolder.make();
    const { name, copies, path, bytes } = await writeText(`${folder.path}/text`, mb * 1e6);
    const text = await Deno.readFile(path);
    report.print(`${name}, ${copies} times: ${(bytes / 1e6).toFixed(1)} MB, ${rounds} rounds`);
    await using server = await ServerProcess.start();
    await using drop = await ServerProcess.start({
      main: new URL("./parts/drop_server.ts", import.meta.url),
    });
    const mapper = new TextMapper(await loadKernelOf(THIS_REVISION, PAGES), PAGES);
    const rate = async ({ query, args }: typeof WAYS[keyof typeof WAYS]) => {
      const ms = await upload(`${server.origin}/v1/count?${query}`, path, undefined, args);
      return bytes / 1000 / ms;
    };
    const contestants: Record<string, () => Promise<number>> = {
      [DROP]: async () => 1e6 / bytes * await dropCost(drop, path),
      [KERNEL]: () => Promise.resolve(1 / mapper.rateOf(text, "unicode")),
    };
    for (const [name, way] of Object.entries(WAYS)) contestants[name] = () => rate(way);
    const found = await takeRounds(contestants, rounds, 1);
    tell(new Map([...found].map(([what, all]) => [what, median(all)])), report);
  },
});

/** CPU seconds that a text costs whoever reads and drops it, and curl. */
async function dropCost({ origin, pid }: ServerProcess, path: string): Promise<number> {
  const before = await readCpuSeconds(pid);
  const { cpuSeconds } = await measureCommand(["curl", "-sS", "-T", path, "-X", "POST", origin]);
  return cpuSeconds + await readCpuSeconds(pid) - before;
}

function tell(medians: ReadonlyMap<string, number>, report: Report): void {
  const cores = navigator.hardwareConcurrency;
  const [drop, kernel] = [DROP, KERNEL].map((what) => medians.get(what)!);
  const limit = cores / (drop + kernel);
  const rates = Object.keys(WAYS).map((way) => [way, medians.get(way)!] as const);
  report.table(
    ["", "CPU ms a MB", "MB/s", "of the limit"],
    [
      [DROP, (1000 * drop).toFixed(2), "", ""],
      [KERNEL, (1000 * kernel).toFixed(2), "", ""],
      [
        `the limit of ${cores} cores`,
        (1000 * (drop + kernel)).toFixed(2),
        limit.toFixed(0),
        "1.00",
      ],
      ...rates.map(([way, rate]) => [way, "", rate.toFixed(0), (rate / limit).toFixed(2)]),
    ],
  );
  const [unicode, whitespace, chunked] = rates.map(([, rate]) => rate);
  report.figure("ratio", "of the limit", unicode / limit, "higher");
  report.figure("limit", "MB/s", limit, "higher");
  for (const [way, rate] of rates) report.figure(way, "MB/s", rate, "higher");
  report.figure("drop", "CPU ms a MB", 1000 * drop, "lower");
  report.figure("kernel", "CPU ms a MB", 1000 * kernel, "lower");
  const ratio = unicode / limit;
  report.require(`unicode at least ${REQUIRED} of the limit`, ratio.toFixed(2), ratio >= REQUIRED);
  const others = { whitespace: whitespace / unicode, "in chunks": chunked / unicode };
  for (const [what, other] of Object.entries(others)) {
    report.require(`${what} not slower than unicode`, `${other.toFixed(2)} ×`, other >= 1);
  }
}

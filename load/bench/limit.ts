import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { measureCommand } from "../support/measured_command.ts";
import { amount, whole } from "../support/options.ts";
import type { Figure, Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { ServedSides } from "../support/serve_revision.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writeText } from "../support/text_file.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { timeOwnCore, workersMs } from "./parts/core_time.ts";
import { measureCost } from "./parts/costs.ts";
import { loadKernelOf } from "./parts/kernel_files.ts";
import { TextMapper } from "./parts/text_mapper.ts";

/** What a large upload must reach of the limit. */
const REQUIRED = 0.93;

/** Pages of the kernel's memory: 1 GiB. */
const PAGES = 16_384;

/** How a text is sent. */
interface Way {
  query: string;
  /** Of curl. */
  args: readonly string[];
}

/** A text is sent with its length, but as a client that streams sends it in the last way. */
const WAYS = {
  unicode: { query: "top=10", args: [] },
  whitespace: { query: "top=10&tokenizer=whitespace&case=preserve", args: [] },
  "unicode, in chunks": { query: "top=10", args: ["-H", "Transfer-Encoding: chunked"] },
};

const DROP = "a server that drops";
const KERNEL = "the kernel alone, and copies to it";

/** What a MB of a text has cost, in milliseconds. */
interface MegabyteCost {
  clock: number;
  /** Of all threads, of the workers, of curl. */
  cpu: number;
  workers: number;
  curl: number;
}

export default defineBenchmark({
  name: "limit",
  about: "A large upload, as a part of what the cores could do at best",
  details:
    `The limit is cores / (CPU of a server that reads and drops a MB, and of curl that sends it,
+ CPU of the kernel alone for a MB): what a server would reach that had nothing else to
do, not even a copy to hand the kernel its text, and no core idle. All of it is measured
in turns, in one run, on the same text. Where others want the cores, the clock tells about
them, and the part of the limit by CPU is what counts.`,
  options: {
    mb: amount(245, "MB of text"),
    rounds: whole(7, "rounds"),
  },
  quick: { mb: "20", rounds: "1" },
  async run({ mb, rounds }, report) {
    await using server = await ServerProcess.start();
    await using yardsticks = await Yardsticks.prepare(mb, report);
    const contestants: Record<string, () => Promise<MegabyteCost>> = {
      [DROP]: () => yardsticks.drop(),
      [KERNEL]: () => yardsticks.countAlone(),
    };
    for (const [name, way] of Object.entries(WAYS)) {
      contestants[name] = () => yardsticks.upload(server, way);
    }
    const found = await takeRounds(contestants, rounds, 1);
    tell(new Map([...found].map(([what, all]) => [what, medianCost(all)])), report);
  },
  compare: compareRevisions,
});

/** By processor time: both revisions have the limit of their turn, with the kernel of this one. */
async function compareRevisions(
  sides: Sides,
  { mb }: { mb: number },
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  await using servers = await ServedSides.start(sides);
  await using yardsticks = await Yardsticks.prepare(mb, report);
  await takeTurns(async (side): Promise<Figure[]> => {
    const limit = leastCpu(await yardsticks.drop(), await yardsticks.countAlone());
    const server = servers.of(side);
    const { cpu, curl } = await yardsticks.upload(server, WAYS.unicode);
    const ofServer = cpu - curl; // which sends chunks at another price
    const serverMs = async (way: Way) => {
      const cost = await yardsticks.upload(server, way);
      return cost.cpu - cost.curl;
    };
    const whitespace = await serverMs(WAYS.whitespace);
    const chunked = await serverMs(WAYS["unicode, in chunks"]);
    return [
      { name: "unicode", unit: "of the limit", value: limit / cpu, better: "higher" },
      { name: "whitespace", unit: "of unicode", value: ofServer / whitespace, better: "higher" },
      { name: "in chunks", unit: "of unicode", value: ofServer / chunked, better: "higher" },
    ];
  });
}

/** A text, and what the limit of its upload is made of. */
class Yardsticks implements AsyncDisposable {
  readonly #path: string;
  readonly #text: Uint8Array<ArrayBuffer>;
  readonly #dropping: ServerProcess;
  readonly #mapper: TextMapper;
  readonly #resources: AsyncDisposable;

  private constructor(
    path: string,
    text: Uint8Array<ArrayBuffer>,
    dropping: ServerProcess,
    mapper: TextMapper,
    resources: AsyncDisposable,
  ) {
    this.#path = path;
    this.#text = text;
    this.#dropping = dropping;
    this.#mapper = mapper;
    this.#resources = resources;
  }

  static async prepare(mb: number, report: Report): Promise<Yardsticks> {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await TemporaryFolder.make());
    const { name, copies, path, bytes } = await writeText(`${folder.path}/text`, mb * 1e6);
    report.print(`${name}, ${copies} times: ${(bytes / 1e6).toFixed(1)} MB`);
    const main = new URL("./parts/drop_server.ts", import.meta.url);
    const dropping = stack.use(await ServerProcess.start({ main }));
    const mapper = new TextMapper(await loadKernelOf(THIS_REVISION, PAGES), PAGES);
    return new Yardsticks(path, await Deno.readFile(path), dropping, mapper, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  /** What a server costs that reads the text and drops it. */
  drop(): Promise<MegabyteCost> {
    return upload(this.#dropping, "", this.#path, this.#text.length);
  }

  /** What the kernel costs. What hands it its text copies it into shared memory, as the host does. */
  async countAlone(): Promise<MegabyteCost> {
    let rate = 0;
    const started = performance.now();
    const core = await timeOwnCore(() => rate = this.#mapper.rateOf(this.#text, "unicode"));
    const share = core / (performance.now() - started);
    const clock = 1000 / rate;
    return { clock, cpu: core / this.#text.length * 1e6, workers: clock * share, curl: 0 };
  }

  /** What a server costs that counts the text. */
  upload(server: ServerProcess, { query, args }: Way): Promise<MegabyteCost> {
    return upload(server, `v1/count?${query}`, this.#path, this.#text.length, args);
  }
}

/** What a MB costs a server that does nothing but read it and count it. */
function leastCpu(drop: MegabyteCost, kernel: MegabyteCost): number {
  return drop.cpu + kernel.workers;
}

/** Sends a file by curl, and tells what that costs it and who takes it. */
async function upload(
  { origin, pid }: ServerProcess,
  path: string,
  file: string,
  bytes: number,
  args: readonly string[] = [],
): Promise<MegabyteCost> {
  const before = await workersMs(pid);
  const command = ["curl", "-sS", "--fail", "-T", file, "-X", "POST", ...args, `${origin}/${path}`];
  const { cost, value } = await measureCost(pid, () => measureCommand(command));
  const workers = await workersMs(pid) - before;
  const ofMB = (ms: number) => ms / bytes * 1e6;
  const curl = value.cpuSeconds * 1000;
  return {
    clock: ofMB(cost.ms),
    cpu: ofMB(cost.cpuMs + curl),
    workers: ofMB(workers),
    curl: ofMB(curl),
  };
}

function medianCost(all: readonly MegabyteCost[]): MegabyteCost {
  const of = (key: keyof MegabyteCost) => median(all.map((cost) => cost[key]));
  return { clock: of("clock"), cpu: of("cpu"), workers: of("workers"), curl: of("curl") };
}

function tell(medians: ReadonlyMap<string, MegabyteCost>, report: Report): void {
  const cores = navigator.hardwareConcurrency;
  const [drop, kernel] = [DROP, KERNEL].map((what) => medians.get(what)!);
  const least = leastCpu(drop, kernel);
  const limit = 1000 * cores / least;
  const ways = Object.keys(WAYS).map((way) => [way, medians.get(way)!] as const);
  const cells = ({ cpu, workers, curl }: MegabyteCost) =>
    [cpu, workers, cpu - workers - curl, curl].map((ms) => ms.toFixed(2));
  report.table(
    ["CPU ms a MB", "all", "workers", "host", "curl", "MB/s", "of the limit", "by CPU"],
    [
      [DROP, ...cells(drop), "", "", ""],
      [KERNEL, ...cells(kernel), "", "", ""],
      ["the limit", least.toFixed(2), "", "", "", limit.toFixed(0), "1.00", "1.00"],
      ...ways.map(([way, cost]) => {
        const rate = 1000 / cost.clock;
        const parts = [rate / limit, least / cost.cpu].map((part) => part.toFixed(2));
        return [way, ...cells(cost), rate.toFixed(0), ...parts];
      }),
    ],
  );
  const [unicode, whitespace, chunked] = ways.map(([, { clock }]) => 1000 / clock);
  const ratio = unicode / limit;
  const byCpu = least / ways[0][1].cpu;
  report.figure("ratio", "of the limit", ratio, "higher");
  report.figure("ratio by CPU", "of the limit", byCpu, "higher");
  report.figure("limit", "MB/s", limit, "higher");
  for (const [way, { clock }] of ways) report.figure(way, "MB/s", 1000 / clock, "higher");
  for (const [way, { cpu }] of medians) report.figure(`CPU: ${way}`, "ms a MB", cpu, "lower");
  report.require(`unicode at least ${REQUIRED} of the limit`, ratio.toFixed(2), ratio >= REQUIRED);
  report.require("the same by CPU", byCpu.toFixed(2), byCpu >= REQUIRED);
  const others = { whitespace: whitespace / unicode, "in chunks": chunked / unicode };
  for (const [what, other] of Object.entries(others)) {
    report.require(`${what} not slower than unicode`, `${other.toFixed(2)} ×`, other >= 1);
  }
}

import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import { text, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { ServedSides } from "../support/serve_revision.ts";
import { median, pairedRatio, quantile } from "../support/statistics.ts";
import { KeepAliveClient } from "./parts/keep_alive_client.ts";
import type { LoadReport } from "./parts/keep_alive_worker.ts";
import { readShortText } from "./parts/short_text.ts";
import { startBareServer } from "./parts/start_bare_server.ts";

const REQUIRED = 0.55;
/** Two listeners of Millrace, of two bare listeners. */
const LISTENERS_REQUIRED = 0.7;
/** Of the bare handler's. */
const MOST_P99 = 3;
/** Of the processor time of a request whose text goes to a thread. */
const MOST_CPU = 1;
const WARM_UP_MS = 1000;

/** What the options say of each request and of each round. */
interface Load {
  bytes: number;
  connections: number;
  ms: number;
  path: string;
}

export default defineBenchmark({
  name: "small_jobs",
  about: "Texts of 4 KB over HTTP, in requests per second",
  details: `Small texts are counted over keep-alive connections, one request at a time on each.
Beside it: a bare Hono handler that only reads the same body, and a server that
counts all texts by threads (--inline false). On Linux also a server with two
listeners, beside two threads with that handler on one port. All run all the time
and are loaded in turn, round by round. Counts are checked before.`,
  options: {
    bytes: whole(4400, "bytes of each text"),
    connections: whole(32, "connections"),
    rounds: whole(7, "rounds"),
    ms: whole(1500, "milliseconds of load in each round"),
    path: text("/v1/count?top=10", "path that is asked"),
  },
  quick: { rounds: "1", ms: "500" },
  async run(load, report) {
    const body = await readShortText(load.bytes);
    await using millrace = await ServerProcess.start();
    await using threads = await ServerProcess.start({ args: ["--inline", "false"] });
    await using bare = await startBareServer();
    await checkCounts(millrace.origin, body, report);
    if (Number(await post(bare.origin, body)) !== body.length) {
      throw new Error("Cannot compare rates: Hono read another body");
    }
    using client = new KeepAliveClient();
    const ask = async (server: ServerProcess, differs: Partial<Load> = {}): Promise<Round> => {
      const before = await readCpuSeconds(server.pid);
      const report = await client.load({ ...load, port: server.port, body, ...differs });
      return { ...report, cpuSeconds: await readCpuSeconds(server.pid) - before };
    };
    await ask(bare, { path: "/", ms: WARM_UP_MS });
    for (const server of [millrace, threads]) await ask(server, { ms: WARM_UP_MS });
    await using two = await startTwo();
    for (const server of two.servers) {
      await ask(server, { path: server === two.bare ? "/" : load.path, ms: WARM_UP_MS });
    }
    const rounds = await takeRounds({
      "bare Hono handler": () => ask(bare, { path: "/" }),
      [`millrace ${load.path}`]: () => ask(millrace),
      "the same, --inline false": () => ask(threads),
      ...(two.bare && {
        "two bare listeners": () => ask(two.bare!, { path: "/" }),
        "millrace --listeners 2": () => ask(two.millrace!),
      }),
    }, load.rounds);
    tellRates(rounds, load.connections, report);
    if (two.bare) tellListeners([...rounds.values()], report);
  },
  compare: compareRevisions,
});

/** A server with two listeners, and two bare ones, where threads can share a port. */
async function startTwo() {
  const stack = new AsyncDisposableStack();
  if (Deno.build.os !== "linux") {
    return { servers: [], [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }
  const millrace = stack.use(await ServerProcess.start({ args: ["--listeners", "2"] }));
  const main = new URL("./parts/bare_listeners.ts", import.meta.url);
  const bare = stack.use(await ServerProcess.start({ main }));
  const servers = [bare, millrace];
  return { bare, millrace, servers, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** @throws {Error} If Millrace does not count what a plain Map counts. */
async function checkCounts(
  origin: string,
  body: Uint8Array<ArrayBuffer>,
  report: Report,
): Promise<void> {
  const query = "tokenizer=whitespace&case=preserve&top=0&format=tsv";
  const answer = await post(`${origin}/v1/count?${query}`, body);
  const ours = new Map(
    answer.trimEnd().split("\n").map((line) => line.split("\t") as [string, string]),
  );
  const theirs = new Map<string, number>();
  for (const word of new TextDecoder().decode(body).split(/\s+/u)) {
    if (word !== "") theirs.set(word, (theirs.get(word) ?? 0) + 1);
  }
  const equal = ours.size === theirs.size &&
    [...theirs].every(([word, count]) => ours.get(word) === String(count));
  if (!equal) throw new Error("Cannot compare rates: Millrace and the Map count differently");
  report.print(`counts of ${body.length} bytes equal those of a Map: ${ours.size} distinct words`);
}

async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await fetch(url, { method: "POST", body });
  return await response.text();
}

/** A round, and the processor time of the server's process. */
type Round = LoadReport & { cpuSeconds: number };

const cpuOf = ({ cpuSeconds, requests }: Round) => cpuSeconds / requests * 1e6;
const rateOf = ({ requests, ms }: LoadReport) => requests / ms * 1000;
const p99Of = ({ latencies }: LoadReport) => quantile(latencies, 0.99);

function tellRates(rounds: Map<string, Round[]>, connections: number, report: Report): void {
  report.table(
    [`${connections} connections`, "requests/s", "min", "max", "p99 ms", "CPU µs each"],
    [...rounds].map(([name, reports]) => {
      const rates = reports.map(rateOf);
      return [
        name,
        ...[median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0)),
        median(reports.map(p99Of)).toFixed(2),
        median(reports.map(cpuOf)).toFixed(1),
      ];
    }),
  );
  const [bare, millrace, threads] = [...rounds.values()];
  const share = 100 * pairedRatio(millrace.map(rateOf), bare.map(rateOf));
  report.require(
    "requests per second of the bare handler's",
    `${share.toFixed(0)} % (required: ${(100 * REQUIRED).toFixed(0)} %)`,
    share >= 100 * REQUIRED,
  );
  const p99 = pairedRatio(millrace.map(p99Of), bare.map(p99Of));
  report.require(
    "p99 of the bare handler's",
    `${p99.toFixed(1)} × (required: ${MOST_P99} ×)`,
    p99 <= MOST_P99,
  );
  const cpu = pairedRatio(millrace.map(cpuOf), threads.map(cpuOf));
  report.require(
    "processor time of a request, of one whose text goes to a thread",
    `${cpu.toFixed(2)} × (required: ${MOST_CPU} ×)`,
    !(cpu > MOST_CPU),
  );
  report.figure("processor time of what threads count", "×", cpu, "lower");
  report.figure("requests", "1/s", median(millrace.map(rateOf)), "higher");
  report.figure("p99", "ms", median(millrace.map(p99Of)), "lower");
  report.figure("of a bare handler's requests", "%", share, "higher");
}

/** @param rounds In the order of the table. */
function tellListeners([, one, , bare, two]: Round[][], report: Report): void {
  const share = 100 * pairedRatio(two.map(rateOf), bare.map(rateOf));
  report.require(
    "requests per second of two bare listeners'",
    `${share.toFixed(0)} % (required: ${(100 * LISTENERS_REQUIRED).toFixed(0)} %)`,
    share >= 100 * LISTENERS_REQUIRED,
  );
  report.figure("of two bare listeners' requests", "%", share, "higher");
  const gain = pairedRatio(two.map(rateOf), one.map(rateOf));
  report.figure("requests of two listeners, of one's", "×", gain, "higher");
  const cpu = pairedRatio(two.map(cpuOf), one.map(cpuOf));
  report.figure("processor time of a request by two listeners, of one's", "×", cpu, "lower");
}

/** Each turn loads the bare server, too, of whose rate a share is told. */
async function compareRevisions(
  sides: Sides,
  load: Load,
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  const body = await readShortText(load.bytes);
  await using servers = await ServedSides.start(sides);
  await using bare = await startBareServer();
  using client = new KeepAliveClient();
  const ask = ({ port }: ServerProcess, differs: Partial<Load> = {}) =>
    client.load({ ...load, port, body, ...differs });
  for (const server of servers.all) {
    await checkCounts(server.origin, body, report);
    await ask(server, { ms: WARM_UP_MS });
  }
  await takeTurns(async (side) => {
    const other = await ask(bare, { path: "/" });
    const round = await ask(servers.of(side));
    const share = rateOf(round) / rateOf(other);
    return [
      { name: "requests", unit: "1/s", value: rateOf(round), better: "higher" },
      { name: "requests, of bare", unit: "of a bare handler's", value: share, better: "higher" },
      { name: "p99", unit: "ms", value: p99Of(round), better: "lower" },
    ];
  });
}

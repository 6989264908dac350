import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { measureCommand } from "../support/measured_command.ts";
import { amount, folder, whole } from "../support/options.ts";
import { readCpuSeconds, readPeakResident } from "../support/process_cost.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writePlainText } from "../support/text_file.ts";
import { type Answer, checkAnswer, createAnswer, readAnswer, TOP } from "./parts/peers/answer.ts";
import { findPeers, type Peer, type PeerRun } from "./parts/peers/list.ts";
import { findTools, installTools } from "../support/peer_tools.ts";
import { countWords } from "./parts/peers/word_map.ts";

const QUERY = `tokenizer=whitespace&case=preserve&top=${TOP}`;

export default defineBenchmark({
  name: "peers",
  about: "Words of one file by Millrace and by what people would use: s, CPU s, memory",
  details: `Everybody reads the same file and tells the ten most frequent words between whitespace,
how many there are, and how many are distinct. Each is a process that starts, counts and
ends; only the server of "curl" runs before. Answers are compared in each run. Processor
time is that of all of its processes, memory that of the largest one. What this machine
has not is named; --install fetches the packages of Python and huniq.`,
  options: {
    mb: amount(100, "MB of text"),
    rounds: whole(3, "rounds"),
    install: folder("where packages of Python and huniq are, and are put if they are not"),
  },
  quick: { mb: "3", rounds: "1" },
  async run({ mb, rounds, install }, report) {
    if (install !== undefined) await installTools(install, (line) => report.progress(line));
    const { peers, absent } = await findPeers(await findTools(install));
    await using folder = await TemporaryFolder.make();
    const path = `${folder.path}/text`;
    const { bytes } = await writePlainText(path, mb * 1e6);
    const expected = createAnswer(await countWords(path));
    await using server = await ServerProcess.start();
    const all = [createServerPeer(server), ...peers];
    const runs = await takeRounds(
      Object.fromEntries(
        all.map((peer) => [peer.name, () => runPeer(peer, path, expected, report)]),
      ),
      rounds,
      1, // which also reads the file into memory
    );
    const { total, distinct } = expected;
    report.print(
      `${(bytes / 1e6).toFixed(1)} MB of English, ${total} words, ${distinct} distinct; ` +
        `${rounds} rounds; all answers are the same`,
    );
    tellPeers(runs, bytes, report);
    for (const { name, reason } of absent) report.print(`skipped: ${name}: ${reason}`);
  },
});

/** A server that runs, to which curl sends the file. */
function createServerPeer(server: ServerProcess): Peer {
  return {
    name: "Millrace, over HTTP by curl",
    async run(path) {
      const before = await readCpuSeconds(server.pid);
      const args = ["curl", "-sS", "-f", "-T", path, "-X", "POST"];
      const { stdout, ...cost } = await measureCommand([
        ...args,
        `${server.origin}/v1/count?${QUERY}`,
      ]);
      const cpuSeconds = cost.cpuSeconds + await readCpuSeconds(server.pid) - before;
      const peakBytes = await readPeakResident(server.pid);
      return { answer: readAnswer(stdout), cost: { ...cost, cpuSeconds, peakBytes } };
    },
  };
}

async function runPeer(
  peer: Peer,
  path: string,
  expected: Answer,
  report: Report,
): Promise<PeerRun["cost"]> {
  report.progress(peer.name);
  const { answer, cost } = await peer.run(path);
  checkAnswer(peer.name, answer, expected);
  return cost;
}

function tellPeers(runs: Map<string, PeerRun["cost"][]>, bytes: number, report: Report): void {
  const rows = [...runs].map(([peer, costs]) => {
    const of = (name: keyof PeerRun["cost"]) => costs.map((cost) => cost[name]);
    const [seconds, cpu, peak] = [of("wallSeconds"), of("cpuSeconds"), of("peakBytes")];
    return { peer, seconds, median: median(seconds), cpu: median(cpu), peak: Math.max(...peak) };
  });
  const [ours] = rows;
  report.table(
    ["", "s", "least", "most", "MB/s", "times ours", "CPU s", "memory MB"],
    rows.map(({ peer, seconds, median, cpu, peak }) => [
      peer,
      ...[median, Math.min(...seconds), Math.max(...seconds)].map((each) => each.toFixed(3)),
      (bytes / 1e6 / median).toFixed(0),
      `${(median / ours.median).toFixed(1)} ×`,
      Number.isNaN(cpu) ? "unknown" : cpu.toFixed(2),
      Number.isNaN(peak) ? "unknown" : (peak / 1e6).toFixed(0),
    ]),
  );
  for (const { peer, seconds, median, cpu, peak } of rows) {
    const known = (value: number) => Number.isNaN(value) ? null : value;
    report.row({ peer, seconds, bytes, cpuSeconds: known(cpu), peakBytes: known(peak) });
    if (!peer.startsWith("Millrace")) continue;
    report.figure(peer, "MB/s", bytes / 1e6 / median, "higher");
  }
  report.chart({
    title: "Words of one file",
    x: { name: "who counts", categories: rows.map(({ peer }) => peer) },
    y: { name: "seconds", logarithmic: true },
    series: [{
      name: "wall time",
      kind: "bar",
      points: rows.map(({ peer, median }) => [peer, median]),
    }],
  });
}

import { measureCommand } from "../../../support/measured_command.ts";
import type { Report } from "../../../support/report.ts";
import { takeRounds } from "../../../support/rounds.ts";
import { median } from "../../../support/statistics.ts";
import { costOf, runMillrace } from "../command_runs.ts";
import { type Cost, type Costs, tellCosts } from "../costs.ts";
import type { QuestionFile, Rows } from "./files.ts";
import { COUNT, FILES, type Question, QUESTIONS, SUM } from "./list.ts";
import { createPeer, parseRows, type QuestionTools } from "./peers.ts";

const OURS = "millrace";
/** A sum may cost so much more than the count. */
const SUM_TARGET = 1.25;

/** What a file has whose answers cost no more than the start of who gives them. */
const LITTLE_ROWS = 200;

/** Asks somebody of a file, and checks the answer if it is the whole one. */
type Way = (path: string, isWhole: boolean) => Promise<Cost>;

/** Sizes, and where tools are. */
interface Peering {
  bytes: number;
  rounds: number;
  tools: QuestionTools;
  /** Where files are written. */
  folder: string;
}

/** Asks `millrace` and others the same questions of the same files, starts of processes and all. */
export async function compareWithPeers(peering: Peering, report: Report): Promise<void> {
  const files = new Map<string, QuestionFile>();
  const cpu = new Map<string, number>();
  for (const question of QUESTIONS) {
    report.progress(question.name);
    let file = files.get(question.file);
    if (!file) {
      const path = `${peering.folder}/${question.file.replace(" ", "-")}.txt`;
      files.set(question.file, file = await FILES[question.file](path, peering.bytes));
    }
    const costs = await askAll(question, file, peering, report);
    cpu.set(question.name, median(costs.get(OURS)!.map(({ cpuMs }) => cpuMs)));
  }
  const ratio = cpu.get(SUM)! / cpu.get(COUNT)!;
  const what = `${ratio.toFixed(2)} × the time of cores (wanted: at most ${SUM_TARGET} ×)`;
  report.require("a sum beside the count", what, ratio <= SUM_TARGET);
}

async function askAll(
  question: Question,
  file: QuestionFile,
  { rounds, tools }: Peering,
  report: Report,
): Promise<Costs> {
  const right = file.answers.get(question.answer)!;
  const words = [
    ...question.words,
    "-k",
    "all",
    "-f",
    "tsv",
    "-q",
    "--workers",
    `${tools.threads}`,
  ];
  const ways: Record<string, Way> = {
    [OURS]: async (path, isWhole) => {
      const { stdout, ...cost } = await runMillrace([...words, path]);
      if (isWhole) checkRows(OURS, parseRows(stdout), right, 0);
      return costOf(cost);
    },
  };
  const wanted = new Map<string, number>();
  for (const asked of question.peers) {
    const peer = createPeer(asked, tools);
    if (typeof peer === "string") {
      report.print(`skipped for ${question.name}: ${peer}`);
      continue;
    }
    if (peer.least !== undefined) wanted.set(peer.name, peer.least);
    ways[peer.name] = async (path, isWhole) => {
      const { stdout, ...cost } = await measureCommand(peer.argsOf(path), peer.env);
      if (isWhole) checkRows(peer.name, peer.parse(stdout), right, question.tolerance ?? 0);
      return costOf(cost);
    };
  }
  const little = `${file.path}.little`;
  await measureCommand(["sh", "-c", `head -n ${LITTLE_ROWS} "$0" > "$1"`, file.path, little]);
  const costs = await takeRounds(callAll(ways, file.path, true), rounds, 1);
  const starts = await takeRounds(callAll(ways, little, false), rounds);
  const mb = (file.bytes / 1e6).toFixed(0);
  report.print(`${question.name}: ${mb} MB, ${right.size} keys, the same answers`);
  tellCosts(costs, OURS, file.bytes, report);
  tellPastStarts(question.name, costs, starts, wanted, report);
  return costs;
}

/** Processes start before they count: what that costs, as of a little file, is taken off. */
function tellPastStarts(
  question: string,
  costs: Costs,
  starts: Costs,
  wanted: ReadonlyMap<string, number>,
  report: Report,
): void {
  const past = (name: string, of: "ms" | "cpuMs") => {
    const [whole, start] = [costs, starts].map((all) => median(all.get(name)!.map((c) => c[of])));
    return Math.max(whole - start, 1);
  };
  const rows = [...costs.keys()].map((name) => [
    name,
    ...(["ms", "cpuMs"] as const).flatMap((of) => [
      past(name, of).toFixed(0),
      `${(past(name, of) / past(OURS, of)).toFixed(2)} ×`,
    ]),
  ]);
  report.table(["less the start", "ms", "as fast", "CPU ms", "as little"], rows);
  for (const [name, least] of wanted) {
    const ratio = past(name, "ms") / past(OURS, "ms");
    const found = `${ratio.toFixed(2)} × as fast, less starts (wanted: ${least} ×)`;
    report.require(`${question}, beside ${name}`, found, ratio >= least);
  }
}

function callAll(
  ways: Readonly<Record<string, Way>>,
  path: string,
  isWhole: boolean,
): Record<string, () => Promise<Cost>> {
  const entries = Object.entries(ways).map(([name, way]) => [name, () => way(path, isWhole)]);
  return Object.fromEntries(entries);
}

/** @throws {Error} If a row is missing, is more, or has another cell. */
export function checkRows(who: string, found: Rows, right: Rows, tolerance: number): void {
  const fail = (what: string) => {
    throw new Error(`Cannot compare rates: ${who} ${what}`);
  };
  if (found.size !== right.size) fail(`finds ${found.size} keys, not ${right.size}`);
  for (const [key, cells] of right) {
    const others = found.get(key) ?? fail(`does not find ${key}`);
    const isSame = others!.length === cells.length &&
      cells.every((cell, i) =>
        cell === others![i] || Math.abs(Number(cell) - Number(others![i])) <= tolerance
      );
    if (!isSame) fail(`finds ${others!.join(", ")} for ${key}, not ${cells.join(", ")}`);
  }
}

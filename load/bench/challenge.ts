import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { whole } from "../support/options.ts";
import { takeRounds } from "../support/rounds.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { costOf, runMillrace } from "./parts/command_runs.ts";
import { type Cost, measureCost, tellCosts } from "./parts/costs.ts";
import { checkRows } from "./parts/questions/compare.ts";
import { type QuestionFile, writeChallenge } from "./parts/questions/files.ts";
import { parseRows } from "./parts/questions/peers.ts";

const KEYS = [413, 10_000];
const OPTIONS = {
  key: "column(1)",
  delimiter: ";",
  value: "column(2)",
  agg: "min,avg,max",
  round: "1",
  format: "tsv",
};
const COMMAND = "by the command line";
const HTTP = "over HTTP";

export default defineBenchmark({
  name: "challenge",
  about: "The One Billion Row Challenge with many rows, by the command line and over HTTP",
  details: `Rows of 413 stations and of 10,000 are counted by the command line, which reads the
file, and by a server that is sent it. Each answer is compared with what was written, to the
digit.`,
  options: {
    rows: whole(100_000_000, "rows at least"),
    workers: whole(2, "threads that count"),
    rounds: whole(3, "rounds"),
  },
  quick: { rows: "1000000", rounds: "1" },
  async run({ rows, workers, rounds }, report) {
    await using folder = await TemporaryFolder.make();
    await using server = await ServerProcess.start({ args: ["--workers", `${workers}`] });
    for (const keys of KEYS) {
      const file = await writeChallenge(`${folder.path}/stations-${keys}`, rows, keys);
      const costs = await takeRounds({
        [COMMAND]: () => askCommand(file, workers),
        [HTTP]: () => askServer(file, server),
      }, rounds);
      report.print(`${file.rows} rows of ${keys} stations, ${(file.bytes / 1e6).toFixed(0)} MB`);
      tellCosts(costs, COMMAND, file.bytes, report);
    }
  },
});

async function askCommand(file: QuestionFile, workers: number): Promise<Cost> {
  const options = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, value]);
  const words = [...options, "-k", "all", "-q", "--workers", `${workers}`, file.path];
  const { stdout, ...cost } = await runMillrace(words);
  checkAnswer(COMMAND, file, stdout);
  return costOf(cost);
}

async function askServer(file: QuestionFile, { origin, pid }: ServerProcess): Promise<Cost> {
  const query = new URLSearchParams({ ...OPTIONS, top: "0" });
  const { cost, value } = await measureCost(pid, async () => {
    const { readable } = await Deno.open(file.path);
    const response = await fetch(`${origin}/v1/count?${query}`, {
      method: "POST",
      body: readable,
    });
    return await response.text();
  });
  checkAnswer(HTTP, file, value);
  return cost;
}

function checkAnswer(who: string, { answers }: QuestionFile, text: string): void {
  checkRows(who, parseRows(text), answers.get("min, mean, max")!, 0);
}

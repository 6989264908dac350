// `deno task load`: starts servers, loads them with k6, judges what comes out.
import { runCommand } from "../support/run_command.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { findBooks } from "./books.ts";
import { type Command, helpText, readCommand, type RunRequest } from "./command.ts";
import { findK6 } from "./find_k6.ts";
import { judge } from "./judge.ts";
import { formatHtml, formatMarkdown, formatOutcome } from "./report.ts";
import { runScenario } from "./run_scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

async function execute(command: Command): Promise<number> {
  switch (command.kind) {
    case "list":
      console.log(SCENARIOS.map(({ name }) => name).join("\n"));
      return 0;
    case "help":
      console.log(helpText(SCENARIOS, command.scenario));
      return 0;
    case "run":
      return await runAll(command.runs);
  }
}

async function runAll(runs: readonly RunRequest[]): Promise<number> {
  const k6 = await findK6();
  await using folder = await TemporaryFolder.make("millrace-load-");
  const [{ books: named, results }] = runs;
  const books = await findBooks(named, `${results}/books`, folder.path);
  console.error(`texts: ${books.name}`);
  const told: string[] = [];
  let hasFailed = false;
  for (const request of runs) {
    console.error(`\n== ${request.command}`);
    const outcome = await runScenario(request, k6, books, (line) => console.error(`== ${line}`));
    hasFailed ||= judge(outcome).length > 0;
    const { name } = outcome;
    const path = `${request.results}/${name}`;
    await Deno.mkdir(request.results, { recursive: true });
    await Deno.writeTextFile(`${path}.json`, JSON.stringify(outcome, null, 2));
    await Deno.writeTextFile(`${path}.md`, formatMarkdown(outcome));
    await Deno.writeTextFile(`${path}.html`, await formatHtml(outcome));
    const lines = [...formatOutcome(outcome), `  ${path}.html shows it (.md, .json)`];
    if (runs.length > 1) told.push(...lines);
    console.log(lines.join("\n"));
  }
  if (told.length > 0) console.log(`\n== All\n${told.join("\n")}`);
  return hasFailed ? 1 : 0;
}

if (import.meta.main) {
  Deno.exit(await runCommand("load", async () => await execute(readCommand(Deno.args, SCENARIOS))));
}

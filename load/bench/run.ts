// `deno task bench`: runs benchmarks, lists them, compares one with another revision.
import { describeEnvironment, readEnvironment } from "../support/environment.ts";
import { runCommand } from "../support/run_command.ts";
import { Report } from "../support/report.ts";
import { createDocument, writeReport } from "../support/written_report.ts";
import { compareRevisions } from "./against/compare_revisions.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { type Command, helpText, readCommand, type RunRequest } from "./command.ts";

/** What should take less than a minute is ended, so that one that hangs holds up none behind it. */
const QUICK_LIMIT_MS = 600_000;

async function execute(command: Command): Promise<number> {
  switch (command.kind) {
    case "list":
      return list(command.json);
    case "help":
      console.log(helpText(BENCHMARKS, command.benchmark));
      return 0;
    case "run":
      return await runOne(command.request);
    case "several":
      return await runSeveral(command.runs);
    case "compare":
      await compareRevisions(command.request);
      return 0;
  }
}

function list(json: boolean): number {
  const benchmarks = BENCHMARKS.map(({ name, about }) => ({ name, about }));
  const names = benchmarks.map(({ name }) => name);
  console.log(json ? JSON.stringify({ benchmarks }) : names.join("\n"));
  return 0;
}

async function runOne(
  { benchmark, values, json, report: folder, command }: RunRequest,
): Promise<number> {
  const report = new Report(json ? console.error : console.log, console.error);
  const environment = await readEnvironment();
  for (const line of describeEnvironment(environment)) report.progress(line);
  await benchmark.run(values, report);
  if (json) console.log(JSON.stringify(createDocument(benchmark.name, environment, report)));
  if (folder !== undefined) {
    await writeReport(folder, benchmark, command, environment, report);
    report.progress(`${folder}/${benchmark.name}.md has the report`);
  }
  return 0;
}

/** Each has a process of its own, so that none finds the memory of another. */
async function runSeveral(runs: readonly { name: string; args: string[] }[]): Promise<number> {
  const failed: string[] = [];
  for (const { name, args } of runs) {
    console.error(`\n== ${name}`);
    const started = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.url, ...args],
      signal: args.includes("--quick") ? AbortSignal.timeout(QUICK_LIMIT_MS) : undefined,
      stdout: "inherit",
      stderr: "inherit",
    }).spawn().status;
    if (!success) failed.push(name);
    const seconds = (performance.now() - started) / 1000;
    console.error(`== ${name} ${success ? "took" : "failed after"} ${seconds.toFixed(0)} s`);
  }
  if (failed.length > 0) console.error(`\nfailed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  Deno.exit(
    await runCommand("bench", async () => await execute(readCommand(Deno.args, BENCHMARKS))),
  );
}

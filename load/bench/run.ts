// `deno task bench`: lists the benchmarks, runs one or all, compares one with another revision.
import type { Benchmark } from "../support/benchmark.ts";
import { MisreadOption, Refusal } from "../support/options.ts";
import { Report } from "../support/report.ts";
import { compareRevisions } from "./against/compare_revisions.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { type Command, helpText, listLines, readCommand } from "./command.ts";

const USAGE_EXIT = 2;

/** @returns The exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await execute(readCommand(args, BENCHMARKS));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    if (!(error instanceof MisreadOption)) return 1;
    console.error("\ndeno task bench --help says more");
    return USAGE_EXIT;
  }
}

async function execute(command: Command): Promise<number> {
  switch (command.kind) {
    case "list":
      return list(command.json);
    case "help":
      console.log(helpText(BENCHMARKS, command.benchmark));
      return 0;
    case "run":
      return await runOne(command.benchmark, command.values, command.json);
    case "all":
      return await runAll(command.given);
    case "compare":
      return await compareRevisions(command.request);
  }
}

function list(json: boolean): number {
  const benchmarks = BENCHMARKS.map(({ name, about }) => ({ name, about }));
  console.log(json ? JSON.stringify({ benchmarks }) : listLines(BENCHMARKS).join("\n"));
  return 0;
}

async function runOne(
  benchmark: Benchmark,
  values: Record<string, unknown>,
  json: boolean,
): Promise<number> {
  const report = new Report(json ? console.error : console.log);
  await benchmark.run(values, report);
  if (json) console.log(JSON.stringify({ figures: report.figures }));
  return 0;
}

/** Each has a process of its own, so that none finds the memory of another. */
async function runAll(given: Record<string, string>): Promise<number> {
  const chosen = BENCHMARKS.filter(({ apart }) => apart === undefined);
  const failed: string[] = [];
  for (const { name, options } of chosen) {
    console.log(`\n== ${name}`);
    const args = Object.entries(given).filter(([option]) => option in options)
      .flatMap(([option, value]) => [`--${option}`, value]);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.url, name, ...args],
      stdout: "inherit",
      stderr: "inherit",
    }).spawn().status;
    if (!success) failed.push(name);
  }
  if (failed.length > 0) console.error(`\nfailed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

import type { Benchmark } from "./benchmark.ts";
import { runCommand } from "./commands.ts";
import { describeEnvironment, type Environment } from "./environment.ts";
import type { Figure, Report, Row } from "./report.ts";

/** What a benchmark found, for programs. */
export interface BenchmarkDocument {
  name: string;
  environment: Environment;
  /** Rows of the benchmark, or its figures where it has no rows. */
  rows: readonly (Row | Figure)[];
  /** What `--against` compares. */
  figures: readonly Figure[];
}

/** What `--json` prints. */
export function createDocument(
  name: string,
  environment: Environment,
  { rows, figures }: Report,
): BenchmarkDocument {
  return { name, environment, rows: rows.length > 0 ? rows : figures, figures };
}

/**
 * Writes a report into a folder: NAME.md, NAME.json, and an SVG for each chart.
 *
 * @param command What made it, as one types it.
 */
export async function writeReport(
  folder: string,
  benchmark: Benchmark,
  command: string,
  environment: Environment,
  report: Report,
): Promise<void> {
  const { name, about } = benchmark;
  await Deno.mkdir(folder, { recursive: true });
  const written: string[] = [];
  const write = async (file: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${file}`, text);
    written.push(`${folder}/${file}`);
  };
  const parts = [`# ${name}`, `${about}.`, "```sh\n" + command + "\n```"];
  parts.push(...describeEnvironment(environment));
  for (const block of report.blocks) {
    if (typeof block === "string") {
      parts.push(block);
      continue;
    }
    const { drawChart } = await import("./charts.ts"); // its library is large
    const file = `${name}-${fileNameOf(block.title)}.svg`;
    await write(file, drawChart(block) + "\n");
    parts.push(`![${block.title}](${file})`);
  }
  await write(`${name}.md`, parts.join("\n\n") + "\n");
  await write(`${name}.json`, JSON.stringify(createDocument(name, environment, report)));
  const config = new URL("../../deno.json", import.meta.url).pathname;
  await runCommand(Deno.execPath(), ["fmt", "--quiet", "--config", config, ...written]);
}

/** Lower case, with hyphens for all that is neither letter nor digit. */
function fileNameOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

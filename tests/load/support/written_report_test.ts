import { assert, assertEquals, assertMatch } from "@std/assert";
import { defineBenchmark } from "../../../load/support/benchmark.ts";
import { readEnvironment } from "../../../load/support/environment.ts";
import { Report } from "../../../load/support/report.ts";
import { TemporaryFolder } from "../../../load/support/temporary_folder.ts";
import { createDocument, writeReport } from "../../../load/support/written_report.ts";

const BENCHMARK = defineBenchmark({
  name: "rates",
  about: "Rates of things",
  details: "Counts.",
  options: {},
  quick: {},
  run: () => Promise.resolve(),
});

Deno.test("createDocument() has the name, the environment and rows, or figures in their place", async () => {
  const environment = await readEnvironment();
  const report = new Report(() => {});
  report.figure("rate", "MB/s", 5, "higher");
  const figures = [{ name: "rate", unit: "MB/s", value: 5, better: "higher" as const }];
  assertEquals(createDocument("rates", environment, report), {
    name: "rates",
    environment,
    rows: figures,
    figures,
  });
  report.row({ way: "clone", workers: 2, ms: 1.5 });
  assertEquals(createDocument("rates", environment, report).rows, [
    { way: "clone", workers: 2, ms: 1.5 },
  ]);
});

Deno.test("readEnvironment() tells the machine and what it is doing", async () => {
  const { cpu, cores, memoryBytes, deno, v8, loadAverage, busyBefore } = await readEnvironment();
  assert(cpu !== "" && cores >= 1 && memoryBytes > 0);
  assertEquals({ deno, v8 }, { deno: Deno.version.deno, v8: Deno.version.v8 });
  assertEquals(loadAverage.length, 3);
  assert(busyBefore === null || busyBefore >= 0 && busyBefore <= 1, `${busyBefore}`);
});

Deno.test("writeReport() writes Markdown, charts and JSON as deno fmt leaves them", async () => {
  await using folder = await TemporaryFolder.make();
  const path = `${folder.path}/out`;
  const report = new Report(() => {});
  report.table(["way", "ms"], [["clone", "1.5"]]);
  report.chart({
    title: "Ms, by way",
    x: { name: "way", categories: ["clone"] },
    y: { name: "ms" },
    series: [{ name: "ms", kind: "bar", points: [["clone", 1.5]] }],
  });
  report.row({ way: "clone", ms: 1.5 });
  const command = "deno task bench rates";
  await writeReport(path, BENCHMARK, command, await readEnvironment(), report);
  const markdown = await Deno.readTextFile(`${path}/rates.md`);
  assertMatch(markdown, /^# rates\n\nRates of things\.\n\n```sh\ndeno task bench rates\n```\n/);
  assert(markdown.includes("| way   | ms  |\n| ----- | --- |\n| clone | 1.5 |\n"), markdown);
  assert(markdown.includes("![Ms, by way](rates-ms-by-way.svg)"), markdown);
  assertMatch(await Deno.readTextFile(`${path}/rates-ms-by-way.svg`), /^<svg /);
  const { name, rows } = JSON.parse(await Deno.readTextFile(`${path}/rates.json`));
  assertEquals({ name, rows }, { name: "rates", rows: [{ way: "clone", ms: 1.5 }] });
});

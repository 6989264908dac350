import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { curl, type CurlAnswer, readResident } from "../support/commands.ts";
import { countByJob, distinctWords } from "../support/jobs.ts";
import { whole } from "../support/options.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import type { Figure, Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { ServedSides } from "../support/serve_revision.ts";
import { median } from "../support/statistics.ts";

const REQUIRED_MB = 100;

const FORMATS = ["json", "ndjson", "csv", "tsv", "arrow"];
const CODINGS = ["gzip", "br", "zstd"];
/** Answers of one turn of a revision: the clock of processor time has steps of 10 ms. */
const TAKES = 5;

export default defineBenchmark({
  name: "outputs",
  about: "Answers of a million rows in each format, in MB/s",
  details:
    `curl takes a stored result of distinct keys in every format, as it is and compressed, from
a server in a process of its own. Formats take turns, round by round. The rows of all
formats are compared before rates are told.`,
  options: {
    rows: whole(1_000_000, "rows of the result"),
    rounds: whole(5, "rounds"),
  },
  quick: { rows: "50000", rounds: "1" },
  async run({ rows, rounds }, report) {
    await using server = await ServerProcess.start();
    const result = server.origin + await countByJob(server.origin, distinctWords(rows, 36), rows);
    await compareRows(result, rows);
    report.print(`${rows} rows are equal in every format`);
    const idle = await readResident(server.pid);
    const ways: Record<string, () => Promise<CurlAnswer>> = {};
    for (const format of FORMATS) ways[format] = () => take(result, format);
    for (const coding of CODINGS) {
      ways[`ndjson, ${coding}`] = () => take(result, "ndjson", coding);
    }
    tellRates(await takeRounds(ways, rounds, 1), rows, report);
    await tellReorder(result, report);
    const megabytes = [idle, await readResident(server.pid)].map((each) => (each / 1e6).toFixed(0));
    report.print(
      `server: ${megabytes[0]} MB before the first round, ${megabytes[1]} MB after the last`,
    );
  },
  compare: compareRevisions,
});

/** The same result, stored by both servers, in each format in turn. */
async function compareRevisions(
  sides: Sides,
  { rows }: { rows: number },
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  await using servers = await ServedSides.start(sides);
  const results = new Map<ServerProcess, string>();
  for (const server of servers.all) {
    const path = await countByJob(server.origin, distinctWords(rows, 36), rows);
    results.set(server, server.origin + path);
  }
  for (const format of FORMATS) await compareBytes([...results.values()], format);
  report.print(`${rows} rows have the same bytes in every format`);
  await takeTurns(async (side) => {
    const server = servers.of(side);
    const figures = [];
    for (const format of FORMATS) {
      figures.push(...await costOf(server.pid, () => take(results.get(server)!, format), format));
    }
    return figures;
  });
}

/** @throws {Error} If answers differ in more than what a JSON document says of its own count. */
async function compareBytes(results: string[], format: string): Promise<void> {
  const texts = await Promise.all(results.map(async (result) => {
    const text = await (await fetch(`${result}?format=${format}`)).text();
    return format === "json" ? text.slice(text.indexOf('"counts":')) : text;
  }));
  if (texts[0] !== texts[1]) throw new Error(`Cannot compare rates: ${format} differs`);
}

async function costOf(
  pid: number,
  take: () => Promise<CurlAnswer>,
  format: string,
): Promise<Figure[]> {
  const before = await readCpuSeconds(pid);
  const answers = [];
  for (let i = 0; i < TAKES; i++) answers.push(await take());
  const cpu = (await readCpuSeconds(pid) - before) * 1000 / TAKES;
  const rate = answers[0].bytes / 1000 / median(answers.map(({ ms }) => ms));
  return [
    { name: format, unit: "MB/s", value: rate, better: "higher" },
    { name: `${format}, server`, unit: "CPU ms", value: cpu, better: "lower" },
  ];
}

/** @throws {Error} If a format does not hold every row that JSON holds. */
async function compareRows(result: string, rows: number): Promise<void> {
  const get = (format: string) => fetch(`${result}?format=${format}`);
  const { counts } = await (await get("json")).json() as {
    counts: { key: string; count: number }[];
  };
  const tsv = counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
  const lines = (await (await get("ndjson")).text()).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  const { tableFromIPC } = await import("apache-arrow"); // slow to load, and asked for here only
  const table = tableFromIPC(await (await get("arrow")).bytes());
  const numbers = table.getChild("count")!.toArray();
  const arrow = Array.from(table.getChild("key")!, (key, i) => `${key}\t${numbers[i]}\n`).join("");
  const found = {
    json: counts.length === rows,
    ndjson: lines.map(({ key, count }) => `${key}\t${count}\n`).join("") === tsv,
    csv: await (await get("csv")).text() ===
      "key,count\r\n" + tsv.replaceAll("\t", ",").replaceAll("\n", "\r\n"),
    tsv: await (await get("tsv")).text() === tsv,
    arrow: arrow === tsv,
  };
  for (const [format, equal] of Object.entries(found)) {
    if (!equal) throw new Error(`Cannot compare rates: ${format} does not hold the rows`);
  }
}

/** One answer through curl, by its own clock. */
async function take(result: string, format: string, coding?: string): Promise<CurlAnswer> {
  const args = coding === undefined ? [] : ["-H", `accept-encoding: ${coding}`];
  const answer = await curl(`${result}?format=${format}`, args);
  if (answer.status !== 200) throw new Error(`Cannot take ${format}: ${answer.status}`);
  return answer;
}

function tellRates(answers: Map<string, CurlAnswer[]>, rows: number, report: Report): void {
  const bytesOf = (name: string) => answers.get(name)!.at(-1)!.bytes;
  const rates = new Map<string, number>();
  const table = [...answers].map(([name, all]) => {
    const ms = median(all.map((answer) => answer.ms));
    // Compressed or not, the rows have the bytes of the plain format.
    const rate = bytesOf(name.split(",")[0]) / 1000 / ms;
    rates.set(name, rate);
    const numbers = [ms, rows / ms * 1000, rate].map((each) => each.toFixed(0));
    return [name, String(bytesOf(name)), ...numbers];
  });
  report.table([`${rows} rows`, "bytes", "ms", "rows/s", "MB/s of rows"], table);
  for (const [name, rate] of rates) report.figure(name, "MB/s", rate, "higher");
  const rate = rates.get("ndjson")!;
  report.require(
    "NDJSON",
    `${rate.toFixed(0)} MB/s (required: ${REQUIRED_MB})`,
    rate >= REQUIRED_MB,
  );
}

/** The first and a later page in the order that the result does not have. */
async function tellReorder(result: string, report: Report): Promise<void> {
  for (const when of ["first", "again"]) {
    const start = performance.now();
    const answer = await fetch(`${result}?order=key&limit=10`);
    if ((await answer.json()).counts.length !== 10) throw new Error("Cannot reorder");
    const ms = performance.now() - start;
    report.print(`a page in another order, ${when}: ${ms.toFixed(0)} ms`);
    report.figure(`a page in another order, ${when}`, "ms", ms, "lower");
  }
}

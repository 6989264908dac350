// Measures answers of many rows: a stored result of distinct keys, taken by curl in every format,
// as it is and compressed, from a server in a process of its own. Formats take turns, round by
// round. The rows are compared before rates are told.
//
// Usage: outputs.ts [--rows 1000000] [--rounds 5]
import { tableFromIPC } from "apache-arrow";
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { median, printRequired, printTable } from "./report.ts";

const REQUIRED_MB = 100;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "5" },
  },
});

/** One way to take the rows. */
interface Way {
  format: string;
  /** Content coding, or "". */
  coding: string;
}

const FORMATS = ["json", "ndjson", "csv", "tsv", "arrow"];
const WAYS: Way[] = [
  ...FORMATS.map((format) => ({ format, coding: "" })),
  ...["gzip", "br", "zstd"].map((coding) => ({ format: "ndjson", coding })),
];

const rows = Number(values.rows);
await using server = await ServerProcess.start();
const result = await submitWords();
await compareRows();
const idle = await readRss();
const sizes = new Map<Way, number>();
const times = new Map(WAYS.map((way) => [way, [] as number[]]));
for (let round = -1; round < Number(values.rounds); round++) { // the first warms up
  for (const way of WAYS) {
    const { ms, bytes } = await take(way);
    sizes.set(way, bytes);
    if (round >= 0) times.get(way)!.push(ms);
  }
}
printRates();
await printReorder();
console.log(`server: ${idle} MB before the first round, ${await readRss()} MB after the last`);

/** Has as many distinct words counted, and gives the address of their counts. */
async function submitWords(): Promise<string> {
  const words = Array.from(
    { length: rows },
    (_, i) => `word${(i * 2654435761 % 2 ** 32).toString(36)}`,
  );
  const response = await fetch(`${server.origin}/v1/jobs?top=0`, {
    method: "POST",
    body: words.join(" "),
  });
  const { links } = await response.json();
  const address = `${server.origin}${links.result}`;
  while (true) {
    const answer = await fetch(`${address}?limit=1`, { method: "HEAD" });
    if (answer.status === 200) return address;
    if (answer.status !== 409) throw new Error(`Cannot count: ${answer.status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @throws {Error} If a format does not hold every row that JSON holds. */
async function compareRows(): Promise<void> {
  const get = (format: string) => fetch(`${result}?format=${format}`);
  const { counts } = await (await get("json")).json() as {
    counts: { key: string; count: number }[];
  };
  const tsv = counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
  const lines = (await (await get("ndjson")).text()).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
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
  console.log(`${rows} rows are equal in every format`);
}

/** One answer through curl, by its own clock. */
async function take({ format, coding }: Way): Promise<{ ms: number; bytes: number }> {
  const { success, stdout } = await new Deno.Command("curl", {
    args: [
      ...["-sS", "-o", "/dev/null", "-w", "%{http_code} %{time_total} %{size_download}"],
      ...(coding === "" ? [] : ["-H", `accept-encoding: ${coding}`]),
      `${result}?format=${format}`,
    ],
  }).output();
  const [status, seconds, bytes] = new TextDecoder().decode(stdout).split(" ");
  if (!success || status !== "200") throw new Error(`Cannot take ${format}: ${status}`);
  return { ms: Number(seconds) * 1000, bytes: Number(bytes) };
}

function printRates(): void {
  const plain = new Map(
    WAYS.filter(({ coding }) => coding === "").map((way) => [way.format, sizes.get(way)!]),
  );
  const rates = WAYS.map((way) => {
    const ms = median(times.get(way)!);
    return { way, ms, mb: plain.get(way.format)! / 1000 / ms };
  });
  printTable(
    [`${rows} rows`, "bytes", "ms", "rows/s", "MB/s of rows"],
    rates.map(({ way, ms, mb }) => [
      way.coding === "" ? way.format : `${way.format}, ${way.coding}`,
      String(sizes.get(way)),
      ms.toFixed(0),
      (rows / ms * 1000).toFixed(0),
      mb.toFixed(0),
    ]),
  );
  const { mb } = rates.find(({ way }) => way.format === "ndjson" && way.coding === "")!;
  printRequired(
    "NDJSON",
    `${mb.toFixed(0)} MB/s (required: ${REQUIRED_MB})`,
    mb >= REQUIRED_MB,
  );
}

/** The first and a later page in the order that the result does not have. */
async function printReorder(): Promise<void> {
  for (const when of ["first", "again"]) {
    const start = performance.now();
    const answer = await fetch(`${result}?order=key&limit=10`);
    if ((await answer.json()).counts.length !== 10) throw new Error("Cannot reorder");
    console.log(`a page in another order, ${when}: ${(performance.now() - start).toFixed(0)} ms`);
  }
}

/** Resident memory of the server, in MB. */
async function readRss(): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1000);
}

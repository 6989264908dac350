// Measures what readers of long answers cost everybody else: the slowest of many small counts that
// are asked for one after the other while 8 readers take a stored result of a million distinct keys
// by curl, plain and in each coding; and while 20 readers have it begun and read no further. Ways
// take turns, round by round, on one server in a process of its own. Every small count is checked,
// and so is the length of every plain answer.
//
// Usage: readers.ts [--rows 1000000] [--readers 8] [--stalled 20] [--rounds 3]
import { parseArgs } from "node:util";
import { RawConnection } from "../../tests/support/http/raw_http.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { median, printRequired, printTable } from "./report.ts";

/** Most of what the slowest small count takes beside plain readers; in any case so long. */
const MOST_RATIO = 3;
const LEAST_BOUND_MS = 250;
/** How long small counts are asked for beside readers that stall. */
const STALL_MS = 2000;
const REQUIRED_CODINGS = ["zstd", "gzip"];

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    readers: { type: "string", default: "8" },
    stalled: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
  },
});
const [rows, readers, stalled, rounds] = [
  values.rows,
  values.readers,
  values.stalled,
  values.rounds,
].map(Number);

/** What goes on beside the small counts; resolves when it is over. */
type Load = () => Promise<void>;

await using server = await ServerProcess.start();
const result = await submitWords();
const plainBytes = await readAnswer("");
const loads: Record<string, Load> = { nobody: () => pause(STALL_MS) };
for (const coding of ["", "zstd", "gzip", "br"]) {
  loads[`${readers} readers, ${coding || "plain"}`] = () => readTogether(coding);
}
for (const coding of ["", "zstd", "gzip", "br"]) {
  loads[`${stalled} stalled, ${coding || "plain"}`] = () => stallTogether(coding);
}
const worst = new Map(Object.keys(loads).map((name) => [name, [] as number[]]));
for (let round = -1; round < rounds; round++) { // the first warms up
  for (const [name, load] of Object.entries(loads)) {
    const times = await countBeside(load());
    if (round >= 0) worst.get(name)!.push(Math.max(...times));
  }
}
printWorst();

/** Has as many distinct words counted, and gives the address of their counts. */
async function submitWords(): Promise<string> {
  const words = Array.from({ length: rows }, (_, i) => `word${i * 2654435761 % 2 ** 32}`);
  const response = await fetch(`${server.origin}/v1/jobs?top=0`, {
    method: "POST",
    body: words.join(" "),
  });
  const { links } = await response.json();
  const job = await (await fetch(`${server.origin}${links.self}?wait=60`)).json();
  if (job.totals?.keys !== rows) throw new Error(`Cannot count: ${JSON.stringify(job)}`);
  return `${links.result}?format=ndjson`;
}

/** One answer through curl; its length as it came. */
async function readAnswer(coding: string): Promise<number> {
  const { success, stdout } = await new Deno.Command("curl", {
    args: [
      ...["-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"],
      ...(coding === "" ? [] : ["-H", `accept-encoding: ${coding}`]),
      `${server.origin}${result}`,
    ],
  }).output();
  const [status, bytes] = new TextDecoder().decode(stdout).split(" ");
  if (!success || status !== "200") throw new Error(`Cannot read the answer: ${status}`);
  return Number(bytes);
}

async function readTogether(coding: string): Promise<void> {
  const lengths = await Promise.all(Array.from({ length: readers }, () => readAnswer(coding)));
  const whole = coding === "" ? plainBytes : lengths[0];
  if (lengths.some((each) => each !== whole)) throw new Error(`Answers differ: ${lengths}`);
}

/** Opens answers, and reads no more than their beginning. */
async function stallTogether(coding: string): Promise<void> {
  const accept = coding === "" ? "" : `Accept-Encoding: ${coding}\r\n`;
  const connections = await Promise.all(Array.from({ length: stalled }, async () => {
    const connection = await RawConnection.open(server.port);
    await connection.write(`GET ${result} HTTP/1.1\r\nHost: x\r\n${accept}\r\n`);
    await connection.read(/\r\n\r\n/);
    return connection;
  }));
  await pause(STALL_MS);
  for (const connection of connections) connection[Symbol.dispose]();
}

/** Asks for small counts until the load is over; how long each took, in milliseconds. */
async function countBeside(load: Promise<void>): Promise<number[]> {
  let over = false;
  const end = load.finally(() => over = true);
  const times: number[] = [];
  while (!over) {
    const start = performance.now();
    const answer = await fetch(`${server.origin}/v1/count?format=tsv`, {
      method: "POST",
      body: "b a b",
    });
    if (await answer.text() !== "b\t2\na\t1\n") throw new Error("A small count is wrong");
    times.push(performance.now() - start);
    await pause(2);
  }
  await end;
  return times;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function printWorst(): void {
  printTable(
    ["slowest small count, ms", "median", ...Array.from({ length: rounds }, (_, i) => `${i + 1}`)],
    [...worst].map(([name, times]) => [
      name,
      ...[median(times), ...times].map((ms) => ms.toFixed(1)),
    ]),
  );
  const beside = (way: string) => median(worst.get(way)!);
  const bound = Math.max(LEAST_BOUND_MS, MOST_RATIO * beside(`${readers} readers, plain`));
  for (const coding of REQUIRED_CODINGS) {
    const ms = beside(`${readers} readers, ${coding}`);
    printRequired(
      `beside ${coding}`,
      `${ms.toFixed(0)} ms (required: ${bound.toFixed(0)})`,
      ms <= bound,
    );
  }
}

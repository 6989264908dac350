// Measures what readers cost that begin a long answer and read no further: resident memory of a
// server while 20 of them hold answers of a million rows, counted for each of them (direct) or
// stored once, plain and compressed; and a minute after they have left. Each way has a server of
// its own, warmed up by readers that take everything, one after the other. What the engine has
// touched of its shared memory, which it never gives back, is told apart and left out.
//
// Usage: stalled.ts [--rows 1000000] [--readers 20] [--after 60] [--way direct] [--workers 2]
import { parseArgs } from "node:util";
import { RawConnection } from "../../tests/support/http/raw_http.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { printRequired, printTable } from "./report.ts";

const MOST_HELD_MIB = 4;
const MOST_KEPT_MIB = 64;
const SETTLE_MS = 3000;
const WARM_UPS = 4;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    readers: { type: "string", default: "20" },
    after: { type: "string", default: "60" },
    way: { type: "string", multiple: true },
    data: { type: "string", multiple: true, default: [] },
  },
});
const rows = Number(values.rows);
const readers = Number(values.readers);
const body = Array.from({ length: rows }, (_, i) => `word${i * 2654435761 % 2 ** 32}`).join(" ");

/** Heads of requests, and the bodies that follow them. */
interface Way {
  head(path: string): string;
  body: string;
  stored: boolean;
}

const direct = (coding: string): Way => ({
  head: () =>
    `POST /v1/count?top=0&format=ndjson HTTP/1.1\r\nHost: x\r\n${coding}` +
    `Content-Length: ${body.length}\r\n\r\n`,
  body,
  stored: false,
});
const stored = (coding: string): Way => ({
  head: (path) => `GET ${path}?format=ndjson HTTP/1.1\r\nHost: x\r\n${coding}\r\n`,
  body: "",
  stored: true,
});
const WAYS: Record<string, Way> = { "direct": direct(""), "stored": stored("") };
for (const coding of ["zstd", "gzip", "br"]) {
  WAYS[`direct, ${coding}`] = direct(`Accept-Encoding: ${coding}\r\n`);
  WAYS[`stored, ${coding}`] = stored(`Accept-Encoding: ${coding}\r\n`);
}

const table: string[][] = [];
for (const name of values.way ?? Object.keys(WAYS)) await measure(name, WAYS[name]);
printTable(
  ["resident, MiB", "before", "stalled", "a reader", "after", "kept", "engine", "after"],
  table,
);

async function measure(name: string, way: Way): Promise<void> {
  await using server = await ServerProcess.start({ args: values.data });
  const path = way.stored ? await submit(server) : "";
  const url = `${server.origin}${way.stored ? path : "/v1/count"}?top=0&format=ndjson`;
  for (let i = 0; i < WARM_UPS; i++) {
    const whole = await fetch(url, way.stored ? {} : { method: "POST", body });
    if ((await whole.text()).split("\n").length !== rows + 1) throw new Error("Rows are missing");
  }
  await pause(SETTLE_MS);
  const engineBefore = await readEngine(server);
  const before = await readRss(server) - engineBefore;
  const connections: RawConnection[] = [];
  for (let i = 0; i < readers; i++) {
    const connection = await RawConnection.open(server.port);
    await connection.write(way.head(path) + way.body);
    const head = await connection.read(/\r\n\r\n/);
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`Cannot begin an answer: ${head}`);
    connections.push(connection);
  }
  await pause(SETTLE_MS);
  const during = await readRss(server) - await readEngine(server);
  for (const connection of connections) connection[Symbol.dispose]();
  await pause(Number(values.after) * 1000);
  const engineAfter = await readEngine(server);
  const after = await readRss(server) - engineAfter;
  const each = (during - before) / readers;
  const numbers = [before, during, each, after, after - before, engineBefore, engineAfter];
  table.push([name, ...numbers.map((n) => n.toFixed(1))]);
  printRequired(
    `${name}: held for each reader`,
    `${each.toFixed(1)} MiB (required: ${MOST_HELD_MIB})`,
    each <= MOST_HELD_MIB,
  );
  printRequired(
    `${name}: kept ${values.after} s after they left`,
    `${(after - before).toFixed(1)} MiB (required: ${MOST_KEPT_MIB})`,
    after - before <= MOST_KEPT_MIB,
  );
}

async function submit(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.origin}/v1/jobs?top=0`, { method: "POST", body });
  const { links } = await response.json();
  const job = await (await fetch(`${server.origin}${links.self}?wait=60`)).json();
  if (job.totals?.keys !== rows) throw new Error(`Cannot count: ${JSON.stringify(job)}`);
  return links.result;
}

/** Resident memory of the server, in MiB. */
async function readRss(server: ServerProcess): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** Shared memory of its engine that was ever used, in MiB. */
async function readEngine(server: ServerProcess): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  return Number(/^millrace_shared_memory_touched_bytes (\d+)/m.exec(text)![1]) / 1024 / 1024;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { RawConnection } from "../../tests/support/http/raw_http.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { pause } from "../../tests/support/waits.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readResident } from "../support/commands.ts";
import { countByJob, distinctWords } from "../support/jobs.ts";
import { choices, folder, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";

const MOST_HELD_MIB = 4;
const MOST_KEPT_MIB = 64;
const SETTLE_MS = 3000;
const WARM_UPS = 4;
const MIB = 1024 * 1024;

const WAYS = [
  "direct",
  "stored",
  "direct-zstd",
  "stored-zstd",
  "direct-gzip",
  "stored-gzip",
  "direct-br",
  "stored-br",
] as const;
type Way = typeof WAYS[number];

/** What the options say of every way. */
interface Stall {
  rows: number;
  readers: number;
  /** Seconds after the readers have left. */
  after: number;
  data?: string;
}

export default defineBenchmark({
  name: "stalled",
  about: "Memory that readers hold who begin a long answer and read no further",
  details:
    `Resident memory of a server while readers hold answers that they do not read, counted for
each of them (direct) or stored once, plain and compressed; and a minute after they
have left. Each way has a server of its own, warmed up by readers that take everything,
one after the other. What the engine has touched of its shared memory, which it never
gives back, is told apart and left out.`,
  options: {
    rows: whole(1_000_000, "rows of each answer"),
    readers: whole(20, "readers"),
    after: whole(60, "seconds from their end to the last look at memory", 0),
    way: choices(WAYS, "ways to answer"),
    data: folder("data directory of the servers"),
  },
  quick: { rows: "50000", readers: "4", after: "0", way: "direct,stored-zstd" },
  async run({ way, ...stall }, report) {
    const table: string[][] = [];
    for (const name of way) table.push(await measure(name, stall, report));
    report.table(
      ["resident, MiB", "before", "stalled", "a reader", "after", "kept", "engine", "after"],
      table,
    );
  },
});

async function measure(way: Way, stall: Stall, report: Report): Promise<string[]> {
  const { rows, readers, after: seconds, data } = stall;
  const body = distinctWords(rows);
  const args = data === undefined ? [] : ["--data", data];
  await using server = await ServerProcess.start({ args });
  const isStored = way.startsWith("stored");
  const path = isStored ? await countByJob(server.origin, body, rows) : "/v1/count";
  const url = `${server.origin}${path}?top=0&format=ndjson`;
  for (let i = 0; i < WARM_UPS; i++) {
    const whole = await fetch(url, isStored ? {} : { method: "POST", body });
    if ((await whole.text()).split("\n").length !== rows + 1) throw new Error("Rows are missing");
  }
  await pause(SETTLE_MS);
  const engineBefore = await readEngine(server);
  const before = await readRss(server) - engineBefore;
  const request = createRequest(way, path, isStored ? "" : body);
  const connections: RawConnection[] = [];
  for (let i = 0; i < readers; i++) connections.push(await begin(server, request));
  await pause(SETTLE_MS);
  const during = await readRss(server) - await readEngine(server);
  for (const connection of connections) connection[Symbol.dispose]();
  await pause(seconds * 1000);
  const engineAfter = await readEngine(server);
  const after = await readRss(server) - engineAfter;
  const each = (during - before) / readers;
  const kept = after - before;
  report.require(
    `${way}: held for each reader`,
    `${each.toFixed(1)} MiB (required: ${MOST_HELD_MIB})`,
    each <= MOST_HELD_MIB,
  );
  report.require(
    `${way}: kept ${seconds} s after they left`,
    `${kept.toFixed(1)} MiB (required: ${MOST_KEPT_MIB})`,
    kept <= MOST_KEPT_MIB,
  );
  report.figure(`${way}, held for each reader`, "MiB", each, "lower");
  report.figure(`${way}, resident while stalled`, "MiB", during, "lower");
  const numbers = [before, during, each, after, kept, engineBefore, engineAfter];
  return [way, ...numbers.map((n) => n.toFixed(1))];
}

/** A request by hand, with its body. */
function createRequest(way: Way, path: string, body: string): string {
  const [, coding] = way.split("-");
  const accept = coding === undefined ? "" : `Accept-Encoding: ${coding}\r\n`;
  if (body === "") return `GET ${path}?format=ndjson HTTP/1.1\r\nHost: x\r\n${accept}\r\n`;
  const length = `Content-Length: ${body.length}\r\n\r\n`;
  return `POST ${path}?top=0&format=ndjson HTTP/1.1\r\nHost: x\r\n${accept}${length}${body}`;
}

/** Sends the request and reads the beginning of its answer. */
async function begin(server: ServerProcess, request: string): Promise<RawConnection> {
  const connection = await RawConnection.open(server.port);
  await connection.write(request);
  const head = await connection.read(/\r\n\r\n/);
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(`Cannot begin an answer: ${head}`);
  return connection;
}

/** Resident memory of the server, in MiB. */
async function readRss(server: ServerProcess): Promise<number> {
  return await readResident(server.pid) / MIB;
}

/** Shared memory of its engine that was ever used, in MiB. */
async function readEngine(server: ServerProcess): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  return Number(/^millrace_shared_memory_touched_bytes (\d+)/m.exec(text)![1]) / MIB;
}

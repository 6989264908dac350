// Measures what server-sent events cost: the memory of idle listeners to one job, and the rate of
// a large count that tells its progress beside one that does not, in turns. Every listener must
// hear of the job, and both counts must find the same.
//
// Usage: events.ts [--listeners 1000] [--mb 245] [--rounds 7]
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { readEnglish } from "../corpora.ts";
import { median, printRequired, printTable } from "./report.ts";

const MOST_MB = 50;
const LEAST_RATIO = 0.97;
const SETTLE_MS = 3000;

const { values } = parseArgs({
  options: {
    listeners: { type: "string", default: "1000" },
    mb: { type: "string", default: "245" },
    rounds: { type: "string", default: "7" },
  },
});

await measureListeners(Number(values.listeners));
const directory = await Deno.makeTempDir({ prefix: "millrace-bench-" });
try {
  await measureCounts(`${directory}/text`);
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function measureListeners(listeners: number): Promise<void> {
  const bare = await growBy(listeners, ["--bare"]);
  const grown = await growBy(listeners);
  console.log(
    `a server that does nothing but keep ${listeners} streams open: ${bare.toFixed(1)} MB`,
  );
  printRequired(
    `${listeners} idle listeners`,
    `${grown.toFixed(1)} MB (required: below ${MOST_MB} MB)`,
    grown < MOST_MB,
  );
}

/** By how much a server grows when it has more listeners than one: what that costs, all share. */
async function growBy(listeners: number, args: string[] = []): Promise<number> {
  const main = new URL("./held_server.ts", import.meta.url);
  await using server = await ServerProcess.start({ main, args });
  const path = args.length > 0 ? "/" : await submit(server);
  await listen(server, path);
  await settle();
  const before = await readRss(server);
  for (let i = 0; i < listeners; i += 50) {
    await Promise.all(Array.from({ length: 50 }, () => listen(server, path)));
  }
  await settle();
  return await readRss(server) - before;
}

/** Submits a job and gives the path of its events. */
async function submit(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.origin}/v1/jobs`, { method: "POST", body: "a" });
  return (await response.json()).links.events;
}

/** Opens a stream of events and leaves it open when its first event is here. */
async function listen(server: ServerProcess, path: string): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(4096);
  for (let text = ""; !text.includes("event: progress");) {
    const read = await connection.read(buffer);
    if (read === null) throw new Error(`Cannot listen: the server said ${text}`);
    text += new TextDecoder().decode(buffer.subarray(0, read));
  }
}

/** Some heartbeats and collections later, memory is what it stays. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

async function readRss(server: ServerProcess): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1000;
}

async function measureCounts(file: string): Promise<void> {
  const bytes = await writeText(file);
  await using server = await ServerProcess.start();
  const ways = { "one answer": "application/json", "events, then the answer": "text/event-stream" };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const answers = new Set<string>();
  for (let round = -1; round < Number(values.rounds); round++) { // the first warms up
    for (const [name, accept] of Object.entries(ways)) {
      const { ms, tokens } = await count(`${server.origin}/v1/count?top=10`, file, accept);
      answers.add(tokens);
      if (round >= 0) times.get(name)!.push(ms);
    }
  }
  if (answers.size !== 1) throw new Error("Cannot compare rates: the counts differ");
  printTable(
    [`${(bytes / 1e6).toFixed(0)} MB`, "MB/s", "min", "max"],
    [...times].map(([name, ms]) => [
      name,
      ...[median(ms), Math.max(...ms), Math.min(...ms)].map((each) =>
        (bytes / 1000 / each).toFixed(0)
      ),
    ]),
  );
  const [plain, events] = [...times.values()];
  const ratio = median(plain.map((ms, round) => ms / events[round]));
  printRequired(
    "rate with events",
    `${(100 * ratio).toFixed(1)} % of that without (required: ${100 * LEAST_RATIO} %)`,
    ratio >= LEAST_RATIO,
  );
}

async function writeText(path: string): Promise<number> {
  const { bytes: text } = await readEnglish();
  const copies = Math.ceil(Number(values.mb) * 1e6 / text.length);
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  for (let i = 0; i < copies; i++) await writer.write(text);
  await writer.close();
  return copies * text.length;
}

/** One `curl -T`, by its own clock, and the totals that it found. */
async function count(
  url: string,
  file: string,
  accept: string,
): Promise<{ ms: number; tokens: string }> {
  const { success, stdout } = await new Deno.Command("curl", {
    args: [
      ...["-sSNT", file, "-X", "POST", "-H", `accept: ${accept}`],
      ...["-w", "\n%{http_code} %{time_total}", url],
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const [status, seconds] = text.slice(text.lastIndexOf("\n") + 1).split(" ");
  const tokens = /"totals":(\{.+?\})/.exec(text)?.[1];
  if (!success || status !== "200" || !tokens) throw new Error(`Cannot count: ${text}`);
  return { ms: Number(seconds) * 1000, tokens };
}

import { ServerProcess } from "../../tests/support/http/server.ts";
import { pause } from "../../tests/support/waits.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { curl, readResident } from "../support/commands.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { type TextFile, writeText } from "../support/text_file.ts";

const MOST_MB = 50;
const LEAST_RATIO = 0.97;
/** Some heartbeats and collections later, memory is what it stays. */
const SETTLE_MS = 3000;
/** Listeners that connect at once. */
const AT_ONCE = 50;

export default defineBenchmark({
  name: "events",
  about: "What server-sent events cost: memory of listeners, rate of a large count",
  details: `The memory of idle listeners to one job, beside that of as many bare streams; and the
rate of a large count that tells its progress beside one that does not, in turns.
Every listener must hear of the job, and both counts must find the same.`,
  options: {
    listeners: whole(1000, "idle listeners"),
    mb: amount(245, "MB of the large text"),
    rounds: whole(7, "rounds of the large count"),
  },
  quick: { listeners: "100", mb: "20", rounds: "1" },
  async run({ listeners, mb, rounds }, report) {
    await measureListeners(listeners, report);
    await using folder = await TemporaryFolder.make();
    await measureCounts(await writeText(`${folder.path}/text`, mb * 1e6), rounds, report);
  },
});

async function measureListeners(listeners: number, report: Report): Promise<void> {
  const bare = await growBy(listeners, ["--bare"]);
  const grown = await growBy(listeners);
  report.print(
    `a server that does nothing but keep ${listeners} streams open: ${bare.toFixed(1)} MB`,
  );
  report.require(
    `${listeners} idle listeners`,
    `${grown.toFixed(1)} MB (required: below ${MOST_MB} MB)`,
    grown < MOST_MB,
  );
  report.figure(`${listeners} idle listeners`, "MB", grown, "lower");
}

/** By how many MB a server grows when it has more listeners than one: what that costs, all share. */
async function growBy(listeners: number, args: string[] = []): Promise<number> {
  const main = new URL("./parts/held_server.ts", import.meta.url);
  await using server = await ServerProcess.start({ main, args });
  const path = args.length > 0 ? "/" : await submit(server);
  await listen(server, path);
  await pause(SETTLE_MS);
  const before = await readResident(server.pid);
  for (let i = 0; i < listeners; i += AT_ONCE) {
    const length = Math.min(AT_ONCE, listeners - i);
    await Promise.all(Array.from({ length }, () => listen(server, path)));
  }
  await pause(SETTLE_MS);
  return (await readResident(server.pid) - before) / 1e6;
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

async function measureCounts(
  { path, bytes }: TextFile,
  rounds: number,
  report: Report,
): Promise<void> {
  await using server = await ServerProcess.start();
  const url = `${server.origin}/v1/count?top=10`;
  const answers = new Set<string>();
  const take = async (mediaType: string) => {
    const { ms, totals } = await count(url, path, mediaType);
    answers.add(totals);
    return ms;
  };
  const times = await takeRounds(
    {
      "one answer": () => take("application/json"),
      "events, then the answer": () => take("text/event-stream"),
    },
    rounds,
    1,
  );
  if (answers.size !== 1) throw new Error("Cannot compare rates: the counts differ");
  const rate = (ms: number) => bytes / 1000 / ms;
  report.table(
    [`${(bytes / 1e6).toFixed(0)} MB`, "MB/s", "min", "max"],
    [...times].map(([name, ms]) => [
      name,
      ...[median(ms), Math.max(...ms), Math.min(...ms)].map((each) => rate(each).toFixed(0)),
    ]),
  );
  for (const [name, ms] of times) report.figure(name, "MB/s", rate(median(ms)), "higher");
  const [plain, events] = [...times.values()];
  const ratio = median(plain.map((ms, round) => ms / events[round]));
  report.require(
    "rate with events",
    `${(100 * ratio).toFixed(1)} % of that without (required: ${100 * LEAST_RATIO} %)`,
    ratio >= LEAST_RATIO,
  );
}

/** One upload, by curl's own clock, and the totals that it found. */
async function count(
  url: string,
  path: string,
  mediaType: string,
): Promise<{ ms: number; totals: string }> {
  const args = ["-NT", path, "-X", "POST", "-H", `accept: ${mediaType}`];
  const { status, ms, body } = await curl(url, args, true);
  const totals = /"totals":(\{.+?\})/.exec(body)?.[1];
  if (status !== 200 || !totals) throw new Error(`Cannot count: ${status} ${body}`);
  return { ms, totals };
}

import { RawConnection } from "../../tests/support/http/raw_http.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { pause } from "../../tests/support/waits.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { curl } from "../support/commands.ts";
import { countByJob, distinctWords } from "../support/jobs.ts";
import { whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";

/** Most of what the slowest small count takes beside plain readers; in any case so long. */
const MOST_RATIO = 3;
const LEAST_BOUND_MS = 250;
/** How long small counts are asked for beside readers that stall. */
const STALL_MS = 2000;
const PLAIN = "plain";
const CODINGS = [PLAIN, "zstd", "gzip", "br"];
const REQUIRED_CODINGS = ["zstd", "gzip"];

export default defineBenchmark({
  name: "readers",
  about: "The slowest small count beside readers of a million rows, in ms",
  details:
    `Small counts are asked for one after the other while some readers take a stored result by
curl, plain and in each coding, and while others have it begun and read no further.
Ways take turns, round by round, on one server in a process of its own. Every small
count is checked, and so is the length of every plain answer.`,
  options: {
    rows: whole(1_000_000, "rows of the result"),
    readers: whole(8, "readers that read on"),
    stalled: whole(20, "readers that stall"),
    rounds: whole(3, "rounds"),
  },
  quick: { rows: "50000", rounds: "1" },
  async run({ rows, readers, stalled, rounds }, report) {
    await using server = await ServerProcess.start();
    const path = await countByJob(server.origin, distinctWords(rows), rows);
    const result = new StoredResult(server, `${path}?format=ndjson`);
    await result.measurePlain();
    const ways: Record<string, () => Promise<number>> = {
      nobody: () => countBeside(server, pause(STALL_MS)),
    };
    for (const coding of CODINGS) {
      ways[readersOf(readers, coding)] = () =>
        countBeside(server, result.readTogether(coding, readers));
    }
    for (const coding of CODINGS) {
      ways[`${stalled} stalled, ${coding}`] = () =>
        countBeside(server, result.stallTogether(coding, stalled));
    }
    tellWorst(await takeRounds(ways, rounds, 1), readers, report);
  },
});

function readersOf(readers: number, coding: string): string {
  return `${readers} readers, ${coding}`;
}

/** The result that everybody reads. */
class StoredResult {
  readonly #server: ServerProcess;
  readonly #path: string;
  #plainBytes = 0;

  constructor(server: ServerProcess, path: string) {
    this.#server = server;
    this.#path = path;
  }

  async measurePlain(): Promise<void> {
    this.#plainBytes = await this.#read(PLAIN);
  }

  /** One answer through curl; its length as it came. */
  async #read(coding: string): Promise<number> {
    const args = coding === PLAIN ? [] : ["-H", `accept-encoding: ${coding}`];
    const { status, bytes } = await curl(this.#server.origin + this.#path, args);
    if (status !== 200) throw new Error(`Cannot read the answer: ${status}`);
    return bytes;
  }

  async readTogether(coding: string, readers: number): Promise<void> {
    const lengths = await Promise.all(Array.from({ length: readers }, () => this.#read(coding)));
    const whole = coding === PLAIN ? this.#plainBytes : lengths[0];
    if (lengths.some((each) => each !== whole)) throw new Error(`Answers differ: ${lengths}`);
  }

  /** Opens answers, and reads no more than their beginning. */
  async stallTogether(coding: string, readers: number): Promise<void> {
    const accept = coding === PLAIN ? "" : `Accept-Encoding: ${coding}\r\n`;
    const connections = await Promise.all(Array.from({ length: readers }, async () => {
      const connection = await RawConnection.open(this.#server.port);
      await connection.write(`GET ${this.#path} HTTP/1.1\r\nHost: x\r\n${accept}\r\n`);
      await connection.read(/\r\n\r\n/);
      return connection;
    }));
    await pause(STALL_MS);
    for (const connection of connections) connection[Symbol.dispose]();
  }
}

/** Asks for small counts until the load is over; what the slowest took, in milliseconds. */
async function countBeside(server: ServerProcess, load: Promise<void>): Promise<number> {
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
  return Math.max(...times);
}

function tellWorst(worst: Map<string, number[]>, readers: number, report: Report): void {
  const rounds = worst.get("nobody")!.map((_, i) => `${i + 1}`);
  report.table(
    ["slowest small count, ms", "median", ...rounds],
    [...worst].map(([name, times]) => [
      name,
      ...[median(times), ...times].map((ms) => ms.toFixed(1)),
    ]),
  );
  for (const [name, times] of worst) report.figure(name, "ms", median(times), "lower");
  const beside = (coding: string) => median(worst.get(readersOf(readers, coding))!);
  const bound = Math.max(LEAST_BOUND_MS, MOST_RATIO * beside(PLAIN));
  for (const coding of REQUIRED_CODINGS) {
    const ms = beside(coding);
    report.require(
      `beside ${coding}`,
      `${ms.toFixed(0)} ms (required: ${bound.toFixed(0)})`,
      ms <= bound,
    );
  }
}

import type { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark, type Side, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { readResident } from "../support/commands.ts";
import { whole } from "../support/options.ts";
import { pause } from "../support/pause.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import type { Figure, Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { serveRevision } from "../support/serve_revision.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { startBareServer } from "./parts/start_bare_server.ts";

/** What a server may take more than a bare one. */
const MOST_CPU_MS = 200;
const MOST_MEGABYTES = 45;

/** More modules make a start longer, a few at a time: so it is measured against this revision. */
export const MEASURED_AGAINST = "adfdda30";
const MOST_OF_TIME = 0.5;
const MOST_OF_MEMORY = 0.6;

const TEXT = "to be or not to be ".repeat(200);

/** How long a server is left alone before its memory is read. */
const IDLE_MS = 1000;

export default defineBenchmark({
  name: "start",
  about: "From the start of a server to its first answer, and its memory while it is idle",
  details: `A server is started, asked to count 4 KB, left alone for a second, and stopped, in turns
with a bare Hono server that reads the same body. Its memory is that of the process while
nothing is asked. Both run what Deno has cached. --against has the other revision, and
the bare server, take turns with this one.`,
  options: { rounds: whole(9, "rounds") },
  quick: { rounds: "3" },
  async run({ rounds }, report) {
    const found = await takeRounds(
      {
        "bare Hono server": () => startBare(),
        "millrace": () => startOf(THIS_REVISION),
      },
      rounds,
      1,
    );
    report.table(
      ["", "ms to the first answer", "CPU ms", "MB idle"],
      [...found].map(([name, starts]) => [
        name,
        ...(["ms", "cpuMs", "megabytes"] as const).map((of) =>
          median(starts.map((start) => start[of])).toFixed(0)
        ),
      ]),
    );
    requireLittle([...found.values()], report);
  },
  compare: compareRevisions,
});

interface Start {
  /** From the start of the process to the answer. */
  ms: number;
  /** Of all threads, up to the answer. */
  cpuMs: number;
  megabytes: number;
}

async function startBare(): Promise<Start> {
  return await measure(startBareServer, "/");
}

async function startOf(side: Side): Promise<Start> {
  return await measure(() => serveRevision(side), "/v1/count?top=2&format=tsv");
}

/** @throws {Error} If the answer is wrong. */
async function measure(start: () => Promise<ServerProcess>, path: string): Promise<Start> {
  const began = performance.now();
  await using server = await start();
  const answer = await (await fetch(server.origin + path, { method: "POST", body: TEXT })).text();
  const ms = performance.now() - began;
  const cpuMs = await readCpuSeconds(server.pid) * 1000;
  if (answer !== "be\t400\nto\t400\n" && answer !== `${TEXT.length}\n`) {
    throw new Error(`Cannot time a start: the answer is ${answer}`);
  }
  await pause(IDLE_MS);
  return { ms, cpuMs, megabytes: await readResident(server.pid) / 1e6 };
}

function requireLittle([bare, millrace]: Start[][], report: Report): void {
  const above = (of: keyof Start) =>
    median(millrace.map((start) => start[of])) - median(bare.map((start) => start[of]));
  const require = (what: string, of: keyof Start, most: number, unit: string) => {
    const name = `${what}, above a bare server's`;
    const more = above(of);
    report.figure(name, unit, more, "lower");
    report.require(name, `${more.toFixed(0)} ${unit} (required: at most ${most})`, more <= most);
  };
  require("processor time to the first answer", "cpuMs", MOST_CPU_MS, "ms");
  require("idle memory", "megabytes", MOST_MEGABYTES, "MB");
  const ratio = pairedRatio(millrace.map(({ ms }) => ms), bare.map(({ ms }) => ms));
  report.print(`time to the first answer, of a bare server's: ${ratio.toFixed(1)} ×`);
}

/** Each turn starts a bare server, too, of which the figures are differences. */
async function compareRevisions(
  sides: Sides,
  _values: unknown,
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  const above = new Map(sides.map((side) => [side, [] as Start[]]));
  await takeTurns(async (side): Promise<Figure[]> => {
    const bare = await startBare();
    const start = await startOf(side);
    const more = {
      ms: start.ms - bare.ms,
      cpuMs: start.cpuMs - bare.cpuMs,
      megabytes: start.megabytes - bare.megabytes,
    };
    above.get(side)!.push(more);
    return [
      { name: "first answer, above bare", unit: "ms", value: more.ms, better: "lower" },
      { name: "the same, processor", unit: "CPU ms", value: more.cpuMs, better: "lower" },
      { name: "idle, above bare", unit: "MB", value: more.megabytes, better: "lower" },
    ];
  });
  const [before, now] = sides.map((side) => above.get(side)!);
  if (sides[0].name.startsWith(MEASURED_AGAINST)) requireLess(before, now, report);
}

/** @param before What starts took more than the bare server of their turn; the first warms up. */
function requireLess(before: readonly Start[], now: readonly Start[], report: Report): void {
  const require = (what: string, of: keyof Start, most: number) => {
    const [a, b] = [before, now].map((starts) => starts.slice(1).map((start) => start[of]));
    const ratio = pairedRatio(b, a);
    const name = `${what}, above a bare server's, by that of ${MEASURED_AGAINST}`;
    report.require(name, `${ratio.toFixed(2)} × (required: at most ${most})`, ratio <= most);
  };
  require("processor time to the first answer", "cpuMs", MOST_OF_TIME);
  require("time to the first answer", "ms", MOST_OF_TIME);
  require("idle memory", "megabytes", MOST_OF_MEMORY);
}

import { admitModule } from "../../src/kernels/gate/admit_module.ts";
import {
  compileKernel,
  largeSource,
  SOURCES,
} from "../../tests/support/modules/compiled_modules.ts";
import { ENDLESS } from "../../tests/support/modules/endless.ts";
import { stopRun } from "../../tests/support/modules/stop_run.ts";
import { soon } from "../../tests/support/waits.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { median, quantile } from "../support/statistics.ts";
import type { AdmissionRequest, AdmissionTimes } from "./parts/gate_worker.ts";

const WARM_ROUNDS = 30;
/** Before a run is stopped: long enough for the engine to optimise it. */
const WARM_MS = 50;

const KERNELS: Record<string, string> = {
  "bytes": SOURCES.bytes,
  "few strings": largeSource(5),
  "strings": SOURCES.strings,
  "many functions": largeSource(200),
};

export default defineBenchmark({
  name: "gate",
  about: "Admitting a user's module, and stopping what runs of it, in ms",
  details:
    `Modules of some sizes, compiled from AssemblyScript, go through the gate: the first time in a
thread of its own, in time of a core, and again when it is warm; of that, the second
checker. Then kernels
that never end run on a thread each until the host stops them by their leash: the time
from the store of the word to the trap. Every stop must be a trap of a poll.`,
  options: {
    rounds: whole(5, "threads for each module, and stops of each kernel"),
  },
  quick: { rounds: "1" },
  async run({ rounds }, report) {
    await measureAdmission(rounds, report);
    await measureStops(rounds, report);
  },
});

async function measureAdmission(rounds: number, report: Report): Promise<void> {
  const rows: string[][] = [];
  for (const [name, source] of Object.entries(KERNELS)) {
    const bytes = await compileKernel(source);
    const times: AdmissionTimes[] = [];
    for (let round = 0; round < rounds; round++) times.push(await admitInThread(bytes));
    const of = (pick: (one: AdmissionTimes) => number) => median(times.map(pick));
    const growth = times[0].admittedBytes / bytes.length - 1;
    rows.push([
      name,
      String(bytes.length),
      of(({ firstMs }) => firstMs).toFixed(2),
      of(({ warmMs }) => warmMs).toFixed(2),
      of(({ checkMs }) => checkMs).toFixed(2),
      `${(growth * 100).toFixed(1)} %`,
      String(times[0].polls),
    ]);
    report.figure(`admission, ${name}`, "ms", of(({ firstMs }) => firstMs), "lower");
  }
  report.table(
    ["admitted", "bytes", "first ms", "warm ms", "of that check", "growth", "polls"],
    rows,
  );
}

async function admitInThread(bytes: Uint8Array<ArrayBuffer>): Promise<AdmissionTimes> {
  const worker = new Worker(import.meta.resolve("./parts/gate_worker.ts"), { type: "module" });
  const times = Promise.withResolvers<AdmissionTimes>();
  worker.onmessage = ({ data }) => times.resolve(data);
  worker.onerror = (event) => times.reject(new Error(event.message));
  worker.postMessage({ bytes, rounds: WARM_ROUNDS } satisfies AdmissionRequest);
  try {
    return await soon(times.promise);
  } finally {
    worker.terminate();
  }
}

async function measureStops(rounds: number, report: Report): Promise<void> {
  const rows: string[][] = [];
  const all: number[] = [];
  for (const [name, module] of ENDLESS) {
    const admitted = admitModule(module());
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { how, message, ms } = await stopRun(admitted, WARM_MS);
      if (how !== "RuntimeError" || message !== "unreachable") {
        throw new Error(`Cannot stop ${name}: ${how} ${message}`);
      }
      times.push(ms);
    }
    all.push(...times);
    rows.push([name, median(times).toFixed(2), Math.max(...times).toFixed(2)]);
  }
  rows.push(["all", median(all).toFixed(2), Math.max(...all).toFixed(2)]);
  report.print();
  report.table(["stopped", "median ms", "most ms"], rows);
  report.figure("stop, median", "ms", median(all), "lower");
  report.figure("stop, p99", "ms", quantile(all, 0.99), "lower");
}

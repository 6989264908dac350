import { pause } from "../support/pause.ts";
import { slope } from "../support/statistics.ts";
import type { ServerProcess } from "../../tests/support/http/server.ts";
import type { Finding } from "./outcome.ts";

/** What the runner does while k6 runs. It ends soon after the signal, and then tells what it found. */
export type Aside = (
  server: ServerProcess,
  values: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Finding>;

/** What a server says of its memory. */
export interface Sample {
  /** Since the start. */
  seconds: number;
  /** Bytes of the process. */
  resident: number;
  /** Bytes of shared memory that were ever used. */
  touched: number;
}

const EVERY_MS = 1000;
const MIB = 2 ** 20;

/** Asks a server for its metrics every second, and judges how its memory grows. */
export const watchMemory: Aside = async ({ origin }, { growth }, signal) => {
  const samples: Sample[] = [];
  const started = performance.now();
  while (!signal.aborted) {
    const answer = await fetch(`${origin}/metrics`);
    samples.push(readSample(await answer.text(), (performance.now() - started) / 1000));
    await pause(EVERY_MS, signal);
  }
  return judgeMemory(samples, growth as number);
};

/** @throws {Error} If the metrics lack memory. */
export function readSample(metrics: string, seconds: number): Sample {
  const read = (name: string) => {
    const line = metrics.split("\n").find((each) => each.startsWith(`${name} `));
    if (line === undefined) throw new Error(`The server's metrics lack ${name}`);
    return Number(line.slice(name.length));
  };
  return {
    seconds,
    resident: read("process_resident_memory_bytes"),
    touched: read("millrace_shared_memory_touched_bytes"),
  };
}

/**
 * How memory grew, by the line of least squares through the second half: the first half is that of
 * caches that fill.
 *
 * @param limit Most MiB from one end of that line to the other.
 */
export function judgeMemory(samples: readonly Sample[], limit: number): Finding {
  const half = samples.slice(samples.length >> 1);
  if (half.length < 2) {
    return { lines: [], faults: ["memory was looked at too rarely"], charts: [] };
  }
  const perSecond = slope(half.map(({ seconds, resident }) => [seconds, resident / MIB]));
  const seconds = half.at(-1)!.seconds - half[0].seconds;
  const grown = perSecond * seconds;
  const [first, last] = [samples[0], samples.at(-1)!].map(({ resident }) => resident / MIB);
  const trend = `${grown.toFixed(1)} MiB in the last ${seconds.toFixed(0)} s`;
  const lines = [
    `Memory: ${first.toFixed(0)} MiB at the start, ${last.toFixed(0)} MiB at the end; by its ` +
    `trend ${trend}, ${(perSecond * 60).toFixed(2)} MiB a minute.`,
  ];
  const faults = grown > limit ? [`memory grew by ${trend}, more than ${limit} MiB`] : [];
  return { lines, faults, charts: [drawMemory(samples)] };
}

function drawMemory(samples: readonly Sample[]): Finding["charts"][number] {
  const points = (read: (sample: Sample) => number) =>
    samples.map((sample) => [sample.seconds, read(sample) / MIB] as const);
  return {
    title: "Memory of the server",
    x: { name: "seconds" },
    y: { name: "MiB" },
    series: [
      { name: "process", kind: "line", points: points(({ resident }) => resident) },
      { name: "shared, ever used", kind: "line", points: points(({ touched }) => touched) },
    ],
  };
}

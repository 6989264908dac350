import { cpus, release } from "node:os";
import { pause } from "./pause.ts";

/** Where figures come from. */
export interface Environment {
  cpu: string;
  cores: number;
  memoryBytes: number;
  os: string;
  deno: string;
  v8: string;
  /** Of the last minute, the last five and the last fifteen: threads that ran or wanted to. */
  loadAverage: number[];
  /** Share of all cores that was busy just before the benchmark, which did nothing then. */
  busyBefore: number | null;
  /** When it began, by the clock of the machine. */
  startedAt: string;
}

const LOOK_MS = 300;

/** Looks at the machine, for a moment, to see what else runs. */
export async function readEnvironment(): Promise<Environment> {
  return {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    os: `${Deno.build.os} ${release()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    loadAverage: Deno.loadavg().map((load) => Number(load.toFixed(2))),
    busyBefore: await readBusyShare(),
    startedAt: new Date().toISOString(),
  };
}

/** The share of all cores that is busy while this process waits; null where nobody tells. */
async function readBusyShare(): Promise<number | null> {
  const before = totalTimes();
  await pause(LOOK_MS);
  const after = totalTimes();
  const all = after.all - before.all;
  return all > 0 ? Number((1 - (after.idle - before.idle) / all).toFixed(2)) : null;
}

function totalTimes(): { idle: number; all: number } {
  const times = cpus().map((each) => each.times);
  const sum = (of: (each: typeof times[number]) => number) =>
    times.reduce((total, each) => total + of(each), 0);
  return {
    idle: sum(({ idle }) => idle),
    all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
  };
}

/** The environment in two lines. */
export function describeEnvironment(environment: Environment): string[] {
  const { cpu, cores, memoryBytes, os, deno, v8, loadAverage, busyBefore } = environment;
  const busy = busyBefore === null ? "unknown" : `${(busyBefore * 100).toFixed(0)} %`;
  return [
    `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${os}; ` +
    `Deno ${deno}, V8 ${v8}.`,
    `Load average before: ${loadAverage.join(", ")}; others kept ${busy} of the cores busy.`,
  ];
}

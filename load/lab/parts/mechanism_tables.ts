import type { Report } from "../../support/report.ts";
import { median, quantile } from "../../support/statistics.ts";
import { HAND_OVER, type Workload } from "./workloads.ts";
import { ONE_LOOP } from "./mechanisms.ts";

/** What a mechanism took in one round. */
export interface MechanismTurn {
  /** From the start to the last worker that is ready, for each worker. */
  startMs: number;
  /** Resident memory that each worker adds. */
  workerBytes: number;
  /** Milliseconds by the name of the work; none where the mechanism shares no counter. */
  ms: ReadonlyMap<string, number>;
}

const NONE = "–";
/** Beyond this many workers there are threads that wait for a core. */
const CORES = navigator.hardwareConcurrency;

/** Tells medians of all mechanisms: `mechanism/workers` to its turns. */
export function tellMechanisms(
  turns: ReadonlyMap<string, readonly MechanismTurn[]>,
  loads: readonly Workload[],
  tasks: number,
  report: Report,
): void {
  const works = loads.filter(({ name }) => name !== HAND_OVER).map(({ name }) => name);
  const timeOf = (key: string, work: string): number[] =>
    turns.get(key)!.flatMap(({ ms }) => ms.get(work) ?? []);
  for (const key of turns.keys()) addRows(key, turns.get(key)!, tasks, report);
  report.table(
    ["mechanism", "workers", "start-up ms", "MB each", "hand-over µs", ...works],
    [...turns].map(([key, all]) => {
      const [mechanism, workers] = key.split("/");
      const isAlone = mechanism === ONE_LOOP;
      const handOver = median(timeOf(key, HAND_OVER)) * 1000 / tasks;
      return [
        mechanism,
        isAlone ? NONE : workers,
        isAlone ? NONE : median(all.map(({ startMs }) => startMs)).toFixed(0),
        isAlone ? NONE : (median(all.map(({ workerBytes }) => workerBytes)) / 1e6).toFixed(0),
        handOver.toFixed(1),
        ...works.map((work) => formatMs(timeOf(key, work))),
      ];
    }),
  );
  report.print("Times of works are ms of the whole; ± is half the range between the quartiles.");
  report.print(`More than ${CORES} workers share the ${CORES} cores of this machine.`);
  const first = timeOf(`${ONE_LOOP}/1`, works[0]).length > 0 ? `${ONE_LOOP}/1` : undefined;
  if (first === undefined) return;
  const shared = works.filter((work) => timeOf(first, work).length > 0);
  const gain = (key: string, work: string) =>
    median(timeOf(first, work)) / median(timeOf(key, work));
  const others = [...turns.keys()].filter((key) => key !== first);
  report.print("Times as fast as one event loop; below 1 is a loss:");
  report.table(
    ["mechanism", "workers", ...shared],
    others.map((key) => [...key.split("/"), ...shared.map((work) => gain(key, work).toFixed(2))]),
  );
  for (const work of shared) {
    report.chart({
      title: `Times as fast as one event loop: ${work}`,
      x: { name: "workers", categories: [...new Set(others.map((key) => key.split("/")[1]))] },
      y: { name: "times as fast" },
      series: [...new Set(others.map((key) => key.split("/")[0]))].map((name) => ({
        name,
        kind: "line",
        points: others.filter((key) => key.startsWith(`${name}/`))
          .map((key) => [key.split("/")[1], gain(key, work)]),
      })),
    });
  }
}

function formatMs(times: readonly number[]): string {
  if (times.length === 0) return NONE;
  const spread = (quantile(times, 0.75) - quantile(times, 0.25)) / 2;
  return `${formatTime(median(times))} ± ${formatTime(spread)}`;
}

function formatTime(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(1);
}

function addRows(
  key: string,
  turns: readonly MechanismTurn[],
  tasks: number,
  report: Report,
): void {
  const [mechanism, workers] = key.split("/");
  const startMs = median(turns.map((turn) => turn.startMs));
  const workerBytes = median(turns.map((turn) => turn.workerBytes));
  for (const work of turns[0].ms.keys()) {
    const all = turns.map(({ ms }) => ms.get(work)!);
    report.row({
      mechanism,
      workers: Number(workers),
      work,
      startMs,
      workerBytes,
      medianMs: median(all),
      allMs: all,
    });
    const isHandOver = work === HAND_OVER;
    report.figure(
      `${work}, ${mechanism}, ${workers}`,
      isHandOver ? "µs" : "ms",
      isHandOver ? median(all) * 1000 / tasks : median(all),
      "lower",
    );
  }
}

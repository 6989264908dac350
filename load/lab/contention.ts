import { defineBenchmark } from "../support/benchmark.ts";
import { whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, quantile } from "../support/statistics.ts";
import { type ContentionCost, ContentionCrew } from "./parts/contention_crew.ts";
import { CONTENTION_WAYS } from "./parts/contention_ways.ts";

export default defineBenchmark({
  name: "contention",
  about: "Threads that count together, by locks, atomics and shards, in operations/s",
  details:
    `As many additions of 1, divided among 1 to 4 threads that begin at once: under a lock that
sleeps (Atomics.wait and notify), by compare-exchange until it succeeds, by fetch-add,
and by fetch-add to a shard of each thread. False sharing: words that different threads
write stand in one line of the cache, or 128 bytes apart; for the lock these are its own
word and the counter. CPU is that of the process; the cores it had are CPU by time, and
less than the threads where others run. Ways take turns, round by round. The
final value is checked before a rate is told.`,
  options: {
    threads: whole(4, "most threads"),
    operations: whole(10_000_000, "operations of all threads together"),
    rounds: whole(5, "rounds"),
  },
  quick: { operations: "1000000", rounds: "3" },
  async run({ threads, operations, rounds }, report) {
    const crew = new ContentionCrew(threads);
    try {
      const contestants: Record<string, () => Promise<ContentionCost>> = {};
      for (const way of CONTENTION_WAYS.keys()) {
        for (let count = 1; count <= threads; count++) {
          contestants[`${way}/${count}`] = () => crew.count(way, count, operations);
        }
      }
      report.progress(
        `${rounds} rounds of ${Object.keys(contestants).length} turns, and a warm-up`,
      );
      tellCosts(await takeRounds(contestants, rounds, 1), operations, report);
    } finally {
      crew.close();
    }
  },
});

/** @param costs By `way/threads`. */
function tellCosts(
  costs: ReadonlyMap<string, readonly ContentionCost[]>,
  operations: number,
  report: Report,
): void {
  const cells = [...costs].map(([key, all]) => {
    const [way, threads] = key.split("/").map(Number);
    const { name, lines } = CONTENTION_WAYS[way];
    const rates = all.map(({ ms }) => operations / ms / 1000);
    const cpuSeconds = median(all.map(({ cpuMs }) => cpuMs)) / operations * 1000;
    const cores = median(all.map(({ ms, cpuMs }) => cpuMs / ms));
    return { way, name: `${name}, ${lines}`, threads, rates, cpuSeconds, cores };
  });
  for (const { name, threads, rates, cpuSeconds, cores } of cells) {
    report.row({
      way: name,
      threads,
      operations,
      operationsPerSecond: median(rates) * 1e6,
      cpuSecondsPerMillion: cpuSeconds,
      coresHad: cores,
      allRates: rates.map((rate) => rate * 1e6),
      exact: true,
    });
    report.figure(`${name}, ${threads}`, "million/s", median(rates), "higher");
  }
  const alone = (way: number) => cells.find((each) => each.way === way && each.threads === 1)!;
  report.print(`${operations} operations in all; the final value was right every time.`);
  report.table(
    ["way", "threads", "million/s", "quartiles", "of one thread", "CPU s per million", "cores had"],
    cells.map(({ way, name, threads, rates, cpuSeconds, cores }) => [
      name,
      String(threads),
      median(rates).toFixed(1),
      `${quantile(rates, 0.25).toFixed(1)}–${quantile(rates, 0.75).toFixed(1)}`,
      `${(median(rates) / median(alone(way).rates)).toFixed(2)} ×`,
      cpuSeconds.toPrecision(2),
      cores.toFixed(2),
    ]),
  );
  report.chart({
    title: "Operations per second of threads that count together",
    x: { name: "threads", categories: [...new Set(cells.map(({ threads }) => String(threads)))] },
    y: { name: "million operations/s", logarithmic: true },
    series: [...new Set(cells.map(({ name }) => name))].map((name) => ({
      name,
      kind: "line",
      points: cells.filter((each) => each.name === name)
        .map(({ threads, rates }) => [String(threads), median(rates)]),
    })),
  });
}

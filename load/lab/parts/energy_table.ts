import type { Report } from "../../support/report.ts";
import { median, quantile } from "../../support/statistics.ts";
import type { EnergyCost } from "./energy_case.ts";
import { ENERGY_ROWS, type EnergyRow, type EnergyRowName } from "./energy_rows.ts";
import type { PythonCost } from "./live_python.ts";

/** Of free-threaded Python 3.14.2 against the one with a lock, by category. */
const PUBLISHED: Record<EnergyRow["category"], string> = {
  "sequential": "energy × 1.13 to 1.43",
  "independent data": "up to 4 × as fast, energy down to × 0.23",
  "shared object": "less gain, down to 12 × slower",
  "built-in": "unchanged (NumPy)",
};
const SOURCE = "J. D. Montoya Salazar, Unlocking Python's Cores, arXiv 2603.04782";
const NONE = "–";

/** A cell of the table. */
interface Cell {
  row: EnergyRowName;
  threads: number;
  all: readonly EnergyCost[];
  ms: number;
  cpuMs: number;
  /** Joules, or CPU seconds where nobody tells joules. */
  energy: number;
}

/** What a live Python has done: by `row/threads`, as ours. */
export interface PythonCosts {
  name: string;
  costs: ReadonlyMap<string, readonly PythonCost[]>;
}

/** Tells the table and the figure. @param costs By `row/threads`. */
export function tellEnergy(
  costs: ReadonlyMap<string, readonly EnergyCost[]>,
  python: PythonCosts | undefined,
  report: Report,
): void {
  const hasJoules = [...costs.values()].flat().every(({ joules }) => joules !== null);
  const unit = hasJoules ? "J" : "CPU s";
  const cells = [...costs].map(([key, all]) => createCell(key, all, hasJoules));
  const alone = (cell: Cell) =>
    cells.find(({ row, threads }) => row === cell.row && threads === 1)!;
  for (const cell of cells) tellCell(cell, alone(cell), hasJoules, report);
  report.print(
    hasJoules
      ? "Energy is that of the whole machine, in joules (RAPL)."
      : "This machine does not tell joules (RAPL): the energy columns are CPU seconds, not energy.",
  );
  const header = [
    "work",
    "threads",
    "ms",
    "quartiles",
    "time ratio",
    "CPU %",
    unit,
    `${unit} ratio`,
    "RSS MB",
    "virtual GB",
    "exact",
    "Python, published",
    ...python ? [`${python.name}: time ratio`, "CPU s ratio"] : [],
  ];
  const rows = cells.map((cell) => [
    ...formatCell(cell, alone(cell)),
    ...python ? formatPython(cell, python.costs) : [],
  ]);
  report.table(header, rows);
  report.print(`Python, published: ${SOURCE}; free-threaded 3.14.2 against the one with its lock.`);
  report.chart({
    title: `${hasJoules ? "Energy" : "CPU time"} ratio against time ratio, 1 thread = 1`,
    x: { name: "time ratio" },
    y: { name: `${unit} ratio` },
    series: [
      ...Object.keys(ENERGY_ROWS).map((row) => ({
        name: row,
        kind: "scatter" as const,
        points: cells.filter((cell) => cell.row === row && cell.threads > 1)
          .map((cell) => ratiosOf(cell, alone(cell))),
      })).filter(({ points }) => points.length > 0),
      { name: "in proportion", kind: "line", points: [[0, 0], [1, 1]] },
    ],
  });
}

function createCell(key: string, all: readonly EnergyCost[], hasJoules: boolean): Cell {
  const [row, threads] = key.split("/");
  const cpuMs = median(all.map((each) => each.cpuMs));
  return {
    row: row as EnergyRowName,
    threads: Number(threads),
    all,
    ms: median(all.map(({ ms }) => ms)),
    cpuMs,
    energy: hasJoules ? median(all.map(({ joules }) => joules!)) : cpuMs / 1000,
  };
}

function ratiosOf(cell: Cell, alone: Cell): [time: number, energy: number] {
  return [cell.ms / alone.ms, cell.energy / alone.energy];
}

function formatCell(cell: Cell, alone: Cell): string[] {
  const { row, threads, all, ms, cpuMs, energy } = cell;
  const [time, energyRatio] = ratiosOf(cell, alone);
  const times = all.map((each) => each.ms);
  const { residentBytes, virtualBytes } = all[0];
  return [
    row,
    String(threads),
    ms.toFixed(0),
    `${quantile(times, 0.25).toFixed(0)}–${quantile(times, 0.75).toFixed(0)}`,
    time.toFixed(2),
    (100 * cpuMs / ms).toFixed(0),
    energy.toFixed(2),
    energyRatio.toFixed(2),
    residentBytes === null ? NONE : (median(all.map((e) => e.residentBytes!)) / 1e6).toFixed(0),
    virtualBytes === null ? NONE : (median(all.map((e) => e.virtualBytes!)) / 1e9).toFixed(1),
    "yes", // a wrong answer has no row
    threads === 1 ? PUBLISHED[ENERGY_ROWS[row].category] : "",
  ];
}

function formatPython(
  { row, threads }: Cell,
  costs: ReadonlyMap<string, readonly PythonCost[]>,
): string[] {
  const [own, alone] = [costs.get(`${row}/${threads}`), costs.get(`${row}/1`)];
  if (!own || !alone) return [NONE, NONE];
  const ratio = (of: (cost: PythonCost) => number) => median(own.map(of)) / median(alone.map(of));
  return [ratio(({ ms }) => ms).toFixed(2), ratio(({ cpuMs }) => cpuMs).toFixed(2)];
}

function tellCell(cell: Cell, alone: Cell, hasJoules: boolean, report: Report): void {
  const { row, threads, all, ms, cpuMs } = cell;
  const [timeRatio, energyRatio] = ratiosOf(cell, alone);
  report.row({
    row,
    category: ENERGY_ROWS[row].category,
    threads,
    medianMs: ms,
    allMs: all.map((each) => each.ms),
    timeRatio,
    cpuShare: cpuMs / ms,
    cpuSeconds: cpuMs / 1000,
    joules: hasJoules ? cell.energy : null,
    energyRatio,
    energyRatioOf: hasJoules ? "joules" : "CPU seconds",
    residentBytes: all[0].residentBytes,
    virtualBytes: all[0].virtualBytes,
    exact: true,
  });
  report.figure(`${row}, ${threads} threads`, "ms", ms, "lower");
  report.figure(`CPU of ${row}, ${threads} threads`, "ms", cpuMs, "lower");
}

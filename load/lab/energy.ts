import { defineBenchmark } from "../support/benchmark.ts";
import { runCommand } from "../support/commands.ts";
import { readEnglish } from "../support/corpora.ts";
import { amount, text, whole } from "../support/options.ts";
import { takeRounds } from "../support/rounds.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import type { EnergyCost } from "./parts/energy_case.ts";
import { ENERGY_ROWS } from "./parts/energy_rows.ts";
import { tellEnergy } from "./parts/energy_table.ts";
import { findPython, type PythonCost } from "./parts/live_python.ts";

export default defineBenchmark({
  name: "energy",
  about: "Time, CPU, energy and memory of work by 1 to 4 threads, as measured of Python",
  details: `The rows and columns of the published measurements of free-threaded Python: sequential
work, independent data, one shared object, the built-in kernel. Threads work over shared
memory. Every figure is from a fresh process, which does the work once to warm up and once
more; processes take turns, round by round. Energy is in joules where the system tells
them (RAPL: of the whole machine), else the CPU seconds of the process stand in its place
and are called so. Ratios are to one thread of the same row. Every answer is checked. A
Python of the name that --python says runs the same rows, smaller, where it is installed.`,
  options: {
    threads: whole(4, "most threads"),
    scale: amount(1, "size of each work; 1 takes some 200 ms on one core"),
    rounds: whole(5, "rounds"),
    python: text("python3.14t", "command of a Python to measure beside"),
  },
  quick: { scale: "0.05", threads: "2", rounds: "1" },
  async run({ threads, scale, rounds, python: command }, report) {
    await using folder = await TemporaryFolder.make();
    const file = `${folder.path}/text`;
    await Deno.writeFile(file, await readLines());
    const python = await findPython(command);
    if (!python) report.print(`left out: a live Python, ${command} is not installed`);
    const contestants: Record<string, () => Promise<EnergyCost>> = {};
    const live: Record<string, () => Promise<PythonCost>> = {};
    for (const row of Object.keys(ENERGY_ROWS)) {
      for (let count = 1; count <= threads; count++) {
        contestants[`${row}/${count}`] = () => {
          report.progress(`${row}, ${count} threads`);
          return measureRow(row, count, scale, file);
        };
        if (!python?.has(row)) continue;
        live[`${row}/${count}`] = () => python.measure(row, count, scale, file);
      }
    }
    const costs = await takeRounds(contestants, rounds);
    const pythons = python && { name: python.name, costs: await takeRounds(live, rounds) };
    tellEnergy(costs, pythons, report);
  },
});

/** @throws {Error} If the answer is wrong. */
async function measureRow(
  row: string,
  threads: number,
  scale: number,
  file: string,
): Promise<EnergyCost> {
  const program = new URL("./parts/energy_case.ts", import.meta.url).pathname;
  const args = ["run", "-A", program, row, String(threads), String(scale), file];
  return JSON.parse(await runCommand(Deno.execPath(), args));
}

/** Whole lines of the English corpus, without byte order marks, which some take for spaces. */
async function readLines(): Promise<Uint8Array> {
  const { bytes } = await readEnglish();
  const lines = new TextDecoder().decode(bytes).replaceAll("\ufeff", "");
  return new TextEncoder().encode(lines.slice(0, lines.lastIndexOf("\n") + 1));
}

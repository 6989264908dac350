import { runCommand } from "../support/commands.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { folder, whole } from "../support/options.ts";
import type { SpillCase, SpillOutcome } from "./parts/spill_case.ts";

const SCRIPT = new URL("./parts/spill_case.ts", import.meta.url).href;

export default defineBenchmark({
  name: "spill",
  about: "A vocabulary that outgrows memory: distinct keys through the disk",
  details: `Distinct keys, words and then two columns of CSV, are generated while they are counted,
under a limit that holds a few million of them. Then fewer keys, in memory and through
the disk. Each key of every answer and its count are compared with what was generated, and
each count has a process of its own.`,
  options: {
    keys: whole(50_000_000, "distinct keys; 0 for the comparison alone", 0),
    memory: whole(256, "MiB of shared memory that they have"),
    compare: whole(5_000_000, "distinct keys of the comparison"),
    small: whole(96, "MiB that force them to the disk"),
    dir: folder("where jobs spill"),
  },
  quick: { keys: "0", compare: "500000", small: "24" },
  async run({ keys, memory, compare, small, dir }, report) {
    const rows: string[][] = [];
    const run = async (each: Omit<SpillCase, "dir">) => {
      const text = await runCommand(Deno.execPath(), [
        "run",
        "-A",
        SCRIPT,
        JSON.stringify({ ...each, dir } satisfies SpillCase),
      ]);
      const outcome: SpillOutcome = JSON.parse(text);
      rows.push(formatRow(each, outcome));
      const name = `${each.keys} ${kindOf(each)}, ${limitOf(each)}, ${
        JSON.stringify(each.options)
      }`;
      report.figure(name, "MB/s", outcome.bytes / 1e6 / outcome.seconds, "higher");
      return outcome;
    };
    if (keys > 0) {
      for (const areColumns of [false, true]) {
        await run({ keys, areColumns, memory, options: { top: 100 } });
        await run({ keys, areColumns, memory, options: { top: 0, order: "key" } });
        await run({ keys, areColumns, memory, options: { top: 0 } });
      }
    }
    const few = { keys: compare, areColumns: false, options: { top: 100 } };
    const inMemory = await run({ ...few, memory: 0 });
    const onDisk = await run({ ...few, memory: small });
    report.table(
      [
        "options",
        "keys",
        "of",
        "limit",
        "MB",
        "MB/s",
        "map s",
        "reduce s",
        "runs",
        "disk MB",
        "RSS MB",
      ],
      rows,
    );
    const ratio = (onDisk.seconds / inMemory.seconds).toFixed(2);
    report.print(`\nthe process without any job: ${megabytes(inMemory.baseBytes)} MB`);
    report.print(`${compare} keys through the disk take ${ratio} × their time in memory`);
  },
});

function kindOf({ areColumns }: { areColumns: boolean }): string {
  return areColumns ? "two columns" : "words";
}

function limitOf({ memory }: { memory: number }): string {
  return memory === 0 ? "none" : `${memory} MiB`;
}

function formatRow(each: Omit<SpillCase, "dir">, outcome: SpillOutcome): string[] {
  const { bytes, seconds, ms, spilled, peakBytes } = outcome;
  return [
    JSON.stringify(each.options),
    String(each.keys),
    kindOf(each),
    limitOf(each),
    megabytes(bytes),
    megabytes(bytes / seconds),
    (ms.map / 1000).toFixed(1),
    (ms.reduce / 1000).toFixed(1),
    String(spilled.runs),
    megabytes(spilled.bytes),
    megabytes(peakBytes),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

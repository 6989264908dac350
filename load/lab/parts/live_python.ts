import { runCommand, tryCommand } from "../../support/commands.ts";

/** Rows that Python has: it has no atomic words, and its kernels are its own. */
const NOT_IN_PYTHON = ["counter: fetch-add", "counter: compare-exchange", "built-in kernel"];
const PROGRAM = new URL("./energy_case.py", import.meta.url).pathname;

/** What a row cost in Python. */
export interface PythonCost {
  ms: number;
  cpuMs: number;
}

/** A Python that is installed. */
export interface LivePython {
  /** With the version, and whether it has its global lock. */
  name: string;
  has(row: string): boolean;
  /** @throws {Error} If the answer is wrong. */
  measure(row: string, threads: number, scale: number, text: string): Promise<PythonCost>;
}

/** @returns Undefined if there is no such command. */
export async function findPython(command: string): Promise<LivePython | undefined> {
  const tell = "import sys; print(sys.version.split()[0], " +
    "'with' if getattr(sys, '_is_gil_enabled', lambda: True)() else 'without')";
  const found = await tryCommand(command, ["-c", tell]);
  if (found === undefined) return undefined;
  const [version, having] = found.trim().split(" ");
  return {
    name: `Python ${version}, ${having} its lock`,
    has: (row) => !NOT_IN_PYTHON.includes(row),
    async measure(row, threads, scale, text) {
      return JSON.parse(
        await runCommand(command, [PROGRAM, row, String(threads), String(scale), text]),
      );
    },
  };
}

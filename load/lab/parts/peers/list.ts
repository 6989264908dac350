import config from "../../../../deno.json" with { type: "json" };
import { millraceArgs, PLAIN_ENV } from "../../../../tests/support/millrace.ts";
import { tryCommand } from "../../../support/commands.ts";
import { type CommandCost, measureCommand } from "../../../support/measured_command.ts";
import { type Answer, parseAnswer, readAnswer, TOP } from "./answer.ts";
import { PYTHON, SHELL } from "./scripts.ts";
import type { PythonPackage, Tools } from "../../../support/peer_tools.ts";

/** What one run of a peer has found and cost. */
export interface PeerRun {
  answer: Partial<Answer>;
  cost: Omit<CommandCost, "stdout">;
}

/** Somebody who counts the words of a file. */
export interface Peer {
  name: string;
  /** @throws {Error} If it fails, or prints no answer. */
  run(path: string): Promise<PeerRun>;
}

/** One that is not there, and why. */
export interface Absent {
  name: string;
  reason: string;
}

/** The command of Millrace, among the peers. */
export const COMMAND = "Millrace, its command";

const COUNT_WORDS = ["-t", "whitespace", "-c", "preserve", "-k", `${TOP}`, "-f", "json", "-q"];

/** Bytes are what is compared; `wc` alone needs letters: it takes none of words beyond ASCII in C. */
const ENV = { LC_ALL: "C" };
const WC_ENV = { LC_ALL: "C.UTF-8" };

/** All peers but Millrace's server, those that are there and those that are not. */
export async function findPeers(tools: Tools): Promise<{ peers: Peer[]; absent: Absent[] }> {
  const rows: (Peer | Absent)[] = [
    createPeer(COMMAND, (path) => millraceArgs([...COUNT_WORDS, path]), readAnswer, PLAIN_ENV),
    createProgram("Millrace, as a library", "engine_main.ts"),
    await createShell("wc -w", ["wc"], (path) => ["sh", "-c", SHELL.wc, "sh", path], parseTotal),
    await createShell("tr | sort | uniq -c", ["tr", "sort", "uniq", "mawk"], shellOf(SHELL.sort)),
    await createShell("mawk", ["mawk", "sort"], shellOf(SHELL.mawk)),
    createHuniq(tools),
    createPython("Python Counter", PYTHON.counter, tools),
    ...(["duckdb", "polars", "chdb"] as const).map((name) =>
      createPython(NAMES[name], PYTHON[name], tools, name)
    ),
    createProgram("a Map in one Deno process", "map_main.ts"),
    ...(["piscina", "poolifier"] as const).map((name) =>
      createProgram(`${name} ${pinned(name)}, the same Map`, `${name}_main.ts`)
    ),
  ];
  return {
    peers: rows.filter((row) => "run" in row),
    absent: rows.filter((row) => "reason" in row),
  };
}

/** Peers in Python, by the package that each needs. */
export const NAMES: Readonly<Record<PythonPackage, string>> = {
  duckdb: "DuckDB",
  polars: "polars",
  chdb: "ClickHouse local (chdb)",
  pandas: "pandas",
};

function pinned(name: "piscina" | "poolifier"): string {
  return config.imports[name].split("@")[1];
}

const shellOf = (script: string) => (path: string) => ["sh", "-c", script, "sh", path];

function createProgram(name: string, file: string): Peer {
  const script = new URL(file, import.meta.url).href;
  return createPeer(name, (path) => [Deno.execPath(), "run", "-A", script, path]);
}

async function createShell(
  name: string,
  commands: readonly string[],
  argsOf: (path: string) => string[],
  parse?: (text: string) => Partial<Answer>,
): Promise<Peer | Absent> {
  for (const command of commands) {
    const found = await tryCommand("sh", ["-c", `command -v ${command}`]);
    if (found === undefined) return { name, reason: `there is no ${command}` };
  }
  return createPeer(name, argsOf, parse, parse ? WC_ENV : ENV);
}

function createHuniq({ huniq, versions }: Tools): Peer | Absent {
  if (huniq === undefined) return { name: "huniq", reason: "there is no huniq" };
  return createPeer(
    `huniq ${versions.huniq}`,
    (path) => ["sh", "-c", SHELL.huniq, "sh", path, huniq],
  );
}

function createPython(
  name: string,
  program: string,
  { python, packages, versions }: Tools,
  needs?: PythonPackage,
): Peer | Absent {
  if (python === undefined) return { name, reason: "there is no python3" };
  if (needs !== undefined && !packages.includes(needs)) {
    return { name, reason: `python3 has no package ${needs}` };
  }
  return createPeer(
    `${name} ${versions[needs ?? "python"]}`,
    (path) => [python, "-c", program, path],
  );
}

function createPeer(
  name: string,
  argsOf: (path: string) => string[],
  parse: (text: string) => Partial<Answer> = parseAnswer,
  env: Record<string, string> = ENV,
): Peer {
  return {
    name,
    async run(path) {
      const { stdout, ...cost } = await measureCommand(argsOf(path), env);
      return { answer: parse(stdout), cost };
    },
  };
}

function parseTotal(text: string): Partial<Answer> {
  return { total: Number(text.trim()) };
}

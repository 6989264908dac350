import type { Tools } from "../../../support/peer_tools.ts";
import { tryCommand } from "../../../support/commands.ts";
import type { Rows } from "./files.ts";
import { parseEntry } from "./java_entry.ts";
import { DRIVERS, DUCKDB, PANDAS, POLARS, SHELL } from "./scripts.ts";

/** Somebody who answers a question by a command. */
export interface QuestionPeer {
  name: string;
  /** Least ratio of its time to ours; undefined where none is asked. */
  least?: number;
  argsOf(path: string): string[];
  env: Record<string, string>;
  parse(text: string): Rows;
}

/** The commands that questions need beside packages of Python. */
const PROGRAMS = ["mawk", "jq", "rg", "mlr", "xan"] as const;
type Program = typeof PROGRAMS[number];

/** What this machine has for questions. */
export interface QuestionTools extends Tools {
  /** Where programs are looked for first. */
  folder: string | undefined;
  programs: ReadonlySet<Program>;
  /** What runs the Java entry. */
  java: readonly string[] | undefined;
  threads: number;
}

/** Who is asked, with the least ratio: a driver of Python, or the programs of a script. */
export type Asked = readonly [
  who: "duckdb" | "polars" | "pandas" | "java" | keyof typeof SHELL,
  question: string,
  least?: number,
];

const NEEDS: Record<keyof typeof SHELL, readonly Program[]> = {
  stations: ["mawk"],
  count: ["mawk"],
  sum: ["mawk"],
  page: ["mawk"],
  user: ["jq", "mawk"],
  item: ["rg", "mawk"],
  mlrStations: ["mlr"],
  mlrCount: ["mlr"],
  xanCount: ["xan", "mawk"],
};
const QUERIES: Record<string, Readonly<Record<string, string>>> = {
  duckdb: DUCKDB,
  polars: POLARS,
  pandas: PANDAS,
};

/** Those of the programs that run. */
export async function findPrograms(folder: string | undefined): Promise<Set<Program>> {
  const found = new Set<Program>();
  for (const name of PROGRAMS) {
    const args = ["-c", `command -v ${name}`];
    if (await tryCommand("sh", args, pathOf(folder)) !== undefined) found.add(name);
  }
  return found;
}

/** The peer that is asked; why there is none, where there is none. */
export function createPeer(
  [who, question, least]: Asked,
  tools: QuestionTools,
): QuestionPeer | string {
  const env = { ...pathOf(tools.folder), LC_ALL: "C.UTF-8" };
  if (who === "java") {
    if (!tools.java) return "the Java entry: there is no JDK, or no checkout of the challenge";
    const name = "Java, its author's own";
    return { name, least, argsOf: (path) => [...tools.java!, path], env, parse: parseEntry };
  }
  if (who in DRIVERS) {
    const name = who as keyof typeof DRIVERS;
    if (!tools.python || !tools.packages.includes(name)) return `${name}: no package of Python`;
    const args = [tools.python, "-c", DRIVERS[name]];
    return {
      name: `${name} ${tools.versions[name]}`,
      least,
      argsOf: (path) => [...args, path, QUERIES[name][question]],
      env: { ...env, POLARS_MAX_THREADS: `${tools.threads}` },
      parse: parseRows,
    };
  }
  const script = who as keyof typeof SHELL;
  const absent = NEEDS[script].filter((each) => !tools.programs.has(each));
  if (absent.length > 0) return `${NEEDS[script].join(", ")}: there is no ${absent.join(", ")}`;
  return {
    name: NEEDS[script][0] === "rg" ? "rg | sort | uniq -c" : NEEDS[script].join(" | "),
    least,
    argsOf: (path) => ["sh", "-c", SHELL[script], "sh", path],
    env,
    parse: parseRows,
  };
}

/** Reads lines `key TAB cell TAB …`. */
export function parseRows(text: string): Rows {
  const rows = text.trimEnd().split("\n").map((line) => line.split("\t"));
  return new Map(rows.map(([key, ...cells]) => [key, cells]));
}

function pathOf(folder: string | undefined): Record<string, string> {
  const path = Deno.env.get("PATH") ?? "";
  return { PATH: folder === undefined ? path : `${folder}/bin:${path}` };
}

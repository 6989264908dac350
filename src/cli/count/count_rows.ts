import { OUTPUT_PARAMETERS } from "../../contract/options.ts";
import { apiRows, type OptionRow, OWN_FORMS } from "./flags.ts";

/** Where the key for a server stands, for all commands that ask one. */
export const KEY_FILE_ROW: OptionRow = {
  flags: "--api-key-file <file>",
  about: "file with the API key, in place of MILLRACE_API_KEY",
};

const WORKERS_ROW: OptionRow = {
  flags: "--workers <n>",
  about: "threads that count (default: one per core)",
};

const MEMORY_ROW: OptionRow = {
  flags: "--memory <size>",
  about: "shared memory, such as 512MiB (default: half of the machine's)",
};

/** What an engine in this process has, for all commands that start one. */
export const ENGINE_ROWS: readonly OptionRow[] = [WORKERS_ROW, MEMORY_ROW];

/** Where an answer goes, for all commands that write one as it is made. */
export const OUTPUT_ROW: OptionRow = {
  flags: "-o, --output <file>",
  about: "write to a file, which appears when all is written",
};

/** What is said beside an answer. */
export const QUIET_ROW: OptionRow = {
  flags: "-q, --quiet",
  about: "nothing on stderr but errors",
};

/** The form of an answer, for all commands that print one. */
export function formatRow(choices: readonly string[]): OptionRow {
  return {
    flags: "-f, --format <form>",
    about: "form of the answer; table on a terminal, tsv elsewhere, or as the name of -o says",
    choices,
  };
}

/** The options of `millrace count`: those of the API, and its own. */
export function countRows(): OptionRow[] {
  return [...apiRows(), ...OWN_ROWS];
}

const OWN_ROWS: readonly OptionRow[] = [
  {
    flags: "--option <name=value>",
    about: "an option of the kernel, with --kernel",
    isList: true,
  },
  {
    flags: "--patterns-file <file>",
    about: "file of patterns, a line each, with -t pattern",
  },
  formatRow([...OUTPUT_PARAMETERS.format.values, ...OWN_FORMS]),
  OUTPUT_ROW,
  { flags: "--total", about: "totals alone, without keys" },
  { flags: "--per-file", about: "count each file by itself" },
  {
    flags: "-r, --recursive",
    about: "count the files below folders, but hidden ones and what is no text",
  },
  {
    flags: "--shared <folder>",
    about: "the folder of which shared:PATH is a file",
    env: "MILLRACE_SHARED_DIR",
  },
  {
    flags: "--decompress <mode>",
    about: "whether compressed files are decompressed",
    choices: ["auto", "none"],
    default: "auto",
  },
  {
    flags: "--strict",
    about: "fail at the first file that cannot be counted; else the rest is counted",
  },
  WORKERS_ROW,
  {
    ...MEMORY_ROW,
    about: `${MEMORY_ROW.about}; with --mode approx that of keys and counts (default: 64MiB)`,
  },
  {
    flags: "--spill-dir <folder>",
    about: "where counts go that memory does not hold, or none",
  },
  {
    flags: "--progress <mode>",
    about: "auto draws a bar on a terminal, plain prints lines",
    choices: ["auto", "plain", "none"],
    default: "auto",
  },
  QUIET_ROW,
  {
    flags: "--color <when>",
    about: "whether a table has colours",
    choices: ["auto", "always", "never"],
    default: "auto",
  },
  {
    flags: "--server <url>",
    about: "count on a server and not here",
    env: "MILLRACE_SERVER",
  },
  KEY_FILE_ROW,
  {
    flags: "--detach",
    about: "print the id of a job of the server and do not wait for its end",
  },
];

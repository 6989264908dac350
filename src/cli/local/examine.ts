import { existsSync } from "node:fs";
import { Engine } from "../../mod.ts";
import { checkDirectory, type DirectoryReport } from "../../store/check_directory.ts";
import { isKv } from "../../store/open_store.ts";
import { DataDirectoryError } from "../../store/data_directory.ts";
import { VERSION } from "../../version.ts";
import { usageError } from "../terminal/explain.ts";
import { formatFacts } from "../terminal/print_rows.ts";
import { print } from "../terminal/stdout.ts";

const TRIAL_TEXT = "to be or not to be";
const TRIAL_TOKENS = 6;

const HOW_TO_BUILD = "compile the kernels: deno task build";

const LOST_RECORDS =
  "put jobs.sqlite3 back from a backup, or start the server with --adopt, which " +
  "removes the files and begins anew";

const LOST_BYTES =
  "put a backup of the directory back; or delete the jobs that are named, and send " +
  "their texts again";

/**
 * `millrace doctor`: says what a server would run on, and checks a data directory.
 *
 * @returns The exit code: 1 when something is damaged.
 * @throws {CommandError} If it cannot look, with the exit code 2.
 */
export async function examine(
  { data = Deno.env.get("MILLRACE_DATA"), json }: { data?: string; json?: true },
): Promise<number> {
  const environment = describeEnvironment();
  const engine = await tryEngine();
  const report = await readReport(data);
  const rows = () => [
    ...environmentRows(environment),
    ...engineRows(engine),
    ...(report ? reportRows(data!, report) : []),
  ];
  print(json ? JSON.stringify({ environment, engine, data, report }) + "\n" : formatFacts(rows()));
  return engine.failure === undefined && !report?.damage.length ? 0 : 1;
}

/** @returns Undefined where `data` names no directory. */
async function readReport(data: string | undefined): Promise<DirectoryReport | undefined> {
  if (data === undefined || data === "" || data === "none") return undefined;
  try {
    if (isKv(data)) throw new DataDirectoryError("Deno KV is no directory to check");
    if (!existsSync(data)) {
      throw new DataDirectoryError(`Cannot open data directory '${data}': there is no such folder`);
    }
    return await checkDirectory(data);
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error;
    throw usageError(error.message, "");
  }
}

/** What a server would find on this machine. */
function describeEnvironment() {
  const { deno, v8 } = Deno.version;
  const { os, arch } = Deno.build;
  const { total, available } = Deno.systemMemoryInfo();
  return {
    millrace: VERSION,
    deno,
    v8,
    os,
    arch,
    cores: navigator.hardwareConcurrency,
    memory: { total, available },
  };
}

/** What came of a small count. */
interface EngineTrial {
  /** How results wake the host, as a probe at the start has shown. */
  doorbell?: string;
  /** From the start to the result. */
  ms?: number;
  failure?: string;
}

/** Counts a text as a server would. */
async function tryEngine(): Promise<EngineTrial> {
  const start = performance.now();
  try {
    await using engine = await Engine.start({ workers: 1, spillDirectory: false });
    const { totals } = await engine.submit(TRIAL_TEXT).done;
    if (totals.tokens !== TRIAL_TOKENS) {
      throw new Error(`it counts ${totals.tokens} words in ${TRIAL_TOKENS}`);
    }
    const ms = Math.round(performance.now() - start);
    return { doorbell: engine.status().doorbell, ms };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

function environmentRows(of: ReturnType<typeof describeEnvironment>): [string, string][] {
  return [
    ["Millrace", of.millrace],
    ["Deno", `${of.deno}, V8 ${of.v8}, ${of.os} ${of.arch}`],
    ["cores", String(of.cores)],
    ["memory", `${gibibytes(of.memory.total)} GiB, ${gibibytes(of.memory.available)} GiB free`],
  ];
}

function engineRows({ doorbell, ms, failure }: EngineTrial): [string, string][] {
  if (failure !== undefined) return [["ENGINE", failure], ["advice", HOW_TO_BUILD]];
  return [
    ["wake-ups", doorbell === "wait" ? "by Atomics.waitAsync" : "by messages"],
    ["engine", `starts and counts, after ${ms} ms`],
  ];
}

function reportRows(path: string, report: DirectoryReport): [string, string][] {
  const { jobs, kernels, whole, unsealed, leftOver, damage } = report;
  const states = Object.entries(jobs).map(([state, count]) => `${count} ${state}`).join(", ");
  const rows: [string, string][] = [
    ["data", path],
    ["jobs", states || "none"],
    ["kernels", kernels === 0 ? "none" : `${kernels}, whole`],
    ["whole", `${whole.files} files, ${whole.bytes} bytes`],
  ];
  if (unsealed > 0) rows.push(["", `${unsealed} of them known by their length alone`]);
  if (leftOver.files > 0) {
    rows.push([
      "left over",
      `${leftOver.files} files, ${leftOver.bytes} bytes; the server removes them`,
    ]);
  }
  for (const { place, what } of damage) rows.push(["DAMAGED", `${place}: ${what}`]);
  if (damage.length === 0) rows.push(["damaged", "nothing"]);
  else rows.push(["advice", adviceOn(damage)]);
  return rows;
}

function adviceOn(damage: DirectoryReport["damage"]): string {
  return damage.some(({ place }) => place === "jobs.sqlite3") ? LOST_RECORDS : LOST_BYTES;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

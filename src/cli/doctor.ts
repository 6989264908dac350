import { type FlagValues, parseFlags, UsageError } from "../settings/flags.ts";
import { canWake } from "../shared/doorbell.ts";
import { checkDirectory, type DirectoryReport } from "../store/check_directory.ts";
import { isKv } from "../store/open_store.ts";
import { DataDirectoryError } from "../store/data_directory.ts";
import { VERSION } from "../version.ts";

// `deno task doctor`: says what a server would run on, and checks a data directory.

const USAGE = `Usage: deno task doctor [--data <directory>] [--json]

Says what a server would run on, and checks a data directory. Exits with 0 when all is well, with 1
when something is damaged, with 2 when it cannot look.

  --data <directory>  reads every record, kernel, input and result in it, and checks their sums; no
                      server may use it meanwhile. Or MILLRACE_DATA
  --json              prints one JSON document
  --help              prints this`;

const LOST_RECORDS =
  "put jobs.sqlite3 back from a backup, or start the server with --adopt, which " +
  "removes the files and begins anew";

const LOST_BYTES =
  "put a backup of the directory back; or delete the jobs that are named, and send " +
  "their texts again";

const FLAGS = {
  data: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

if (import.meta.main) Deno.exit(await run(Deno.args));

/** @returns The exit code. */
async function run(args: readonly string[]): Promise<number> {
  try {
    const { flags } = parseFlags(args, FLAGS);
    if (!flags.help) return await examine(flags);
    console.log(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
    else if (error instanceof DataDirectoryError) console.error(error.message);
    else throw error;
    return 2;
  }
}

async function examine(flags: FlagValues<typeof FLAGS>): Promise<number> {
  const { data = Deno.env.get("MILLRACE_DATA"), json } = flags;
  const environment = describeEnvironment();
  const report = await readReport(data);
  console.log(
    json ? JSON.stringify({ environment, data, report }) : formatRows([
      ...environmentRows(environment),
      ...(report ? reportRows(data!, report) : []),
    ]),
  );
  return report && report.damage.length > 0 ? 1 : 0;
}

/** @returns Undefined where `data` names no directory. */
async function readReport(data: string | undefined): Promise<DirectoryReport | undefined> {
  if (data === undefined || data === "" || data === "none") return undefined;
  if (isKv(data)) throw new DataDirectoryError("Deno KV is no directory to check");
  return await checkDirectory(data);
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
    waiting: canWake()
      ? "by Atomics.waitAsync, if the server's probe at its start agrees"
      : "by messages",
  };
}

function environmentRows(of: ReturnType<typeof describeEnvironment>): [string, string][] {
  return [
    ["Millrace", of.millrace],
    ["Deno", `${of.deno}, V8 ${of.v8}, ${of.os} ${of.arch}`],
    ["cores", String(of.cores)],
    ["memory", `${gibibytes(of.memory.total)} GiB, ${gibibytes(of.memory.available)} GiB free`],
    ["wake-ups", of.waiting],
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

function formatRows(rows: readonly [string, string][]): string {
  return rows.map(([name, value]) => `${name.padEnd(11)}${value}`).join("\n");
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

import { parseArgs } from "node:util";
import { Networks } from "../access/networks.ts";
import { type Rate, RATE_FORM, readRate } from "../access/rate.ts";
import { readHosts, readOrigins, readPrefix } from "../access/site_names.ts";
import { DEPLOY_DEFAULTS, isDenoDeploy } from "../deno_deploy.ts";
import { OTHER_VARIABLES } from "./known_variables.ts";
import { closestString } from "../contract/nearest.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../observe/logging.ts";

/** How the server runs; read from flags, then the environment, then the defaults. */
export interface ServerOptions {
  host: string;
  port: number;
  /** Counting threads. */
  workers: number;
  /** Most bytes of shared memory; undefined lets the engine choose. */
  memoryBytes?: number;
  /** Most shared memory of one job; undefined for all of it. */
  jobMemoryBytes?: number;
  /** Where jobs spill: undefined for the system's temporary directory, false for nowhere. */
  spillDirectory?: string | false;
  /** Most bytes that one job spills; undefined for no bound. */
  maxSpillBytes?: number;
  /** Largest accepted body; undefined for no bound. */
  maxBodyBytes?: number;
  /** Most bytes of text from a compressed body; undefined for no bound. */
  maxExpandedBytes?: number;
  /** Most bytes of text per byte of a compressed body; undefined for no bound. */
  maxRatio?: number;
  /** Whether the texts behind URLs may be counted. */
  allowUrls: boolean;
  /** Whether their hosts may be other than of the public internet. */
  allowPrivateUrls: boolean;
  /** How long a body may stall. */
  readTimeoutMs: number;
  /** Longest time from a body's first read to its end; undefined for no bound. */
  uploadTimeoutMs?: number;
  /** Most counts that wait for a place in the engine. */
  maxQueuedJobs: number;
  /** Longest time from the start of a count to its answer; undefined for no bound. */
  jobTimeoutMs?: number;
  /** The beginning of an upload that is kept while it is counted. */
  replayBytes: number;
  /** How long running requests and jobs may go on after the first signal. */
  drainTimeoutMs: number;
  /** How long the result of a finished job is kept. */
  jobTtlMs: number;
  /** Most bytes of results in memory; beyond them the oldest goes, for good unless it is on disk. */
  resultBytes: number;
  /** File of API keys, or its text; undefined where nobody is asked for one. */
  keys?: string;
  /** Whether to listen where others can reach the server without keys. */
  insecure: boolean;
  /** Requests of each tenant or client address; undefined for no limit. */
  rate?: Rate;
  /** Origins whose scripts may call. */
  corsOrigins: string[];
  /** What the server is called, see createHostCheck; undefined lets the address decide. */
  hosts?: string[];
  /** What stands before its paths where clients are; empty for nothing. */
  basePath: string;
  /** Proxies whose headers are believed. */
  trustProxy?: Networks;
  /** Whether requests with a body that offer an upgrade are served, see serveBehindFront. */
  stripUpgrade: boolean;
  /** Whether `/metrics` needs no key. */
  metricsPublic: boolean;
  /** Where jobs outlive the process, see openStore; undefined if they do not. */
  data?: string;
  /** Whether a data directory that has lost its records begins anew. */
  adopt: boolean;
  logFormat: LogFormat;
  logLevel: LogLevel;
  /** Whether each request is logged. */
  accessLog: boolean;
}

/** One server option; its default is a text that its reader reads. */
export interface ServerParameter {
  flag: string;
  env: string;
  default: string;
  about: string;
  /** Whether the flag stands alone: it says `true`. */
  isSwitch?: boolean;
  /** What it may be, in words. */
  form: string;
  /** The value, or null when the text has another form. */
  read(text: string): unknown;
}

const SIZE_FORM = "a size such as 64MB or 1GiB";
const DURATION_FORM = "a duration such as 500ms, 30s, 5m or 24h";
const BOOLEAN_FORM = "'true' or 'false'";

/** Every server option, its names and its default: once. */
export const SERVER_PARAMETERS: Readonly<Record<keyof ServerOptions, ServerParameter>> = {
  host: {
    flag: "host",
    env: "HOST",
    default: "127.0.0.1",
    about: "Address to listen on",
    form: "an address",
    read: (text) => text === "" ? null : text,
  },
  port: {
    flag: "port",
    env: "PORT",
    default: "8000",
    about: "Port to listen on, 0 for a free one",
    form: "an integer from 0 to 65535",
    read: (text) => readInteger(text, 0, 65_535),
  },
  workers: {
    flag: "workers",
    env: "MILLRACE_WORKERS",
    default: "all",
    about: "Counting threads",
    form: "an integer from 1 to 64, or 'all' for one per core",
    read: (text) =>
      text === "all" ? Math.min(64, navigator.hardwareConcurrency) : readInteger(text, 1, 64),
  },
  memoryBytes: {
    flag: "memory",
    env: "MILLRACE_MEMORY",
    default: "auto",
    about: "Most shared memory of the engine",
    form: `${SIZE_FORM}, or 'auto'`,
    read: (text) => text === "auto" ? undefined : readSize(text),
  },
  jobMemoryBytes: {
    flag: "job-memory",
    env: "MILLRACE_JOB_MEMORY",
    default: "all",
    about: "Most shared memory of one count",
    form: `${SIZE_FORM}, or 'all'`,
    read: (text) => text === "all" ? undefined : readSize(text),
  },
  spillDirectory: {
    flag: "spill-dir",
    env: "MILLRACE_SPILL_DIR",
    default: "auto",
    about: "Where counts go that outgrow memory, 'none' for nowhere",
    form: "a directory, 'auto' for the system's temporary one, or 'none'",
    read: (text) => text === "none" ? false : text === "auto" ? undefined : text || null,
  },
  maxSpillBytes: {
    flag: "max-spill",
    env: "MILLRACE_MAX_SPILL",
    default: "none",
    about: "Most bytes that one count writes there",
    form: `${SIZE_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readSize(text),
  },
  maxBodyBytes: {
    flag: "max-body",
    env: "MILLRACE_MAX_BODY",
    default: "none",
    about: "Largest accepted body",
    form: `${SIZE_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readSize(text),
  },
  maxExpandedBytes: {
    flag: "max-expanded",
    env: "MILLRACE_MAX_EXPANDED",
    default: "64GiB",
    about: "Most text from a compressed body",
    form: `${SIZE_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readSize(text),
  },
  maxRatio: {
    flag: "max-ratio",
    env: "MILLRACE_MAX_RATIO",
    default: "1000",
    about: "Most bytes of text per byte of a compressed body, beyond 16 MiB of text",
    form: "an integer from 1 to 1000000, or 'none'",
    read: (text) => text === "none" ? undefined : readInteger(text, 1, 1_000_000),
  },
  allowUrls: {
    flag: "allow-urls",
    env: "MILLRACE_ALLOW_URLS",
    default: "true",
    about: "Whether texts behind URLs may be counted",
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  allowPrivateUrls: {
    flag: "allow-private-urls",
    env: "MILLRACE_ALLOW_PRIVATE_URLS",
    default: "false",
    about: "Whether URLs may lead to private, loopback and link-local addresses",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  readTimeoutMs: {
    flag: "read-timeout",
    env: "MILLRACE_READ_TIMEOUT",
    default: "30s",
    about: "How long a body may stall",
    form: DURATION_FORM,
    read: readDuration,
  },
  uploadTimeoutMs: {
    flag: "upload-timeout",
    env: "MILLRACE_UPLOAD_TIMEOUT",
    default: "1h",
    about: "How long a body may take as a whole",
    form: `${DURATION_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readDuration(text),
  },
  maxQueuedJobs: {
    flag: "max-queued",
    env: "MILLRACE_MAX_QUEUED",
    default: "4096",
    about: "Most counts that wait while 256 run; more are refused",
    form: "an integer from 0 to 1000000",
    read: (text) => readInteger(text, 0, 1_000_000),
  },
  jobTimeoutMs: {
    flag: "job-timeout",
    env: "MILLRACE_JOB_TIMEOUT",
    default: "none",
    about: "Longest time of a count, its upload included",
    form: `${DURATION_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readDuration(text),
  },
  replayBytes: {
    flag: "replay",
    env: "MILLRACE_REPLAY",
    default: "8MiB",
    about: "What is kept of each upload, to count it again when a thread is lost",
    form: `${SIZE_FORM}, or 'none'`,
    read: (text) => text === "none" ? 0 : readSize(text),
  },
  drainTimeoutMs: {
    flag: "drain-timeout",
    env: "MILLRACE_DRAIN_TIMEOUT",
    default: "5s",
    about: "How long running work may go on after SIGTERM",
    form: DURATION_FORM,
    read: readDuration,
  },
  jobTtlMs: {
    flag: "job-ttl",
    env: "MILLRACE_JOB_TTL",
    default: "24h",
    about: "How long results of jobs are kept",
    form: DURATION_FORM,
    read: readDuration,
  },
  resultBytes: {
    flag: "result-memory",
    env: "MILLRACE_RESULT_MEMORY",
    default: "256MiB",
    about: "Most memory for results; without --data, the oldest are dropped beyond it",
    form: SIZE_FORM,
    read: readSize,
  },
  keys: {
    flag: "keys",
    env: "MILLRACE_KEYS",
    default: "none",
    about: "File of API keys that requests must show, or its JSON",
    form: "a path",
    read: (text) => text === "none" ? undefined : text || null,
  },
  insecure: {
    flag: "insecure",
    env: "MILLRACE_INSECURE",
    default: "false",
    about: "Lets everybody in who can reach the server, on any address",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  rate: {
    flag: "rate",
    env: "MILLRACE_RATE",
    default: "none",
    about: "Requests of each tenant; without keys, of each client address",
    form: `${RATE_FORM}, or 'none'`,
    read: (text) => text === "none" ? undefined : readRate(text),
  },
  corsOrigins: {
    flag: "cors-origin",
    env: "MILLRACE_CORS_ORIGIN",
    default: "none",
    about: "Origins whose scripts may call, by commas; * for all",
    form: "a list of origins such as https://example.org, '*' or 'none'",
    read: (text) => text === "none" ? [] : readOrigins(text),
  },
  hosts: {
    flag: "hosts",
    env: "MILLRACE_HOSTS",
    default: "auto",
    about: "What the server is called in Host, by commas; * for anything",
    form: "a list of hosts such as counts.example or *.example, '*' or 'auto'",
    read: (text) => text === "auto" ? undefined : readHosts(text),
  },
  basePath: {
    flag: "base-path",
    env: "MILLRACE_BASE_PATH",
    default: "/",
    about: "Path under which clients reach the server, behind a proxy",
    form: "a path such as /counts",
    read: readPrefix,
  },
  trustProxy: {
    flag: "trust-proxy",
    env: "MILLRACE_TRUST_PROXY",
    default: "none",
    about: "Proxies whose X-Forwarded headers are believed, by commas",
    form: "a list of addresses and networks such as 127.0.0.1 or 10.0.0.0/8, or 'none'",
    read: (text) => text === "none" ? undefined : Networks.parse(text),
  },
  stripUpgrade: {
    flag: "strip-upgrade",
    env: "MILLRACE_STRIP_UPGRADE",
    default: "false",
    about: "Whether to serve clients that offer h2c with a body, as Java's, at one hop more",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  metricsPublic: {
    flag: "metrics-public",
    env: "MILLRACE_METRICS_PUBLIC",
    default: "false",
    about: "Whether /metrics needs no key",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  data: {
    flag: "data",
    env: "MILLRACE_DATA",
    default: "none",
    about: "Directory in which jobs outlive the process, or kv for Deno KV",
    form: "a path, 'kv' or 'none'",
    read: (text) => text === "none" ? undefined : text === "" ? null : text,
  },
  adopt: {
    flag: "adopt",
    env: "MILLRACE_ADOPT",
    default: "false",
    about: "Begins anew in a data directory that has lost its jobs.sqlite3, and removes its files",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
  logFormat: {
    flag: "log",
    env: "MILLRACE_LOG",
    default: "text",
    about: "Form of the log: text, json or off",
    form: oneOf(LOG_FORMATS),
    read: (text) => readChoice(text, LOG_FORMATS),
  },
  logLevel: {
    flag: "log-level",
    env: "MILLRACE_LOG_LEVEL",
    default: "info",
    about: "Least level that is logged: debug, info, warning or error",
    form: oneOf(LOG_LEVELS),
    read: (text) => readChoice(text, LOG_LEVELS),
  },
  accessLog: {
    flag: "access-log",
    env: "MILLRACE_ACCESS_LOG",
    default: "false",
    about: "Whether each request is logged",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readBoolean,
  },
};

/** A command line or an environment that cannot be read; its message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the command line over the environment; what neither says is the default, which may be
 * another one on Deno Deploy.
 *
 * @param args What follows the script's name.
 * @param env Looks up an environment variable; an empty one counts as absent.
 * @param variables Names of all that are set, where they can be listed.
 * @returns The options, or "help" or "version" when the command line asks for one.
 * @throws {UsageError} If a flag or a variable is unknown or a value has another form.
 */
export function parseServerOptions(
  args: readonly string[],
  env: (name: string) => string | undefined,
  variables: readonly string[] = [],
): ServerOptions | "help" | "version" {
  const flags = parseFlags(args);
  if (flags.help) return "help";
  if (flags.version) return "version";
  checkVariables(variables.filter((name) => env(name)));
  const defaults: Partial<Record<string, string>> = isDenoDeploy(env) ? DEPLOY_DEFAULTS : {};
  const options: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(SERVER_PARAMETERS)) {
    const flag = flags[parameter.flag]?.toString();
    const variable = env(parameter.env) || undefined;
    const text = flag ?? variable ?? defaults[name] ?? parameter.default;
    const value = parameter.read(text);
    if (value === null) {
      const source = flag === undefined ? parameter.env : `--${parameter.flag}`;
      throw new UsageError(`Cannot read ${source}: '${text}' is not ${parameter.form}`);
    }
    options[name] = value;
  }
  return options as unknown as ServerOptions;
}

/** What `--help` prints. */
export function formatHelp(): string {
  const rows = [
    ["flag", "environment", "default", "meaning"],
    ...Object.values(SERVER_PARAMETERS).map(({ flag, env, default: text, about }) => [
      `--${flag}`,
      env,
      text,
      about,
    ]),
    ["--help", "", "", "Print this"],
    ["--version", "", "", "Print the version"],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)) + 2);
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(""));
  return ["Millrace counts words over HTTP.", "", ...lines.map((line) => `  ${line}`), ""].join(
    "\n",
  );
}

/** What begins like a variable of ours and is none would have no effect, and nobody be told. */
function checkVariables(names: readonly string[]): void {
  const ours = Object.values(SERVER_PARAMETERS).map((each) => each.env);
  const known = new Set([...ours, ...Object.keys(OTHER_VARIABLES)]);
  const unknown = names.find((name) => /^MILLRACE_/i.test(name) && !known.has(name));
  if (unknown === undefined) return;
  const bare = (name: string) => name.toUpperCase().replace("MILLRACE_", "");
  const closest = closestString(bare(unknown), ours.map(bare));
  const nearest = ours.find((name) => bare(name) === closest);
  throw new UsageError(
    `Cannot use variable ${unknown}: there is no such option; the nearest is ${nearest}`,
  );
}

function parseFlags(args: readonly string[]): Record<string, string | boolean | undefined> {
  const flags = Object.values(SERVER_PARAMETERS).map((each) =>
    [each.flag, { type: each.isSwitch ? "boolean" : "string" }] as const
  );
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(flags),
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "V" },
      },
    });
    return values;
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    const reason = unknown === undefined ? message : `there is no option ${unknown}; the nearest ` +
      `is ${
        closestString(unknown, [...flags.map(([flag]) => `--${flag}`), "--help", "--version"])
      }`;
    throw new UsageError(`Cannot read the command line: ${reason}`, { cause: error });
  }
}

function oneOf(choices: readonly string[]): string {
  return `one of ${choices.map((each) => `'${each}'`).join(", ")}`;
}

function readChoice(text: string, choices: readonly string[]): string | null {
  return choices.includes(text) ? text : null;
}

function readInteger(text: string, least: number, most: number): number | null {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : null;
}

const SIZE_UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

function readSize(text: string): number | null {
  const match = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kmg]?i?b)?$/i.exec(text);
  const unit = match && SIZE_UNITS[(match[2] ?? "").toLowerCase()];
  return unit ? positive(Math.round(Number(match[1]) * unit)) : null;
}

const DURATION_UNITS_MS: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 36e5 };

function readDuration(text: string): number | null {
  const match = /^([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h)$/.exec(text);
  return match ? positive(Math.round(Number(match[1]) * DURATION_UNITS_MS[match[2]])) : null;
}

function readBoolean(text: string): boolean | null {
  return text === "true" ? true : text === "false" ? false : null;
}

function positive(value: number): number | null {
  return value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

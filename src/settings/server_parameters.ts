import { Networks } from "../access/networks.ts";
import { RATE_FORM, readRate } from "../access/rate.ts";
import { readHosts, readOrigins, readPrefix } from "../access/site_names.ts";
import { NODE_ROLES, type NodeRole, UPLOAD_MODES } from "../contract/engine_status.ts";
import { readSize, SIZE_FORM } from "../contract/sizes.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../observe/logging.ts";
import type { ServerOptions } from "./server_options.ts";
import {
  BOOLEAN_FORM,
  DURATION_FORM,
  formatChoices,
  readBaseUrl,
  readDuration,
  readOneOf,
  readSwitch,
  readUrl,
  readWholeNumber,
} from "./units.ts";

const INLINE_MODES = ["auto", "true", "false"];

/** One server option; its default is a text that its reader reads. */
export interface ServerParameter {
  flag: string;
  env: string;
  default: string;
  about: string;
  /** Whether the flag takes no value: it alone means `true`. */
  isSwitch?: boolean;
  /** What it may be, in words. */
  form: string;
  /** The value, or null when the text has another form. */
  read(text: string): unknown;
}

/**
 * Every server option with its names, its default and its form. Parsing and the help text are made
 * from this table, and a test holds the README's table against it.
 */
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
    read: (text) => readWholeNumber(text, 0, 65_535),
  },
  workers: {
    flag: "workers",
    env: "MILLRACE_WORKERS",
    default: "all",
    about: "Counting threads; with one, small counts wait while a kernel of a client runs",
    form: "an integer from 1 to 64, or 'all' for one per core, and two at least",
    read: (text) => text === "all" ? undefined : readWholeNumber(text, 1, 64),
  },
  inline: {
    flag: "inline",
    env: "MILLRACE_INLINE",
    default: "auto",
    about: "Whether texts of up to 8 KiB are counted where they arrive: 'auto' where that pays",
    form: formatChoices(INLINE_MODES),
    read: (text) => readOneOf(text, INLINE_MODES) && (text === "auto" ? text : text === "true"),
  },
  listeners: {
    flag: "listeners",
    env: "MILLRACE_LISTENERS",
    default: "1",
    about: "Threads that serve HTTP on one port; all but the first count short texts alone",
    form: "an integer from 1 to 64",
    read: (text) => readWholeNumber(text, 1, 64),
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
    read: (text) => text === "none" ? undefined : readWholeNumber(text, 1, 1_000_000),
  },
  warmCompiler: {
    flag: "warm-compiler",
    env: "MILLRACE_WARM_COMPILER",
    default: "true",
    about: "Whether who reads about kernels starts their compiler: 270 MB of memory",
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
  allowUrls: {
    flag: "allow-urls",
    env: "MILLRACE_ALLOW_URLS",
    default: "true",
    about: "Whether texts behind URLs may be counted",
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
  allowPrivateUrls: {
    flag: "allow-private-urls",
    env: "MILLRACE_ALLOW_PRIVATE_URLS",
    default: "false",
    about: "Whether URLs may lead to private, loopback and link-local addresses",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
  allowS3: {
    flag: "allow-s3",
    env: "MILLRACE_ALLOW_S3",
    default: "false",
    about: "Whether s3:// objects may be counted, by the credentials of AWS_ variables",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
  shared: {
    flag: "shared",
    env: "MILLRACE_SHARED_DIR",
    default: "none",
    about: "Folder whose files may be counted as shared:PATH, none but these",
    form: "a folder, or 'none'",
    read: (text) => text === "none" ? undefined : text || null,
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
    read: (text) => readWholeNumber(text, 0, 1_000_000),
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
    read: readSwitch,
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
    read: readSwitch,
  },
  metricsPublic: {
    flag: "metrics-public",
    env: "MILLRACE_METRICS_PUBLIC",
    default: "false",
    about: "Whether /metrics needs no key",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readSwitch,
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
    read: readSwitch,
  },
  cluster: {
    flag: "cluster",
    env: "MILLRACE_CLUSTER",
    default: "none",
    about: "Redis by which several servers count large texts behind URLs together",
    form: "a URL such as redis://:PASSWORD@HOST:6379, or rediss:// with TLS, or 'none'",
    read: (text) => text === "none" ? undefined : readUrl(text, ["redis:", "rediss:"]),
  },
  clusterUrl: {
    flag: "cluster-url",
    env: "MILLRACE_CLUSTER_URL",
    default: "none",
    about: "Where the other servers of the cluster reach this one",
    form:
      "a URL such as http://10.0.0.7:8000 or https://proxy/node-1, without credentials, query " +
      "and fragment, or 'none'",
    read: (text) => text === "none" ? undefined : readBaseUrl(text),
  },
  clusterSecret: {
    flag: "cluster-secret",
    env: "MILLRACE_CLUSTER_SECRET",
    default: "none",
    about: "What servers of the cluster know each other by; prefer the variable to the flag",
    form: "32 characters or more, or 'none'",
    read: (text) => text === "none" ? undefined : text.length >= 32 ? text : null,
  },
  clusterRoles: {
    flag: "cluster-roles",
    env: "MILLRACE_CLUSTER_ROLES",
    default: "all",
    about: "What the server does in its cluster: count splits, put keys together, take counts",
    form: `some of ${
      NODE_ROLES.map((role) => `'${role}'`).join(", ")
    }, with commas between, or 'all'`,
    read: (text) => text === "all" ? [...NODE_ROLES] : readRoles(text),
  },
  clusterUploads: {
    flag: "cluster-uploads",
    env: "MILLRACE_CLUSTER_UPLOADS",
    default: "auto",
    about: "Which large bodies other servers count as well: auto takes those of a busy server",
    form: formatChoices(UPLOAD_MODES),
    read: (text) => UPLOAD_MODES.find((mode) => mode === text) ?? null,
  },
  clusterSplitBytes: {
    flag: "cluster-split",
    env: "MILLRACE_CLUSTER_SPLIT",
    default: "64MiB",
    about: "Least part of a text that is counted apart; less than two are counted by one server",
    form: SIZE_FORM,
    read: readSize,
  },
  clusterLockMs: {
    flag: "cluster-lock",
    env: "MILLRACE_CLUSTER_LOCK",
    default: "10s",
    about: "How long a server of the cluster may be silent before others take over what it counts",
    form: DURATION_FORM,
    read: readDuration,
  },
  logFormat: {
    flag: "log",
    env: "MILLRACE_LOG",
    default: "text",
    about: "Form of the log: text, json or off",
    form: formatChoices(LOG_FORMATS),
    read: (text) => readOneOf(text, LOG_FORMATS),
  },
  logLevel: {
    flag: "log-level",
    env: "MILLRACE_LOG_LEVEL",
    default: "info",
    about: "Least level that is logged: debug, info, warning or error",
    form: formatChoices(LOG_LEVELS),
    read: (text) => readOneOf(text, LOG_LEVELS),
  },
  accessLog: {
    flag: "access-log",
    env: "MILLRACE_ACCESS_LOG",
    default: "false",
    about: "Whether each request is logged",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
  serialize: {
    flag: "serialize",
    env: "MILLRACE_SERIALIZE",
    default: "false",
    about: "For benchmarks only: one lock lets one counting thread work at a time",
    isSwitch: true,
    form: BOOLEAN_FORM,
    read: readSwitch,
  },
};

/** Reads roles. @returns Them, or null where one is unknown or named twice. */
function readRoles(text: string): NodeRole[] | null {
  const roles = text.split(",").map((role) => readOneOf(role, NODE_ROLES));
  const isSet = roles.every((role) => role !== null) && new Set(roles).size === roles.length;
  return isSet ? roles as NodeRole[] : null;
}

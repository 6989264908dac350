import type { Networks } from "../access/networks.ts";
import type { Rate } from "../access/rate.ts";
import type { InlineMode, NodeRole, UploadMode } from "../contract/engine_status.ts";
import type { HttpOptions } from "../http/http_options.ts";
import type { LogFormat, LogLevel } from "../observe/logging.ts";

/** How the server runs. What `HttpOptions` leaves open is always given here. */
export interface ServerOptions extends HttpOptions {
  host: string;
  port: number;
  /** Counting threads; undefined for one per core, and two at least. */
  workers: number | undefined;
  /** Whether the threads work one at a time: for benchmarks. */
  serialize: boolean;
  /** Whether short texts are counted on the thread that serves HTTP. */
  inline: InlineMode;
  /** Threads that serve HTTP, the main thread among them. */
  listeners: number;
  /** Most bytes of shared memory; undefined lets the engine choose. */
  memoryBytes?: number;
  /** Most shared memory of one job; undefined for all of it. */
  jobMemoryBytes?: number;
  /** Where jobs spill: undefined for the system's temporary directory, false for nowhere. */
  spillDirectory?: string | false;
  /** Most bytes that one job spills; undefined for no bound. */
  maxSpillBytes?: number;
  /** Whether the compiler of kernels starts before the first source comes. */
  warmCompiler: boolean;
  allowUrls: boolean;
  allowPrivateUrls: boolean;
  allowS3: boolean;
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
  /** Most bytes of results in memory; beyond them the oldest result is dropped from memory. */
  resultBytes: number;
  /** File of API keys, or its text; undefined where requests need no key. */
  keys?: string;
  /** Whether to listen where others can reach the server without keys. */
  insecure: boolean;
  /** Requests of each tenant or client address; undefined for no limit. */
  rate?: Rate;
  /** Origins whose scripts may call. */
  corsOrigins: string[];
  /** Names by which clients may call the server, see createHostCheck; undefined lets the address decide. */
  hosts?: string[];
  basePath: string;
  /** Proxies whose `X-Forwarded` headers are believed. */
  trustProxy?: Networks;
  /** Whether to serve requests that offer an upgrade and have a body, see serveBehindFront. */
  stripUpgrade: boolean;
  metricsPublic: boolean;
  /** Where jobs outlive the process, see openStore; undefined if they do not. */
  data?: string;
  /** Whether a data directory that has lost its records is emptied and used again. */
  adopt: boolean;
  /** Redis of the cluster whose node the server is; undefined for a server alone. */
  cluster?: string;
  /** Where other nodes reach it. */
  clusterUrl?: string;
  /** What the nodes know, and nobody else. */
  clusterSecret?: string;
  /** What the node does there. */
  clusterRoles: readonly NodeRole[];
  /** Which bodies other nodes count as well. */
  clusterUploads: UploadMode;
  /** Least bytes of what one node counts of a text. */
  clusterSplitBytes: number;
  /** How long a node that shows no sign of life keeps what it counts. */
  clusterLockMs: number;
  logFormat: LogFormat;
  logLevel: LogLevel;
  /** Whether each request is logged. */
  accessLog: boolean;
}

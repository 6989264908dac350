import type { ApiKeyRecord } from "../access/api_key_terms.ts";
import type { IntakeOptions } from "../intake/intake_options.ts";
import type { LogRecord } from "@logtape/logtape";

/** What a listener thread has of the server's options. */
export interface ListenerOptions extends Omit<IntakeOptions, "remote"> {
  basePath: string;
  /** Names of the server, see createHostCheck. */
  hosts: string[];
  corsOrigins: string[];
  /** Trusted proxies, as `Networks.parse` reads them. */
  trustProxy?: string;
  /** Whether requests without keys have a rate. */
  isRated: boolean;
  /** Most jobs of a tenant whose terms say nothing of it. */
  maxTenantJobs: number;
  accessLog: boolean;
  logLevel: LogRecord["level"];
}

/** The first message to a listener thread. */
export interface ListenerStart {
  hostname: string;
  port: number;
  options: ListenerOptions;
  /** Memory of MainWords, and of ListenerSums. */
  words: SharedArrayBuffer;
  sums: SharedArrayBuffer;
  /** The keys, where callers need some. */
  keys: KeySnapshot | undefined;
}

/** The keys of a moment. */
export interface KeySnapshot {
  /** How often keys were replaced before, as MainWords tells it. */
  version: number;
  records: ApiKeyRecord[];
  /** The slots of their tenants, of those that have one. */
  slots: ReadonlyMap<string, number>;
}

/** A body on its way to another thread: its bytes where they are here, or else what sends them. */
export type SentBody = MessagePort | Uint8Array<ArrayBuffer> | null;

/** A request that the main thread is to answer. */
export interface SentRequest {
  /** The listener's name for it. */
  id: number;
  method: string;
  /** As it came, not normalized. */
  url: string;
  headers: [string, string][];
  remoteAddr: Deno.Addr;
  body: SentBody;
}

/** The answer to it. */
export interface SentResponse {
  id: number;
  status: number;
  headers: [string, string][];
  body: SentBody;
}

/** What a log line of another thread was made of. */
export type SentRecord = Omit<LogRecord, "rawMessage"> & { rawMessage: string };

/** What the main thread tells a listener thread. */
export type ToListener =
  | { start: ListenerStart }
  | { response: SentResponse }
  | { keys: KeySnapshot }
  /** Asks whether what came in before was handed over. */
  | { settle: true }
  /** Takes no more connections, and ends when every request has its answer. */
  | { close: true };

/** What a listener thread tells the main thread. */
export type FromListener =
  | { listening: true }
  | { failed: string }
  | { request: SentRequest }
  /** The client of a request has gone away. */
  | { gone: number }
  | { log: SentRecord }
  | { rejected: unknown }
  | { settled: true }
  | { closed: true };

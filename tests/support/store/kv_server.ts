import {
  type Check,
  decodeRead,
  decodeWrite,
  encodeRead,
  encodeWrite,
  type Entry,
  type Mutation,
  MutationType,
  type ReadRange,
  WriteStatus,
} from "./kv_wire.ts";

const DATABASE = "6b5f5a0e-0f3c-4b52-9d6c-0d3f6a3d2c11";
const TOKEN = "a-token-of-tests";
const TOKEN_TTL_MS = 3_600_000;

/** How keys that begin with the string `instance` begin. */
const LEASE = "\x02instance\0";

type StoredEntry = Entry & { expireAtMs: number };

/**
 * Stands for the Deno KV of Deno Deploy: a store in memory that any number of processes share.
 *
 * It speaks KV Connect, so that the programs use `Deno.openKv()` as they do there: the environment
 * says where the default store is.
 *
 * @see https://github.com/denoland/denokv/blob/main/proto/kv-connect.md
 */
export class KvServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #latencyMs: number;
  /** By key; keys are bytes as characters, whose order is that of the bytes. */
  readonly #entries = new Map<string, StoredEntry>();
  /** The keys in order; none while they have to be put in order again. */
  #order: string[] | undefined;
  #commits = 0;

  /** @param options.latencyMs How long every answer takes, as from a store that is elsewhere. */
  constructor({ latencyMs = 0 }: { latencyMs?: number } = {}) {
    this.#latencyMs = latencyMs;
    const listen = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(listen, (request) => this.#answer(request));
  }

  /** What makes `Deno.openKv()` open this store. */
  get env(): Record<string, string> {
    return { DENO_KV_DEFAULT_PATH: this.#origin, DENO_KV_ACCESS_TOKEN: TOKEN };
  }

  /** How many values are there. */
  get size(): number {
    return this.#entries.size;
  }

  /** Forgets when instances were last heard of, as the store does after a while. */
  loseLeases(): void {
    for (const key of this.#entries.keys()) {
      if (key.startsWith(LEASE)) this.#entries.delete(key);
    }
    this.#order = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  get #origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return new Response("Not allowed", { status: 401 });
    }
    const body = await request.bytes();
    if (this.#latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#latencyMs));
    const { pathname } = new URL(request.url);
    if (pathname === "/") return Response.json(this.#describe());
    if (pathname === "/data/snapshot_read") return new Response(this.#read(body));
    if (pathname === "/data/atomic_write") return new Response(this.#write(body));
    return new Response("Not found", { status: 404 });
  }

  #describe() {
    return {
      version: 3,
      databaseId: DATABASE,
      endpoints: [{ url: `${this.#origin}/data`, consistency: "strong" }],
      token: TOKEN,
      expiresAt: new Date(Date.now() + TOKEN_TTL_MS).toISOString(),
    };
  }

  #read(body: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#forgetExpired();
    const { ranges } = decodeRead(body);
    return encodeRead(ranges.map((range) => ({ values: this.#range(range) })));
  }

  #range({ start, end, limit, reverse }: ReadRange): Entry[] {
    const order = this.#order ??= [...this.#entries.keys()].sort();
    const keys = order.slice(lowerBound(order, textOf(start)), lowerBound(order, textOf(end)));
    if (reverse) keys.reverse();
    return keys.slice(0, limit).map((key) => this.#entries.get(key)!);
  }

  /** All of a commit or nothing, at once. */
  #write(body: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#forgetExpired();
    const { checks, mutations } = decodeWrite(body);
    const failedChecks = checks.flatMap((check, i) => this.#holds(check) ? [] : [i]);
    if (failedChecks.length > 0) {
      return encodeWrite({ status: WriteStatus.checkFailure, failedChecks });
    }
    const versionstamp = stampOf(++this.#commits);
    for (const mutation of mutations) this.#mutate(mutation, versionstamp);
    return encodeWrite({ status: WriteStatus.success, versionstamp });
  }

  #holds({ key, versionstamp }: Check): boolean {
    const entry = this.#entries.get(textOf(key));
    return textOf(entry?.versionstamp ?? new Uint8Array()) === textOf(versionstamp);
  }

  #mutate({ key, value, mutationType, expireAtMs }: Mutation, versionstamp: Uint8Array): void {
    const name = textOf(key);
    if (mutationType === MutationType.delete) {
      if (this.#entries.delete(name)) this.#order = undefined;
      return;
    }
    if (mutationType !== MutationType.set || !value) {
      throw new Error(`Cannot do mutation ${mutationType}`);
    }
    if (!this.#entries.has(name)) this.#order = undefined;
    const { data, encoding } = value;
    this.#entries.set(name, {
      key: key.slice(),
      value: data.slice(),
      encoding,
      versionstamp,
      expireAtMs,
    });
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [key, { expireAtMs }] of this.#entries) {
      if (expireAtMs === 0 || expireAtMs > now) continue;
      this.#entries.delete(key);
      this.#order = undefined;
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Versions are ten bytes that grow. */
function stampOf(commit: number): Uint8Array {
  const stamp = new Uint8Array(10);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(commit));
  return stamp;
}

/** The first index whose key is not before `key`. */
function lowerBound(order: readonly string[], key: string): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { TenantLimits } from "./access/api_key_ring.ts";
import { type ApiKeySource, openApiKeys } from "./access/api_key_source.ts";
import { isLoopback } from "./access/exposure.ts";
import { Grouper } from "./algebra/grouper.ts";
import { Merger } from "./algebra/merger.ts";
import { createApp } from "./app.ts";
import { ignoreError } from "./async/own.ts";
import type { Cluster } from "./cluster/open_cluster.ts";
import { schedule } from "./deno_deploy.ts";
import { EachCounter } from "./each/each_counter.ts";
import type { CountEngine } from "./engine/count_engine.ts";
import { Engine } from "./engine/engine.ts";
import { createDoor } from "./http/door/door.ts";
import { RequestGate } from "./http/door/gate.ts";
import { observe } from "./http/door/observe.ts";
import { createReadiness, type ReadyEngine } from "./http/door/readiness.ts";
import type { IntakeOptions } from "./intake/intake_options.ts";
import { createReplay } from "./intake/replay.ts";
import { JobRegistry } from "./jobs/job_registry.ts";
import { listenerOptions, openListeners } from "./listeners/open_listeners.ts";
import type { Listeners } from "./listeners/listeners.ts";
import { openSocket, type Socket } from "./listeners/open_socket.ts";
import { KernelRegistry } from "./kernels/kernel_registry.ts";
import { type KernelParts, Workshop } from "./kernels/workshop.ts";
import type { KernelTrier } from "./kernels/kernel_trier.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";
import { JOB_LOG } from "./observe/job_log.ts";
import { defaultServerOptions } from "./settings/parse_server_options.ts";
import type { ServerOptions } from "./settings/server_options.ts";
import { drain } from "./shutdown.ts";
import { StartError } from "./start_error.ts";
import type { DurableStore } from "./store/job_store.ts";
import { MemoryStore } from "./store/memory_store.ts";

export { StartError };

const HOW_TO_MAKE_A_KEY = "Make one with: deno task keys --keys <file> add <tenant>";

const HOW_TO_PUT_KEYS_RIGHT = "Put the file right, or make another with: deno task keys --keys " +
  "<file> add <tenant>";

const HOW_TO_GET_A_STORE = "Assign a Deno KV database to the app; or set MILLRACE_DATA=none";

/** A server that does not listen, with a place for its own `fetch`. */
const NOT_LISTENING: Socket = { origin: "http://localhost", shutdown: () => Promise.resolve() };

type Traces = typeof import("./observe/traces.ts");

/** How a server starts. Options of the server that are not given have their defaults. */
export interface StartOptions extends Partial<ServerOptions> {
  /** Whether the server takes connections. Without, it answers `fetch` alone. @default {true} */
  listen?: boolean;
  /** Whether the server runs on Deno Deploy, where everybody reaches it. @default {false} */
  onDeploy?: boolean;
  /** Whether requests and jobs have spans of OpenTelemetry. @default {false} */
  traced?: boolean;
}

/** What a server asks of its engine. */
export interface ServerEngine extends CountEngine, ReadyEngine {
  status: CountEngine["status"];
  close(options: { deadlineMs: number }): Promise<void>;
}

/** @internal What a test gives a server in the place of what it makes itself; the server closes it. */
export interface ServerParts {
  engine?: ServerEngine;
  store?: MemoryStore;
  kernels?: Omit<KernelParts, "trier"> & Partial<Pick<KernelParts, "trier">>;
  /** How the texts behind URLs are fetched. */
  remote?: IntakeOptions["remote"];
}

/** A server that runs. Several may run in one process. */
export interface Server extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly origin: string;
  readonly engine: ServerEngine;
  readonly jobs: JobRegistry;
  /**
   * Answers a request as if it came over the network, through the same door.
   *
   * @param connection Where the request came from; the door trusts and limits by this address.
   */
  fetch(request: Request, connection?: Deno.ServeHandlerInfo): Promise<Response>;
  /** Reads the file of API keys again; a file that cannot be read is logged. */
  reloadKeys(): void;
  /** Takes no new requests, lets what runs finish within the drain timeout, and frees everything. */
  close(): Promise<void>;
}

/**
 * Starts a server: its keys, engine, store, jobs and door, and the socket at last.
 *
 * What was opened is closed in the reverse order, by `close` and when the start fails.
 *
 * @throws {StartError} If a part cannot be had; then nothing is left open.
 */
export async function startServer(
  start: StartOptions = {},
  parts: ServerParts = {},
): Promise<Server> {
  const opened = new AsyncDisposableStack();
  try {
    return await openServer(start, parts, opened);
  } catch (error) {
    await opened.disposeAsync().catch(ignoreError); // why the start failed says more
    throw error;
  }
}

async function openServer(
  { listen = true, onDeploy = false, traced = false, ...given }: StartOptions,
  { remote, ...parts }: ServerParts,
  opened: AsyncDisposableStack,
): Promise<Server> {
  const options = { ...defaultServerOptions(), ...given, remote };
  checkSerialize(options, onDeploy);
  checkShared(options);
  const keys = opened.use(openKeys(options, onDeploy));
  // The module is loaded only where it is used: it costs other servers nothing.
  const traces = traced ? await import("./observe/traces.ts") : undefined;
  const place = { onDeploy, traced, os: Deno.build.os };
  const listeners = listen ? openListeners(options, keys?.ring, place) : undefined;
  const started = parts.engine ?? await startEngine(options, keys, traces, listeners);
  opened.defer(() => started.close({ deadlineMs: 0 }));
  const cluster = await joinCluster(started, options, onDeploy, traces);
  if (cluster) opened.defer(() => cluster.engine.close({ deadlineMs: 0 }));
  const engine = cluster?.engine ?? started;
  const each = opened.use(new EachCounter(engine.workers));
  const durable = await openDurable(options, onDeploy);
  const store = durable?.store ?? parts.store ?? new MemoryStore({ maxBytes: options.resultBytes });
  opened.defer(() => (durable ?? store).close());
  const workshop = parts.kernels ?? opened.use(openWorkshop(options, onDeploy));
  const kernels = new KernelRegistry(store.kernels, workshop);
  const jobs: JobRegistry = new JobRegistry(store, {
    ttlMs: options.jobTtlMs,
    replay: durable && {
      inputs: durable.inputs,
      begin: createReplay({ engine, kernels, options }),
      merge: (record, merge) => new Merger(engine, jobs).again(record, merge),
    },
  });
  const gate = new RequestGate();
  opened.defer(() => listeners?.close());
  const running = { gate, engine, jobs, server: NOT_LISTENING, drainTimeoutMs: 0 };
  opened.defer(() => {
    const end = () => drain(running, running.drainTimeoutMs);
    return listeners ? listeners.stopCounting().then(end) : end();
  });
  const { trier } = workshop;
  const hosts = options.hosts ?? standardHosts(options, onDeploy);
  const metrics = new HttpMetrics();
  listeners?.countInto(metrics);
  const { board, checkAccepts } = cluster ?? {};
  const context = { engine, each, jobs, kernels, trier, board, checkAccepts, gate, metrics };
  const front = { ...context, options, keys, traces, hosts };
  const answer = createFront(front);
  const fetch: Server["fetch"] = cluster
    ? (request, connection) => cluster.answer(request) ?? answer(request, connection)
    : answer;
  if (onDeploy) schedule(() => finishJobs(jobs));
  await startJobs(jobs, onDeploy); // before uploads begin: it removes those that got no answer
  const shared = listeners && { listeners, options: listenerOptions(options, hosts) };
  if (listen) running.server = await openSocket(options, fetch, shared);
  const { origin } = running.server;
  running.drainTimeoutMs = options.drainTimeoutMs;
  let closing: Promise<void> | undefined;
  const close = () => closing ??= opened.disposeAsync();
  const reloadKeys = () => keys?.reload();
  return { origin, engine, jobs, fetch, reloadKeys, close, [Symbol.asyncDispose]: close };
}

/** Deno Deploy starts no programs, and so no compiler. */
function openWorkshop({ warmCompiler: warms }: ServerOptions, onDeploy: boolean): Workshop {
  return new Workshop({ warms, hasPrograms: !onDeploy });
}

/** What answers requests: the app behind the door, which is observed. */
function createFront(
  { options, keys, traces, hosts, ...parts }: {
    options: ServerOptions & IntakeOptions;
    engine: ServerEngine;
    each: EachCounter;
    jobs: JobRegistry;
    kernels: KernelRegistry;
    trier: KernelTrier | undefined;
    board: Cluster["board"] | undefined;
    checkAccepts: Cluster["checkAccepts"] | undefined;
    gate: RequestGate;
    metrics: HttpMetrics;
    keys: ApiKeySource | undefined;
    traces: Traces | undefined;
    hosts: string[];
  },
): Server["fetch"] {
  const { engine, jobs, gate, metrics } = parts;
  const readiness = createReadiness({ engine, gate, jobs });
  const limitsOf = (tenant?: string) => limitsIn(keys, tenant, options);
  const grouper = new Grouper(engine, jobs);
  const app = createApp({ ...parts, grouper, options, limitsOf, readiness });
  const door = createDoor({ ...options, app, gate, keys: keys?.ring, hosts });
  const { accessLog } = options;
  return observe(door, { metrics, accessLog, nameSpan: traces?.nameRequestSpan });
}

/** What a tenant may use: by the terms of its keys, and else by the server's. */
function limitsIn(
  keys: ApiKeySource | undefined,
  tenant: string | undefined,
  { rate }: ServerOptions,
): TenantLimits {
  const terms = tenant === undefined ? undefined : keys?.ring.terms(tenant);
  return { ...terms, rate: terms?.rate ?? rate };
}

/** Nobody measures by the lock there, and all clients would wait for it. */
function checkSerialize({ serialize }: ServerOptions, onDeploy: boolean): void {
  if (!serialize || !onDeploy) return;
  const message = "Cannot let threads work one at a time on Deno Deploy: that is for benchmarks";
  throw new StartError(message, {}, ["Start without --serialize (MILLRACE_SERIALIZE)"]);
}

/** Makes the server a node of a cluster, if it is to be one. */
async function joinCluster(
  engine: ServerEngine,
  options: ServerOptions & IntakeOptions,
  onDeploy: boolean,
  traces: Traces | undefined,
): Promise<Cluster | undefined> {
  const { cluster, clusterUrl, clusterSecret, clusterRoles } = options;
  if (cluster === undefined) return undefined;
  if (onDeploy) {
    const message = "Cannot join a cluster on Deno Deploy: its instances have no address";
    throw new StartError(message, {}, ["Start without MILLRACE_CLUSTER"]);
  }
  if (clusterUrl === undefined || clusterSecret === undefined) {
    throw new StartError("Cannot join the cluster: other servers cannot reach this one", {}, [
      "Say where they do by --cluster-url (MILLRACE_CLUSTER_URL), and what all of them know by",
      "MILLRACE_CLUSTER_SECRET, such as the output of: openssl rand -hex 32",
    ]);
  }
  if (clusterRoles.includes("accept") && !clusterRoles.includes("reduce")) {
    throw new StartError("Cannot join the cluster: who takes a count puts its keys together", {}, [
      "Name 'reduce' beside 'accept' in --cluster-roles (MILLRACE_CLUSTER_ROLES), or neither",
    ]);
  }
  // The module is loaded only where it is used: it costs other servers nothing.
  const { openCluster } = await import("./cluster/open_cluster.ts");
  try {
    const terms = { ...options, cluster, clusterUrl, clusterSecret, traceWork: traces?.traceWork };
    return await openCluster(engine, terms);
  } catch (cause) {
    throw new StartError(`Cannot join the cluster: ${(cause as Error).message}`, { cause }, [
      "Name a Redis that takes this server by --cluster (MILLRACE_CLUSTER), with its password,",
      "and a folder that it can write to by --spill-dir (MILLRACE_SPILL_DIR)",
    ]);
  }
}

/** Says at the start what every client would hear. */
function checkShared({ shared }: ServerOptions): void {
  if (shared === undefined) return;
  let reason = "it is no folder";
  try {
    if (Deno.statSync(shared).isDirectory) return;
  } catch (error) {
    reason = error instanceof Deno.errors.NotFound ? "there is none" : (error as Error).message;
  }
  const message = `Cannot share folder '${shared}': ${reason}`;
  throw new StartError(message, {}, ["Name another by --shared (MILLRACE_SHARED_DIR)"]);
}

/** Opens the keys; a server without keys is for this machine alone. */
function openKeys(
  { host, keys, insecure }: ServerOptions,
  onDeploy: boolean,
): ApiKeySource | undefined {
  try {
    if (keys !== undefined) return openApiKeys(keys);
  } catch (cause) {
    const message = `Cannot read API keys: ${(cause as Error).message}`;
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw new StartError(message, { cause }, [
      isMissing ? HOW_TO_MAKE_A_KEY : HOW_TO_PUT_KEYS_RIGHT,
    ]);
  }
  // On Deno Deploy the address says nothing: everybody reaches the server.
  const isExposed = !isLoopback(host) || onDeploy;
  if (!isExposed || insecure) return undefined;
  throw new StartError(
    `Cannot listen on ${host} without API keys: all who reach it could use the server`,
    {},
    [
      HOW_TO_MAKE_A_KEY,
      "then start with --keys <file>, or with what is in the file as MILLRACE_KEYS;",
      "or with --insecure (MILLRACE_INSECURE=true), to let everybody in",
    ],
  );
}

/**
 * The names in `Host` that a server answers to when no option lists them. A server that only
 * programs of this machine should reach checks the names. With keys it need not: a page of another
 * site has no key. Behind a proxy it cannot: a proxy may put anything into `Host`.
 */
function standardHosts(
  { host, keys, trustProxy }: ServerOptions,
  onDeploy: boolean,
): string[] {
  const isPrivate = isLoopback(host) && !onDeploy && keys === undefined && trustProxy === undefined;
  return isPrivate ? [] : ["*"];
}

async function startEngine(
  options: ServerOptions,
  keys: ApiKeySource | undefined,
  traces: Traces | undefined,
  listeners: Listeners | undefined,
): Promise<Engine> {
  try {
    return await Engine.start({
      workers: options.workers,
      serialize: options.serialize,
      inline: options.inline,
      // Short texts need no threads, and a server that waits for texts does not either.
      threads: options.inline === false || options.serialize ? "early" : "late",
      memoryBytes: options.memoryBytes,
      maxQueuedJobs: options.maxQueuedJobs,
      jobTimeoutMs: options.jobTimeoutMs,
      jobMemoryBytes: options.jobMemoryBytes,
      spillDirectory: options.spillDirectory,
      maxSpillBytes: options.maxSpillBytes,
      replayBytes: options.replayBytes,
      tenantTerms: (tenant) => keys?.ring.terms(tenant),
      beside: listeners?.engine,
      observers: traces ? [JOB_LOG, traces.createJobTracer()] : [JOB_LOG],
    });
  } catch (cause) {
    const advice = cause instanceof RangeError ? "; choose another size with --memory" : "";
    const message = `Cannot start the engine: ${(cause as Error).message}${advice}`;
    throw new StartError(message, { cause });
  }
}

async function openDurable(
  { data, adopt, resultBytes, jobTtlMs }: ServerOptions,
  onDeploy: boolean,
): Promise<DurableStore | undefined> {
  if (data === undefined) return undefined;
  const { openStore } = await import("./store/open_store.ts"); // a start without it is shorter
  try {
    return await openStore(data, { heldBytes: resultBytes, ttlMs: jobTtlMs, adopt });
  } catch (cause) {
    throw new StartError((cause as Error).message, { cause }, adviseOnStore(onDeploy));
  }
}

async function startJobs(jobs: JobRegistry, onDeploy: boolean): Promise<void> {
  try {
    await jobs.start();
  } catch (cause) {
    const message = `Cannot use the store of jobs: ${(cause as Error).message}`;
    throw new StartError(message, { cause }, adviseOnStore(onDeploy));
  }
}

function adviseOnStore(onDeploy: boolean): string[] {
  return onDeploy ? [HOW_TO_GET_A_STORE] : [];
}

/** Begins the jobs that other instances left, and waits until every job here has ended. */
async function finishJobs(jobs: JobRegistry): Promise<void> {
  await jobs.tend();
  await jobs.drained();
}

import { getLogger } from "@logtape/logtape";
import { isLoopback } from "./access/exposure.ts";
import { type ApiKeySource, openApiKeys } from "./access/api_key_source.ts";
import { createApp } from "./app.ts";
import { ignoreError, own } from "./async/own.ts";
import { isDenoDeploy, schedule } from "./deno_deploy.ts";
import { Engine } from "./engine/engine.ts";
import { createDoor } from "./http/door/door.ts";
import { RequestGate } from "./http/door/gate.ts";
import { serveBehindFront } from "./http/door/upgrade_front.ts";
import { formatExample } from "./http/routes/welcome.ts";
import { createReplayBegin } from "./http/read/intake.ts";
import { observe } from "./http/door/observe.ts";
import { createProblemResponse } from "./http/answer/problem.ts";
import { Readiness } from "./http/door/readiness.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";
import { JOB_LOG } from "./observe/job_log.ts";
import { configureLogging } from "./observe/logging.ts";
import { surviveRejections } from "./observe/rejections.ts";
import { UsageError } from "./settings/flags.ts";
import { formatHelp } from "./settings/help.ts";
import { parseServerOptions } from "./settings/parse_server_options.ts";
import type { ServerOptions } from "./settings/server_options.ts";
import { drain, exitOnSignals } from "./shutdown.ts";
import { JobRegistry } from "./jobs/job_registry.ts";
import { MemoryStore } from "./store/memory_store.ts";
import type { DurableStore } from "./store/job_store.ts";
import { openStore } from "./store/open_store.ts";
import { VERSION } from "./version.ts";

const HOW_TO_MAKE_A_KEY = "Make one with: deno task keys --keys <file> add <tenant>";

const HOW_TO_GET_A_STORE = "Assign a Deno KV database to the app; or set MILLRACE_DATA=none";

const env = (name: string) => Deno.env.get(name);
const onDeploy = isDenoDeploy(env);
const options = readOptions();
configureLogging({ format: options.logFormat, level: options.logLevel });
surviveRejections();
const keys = readKeys(options);
/** Loaded only when Deno exports traces: nothing of it costs anything otherwise. */
const traces = isTraced() ? await import("./observe/traces.ts") : undefined;
const engine = await startEngine(options);
const durable = await openDurable(options);
const store = durable?.store ?? new MemoryStore({ maxBytes: options.resultBytes });
const jobs = new JobRegistry(store, {
  ttlMs: options.jobTtlMs,
  replay: durable && {
    inputs: durable.inputs,
    begin: createReplayBegin({ engine, options }),
  },
});
const gate = new RequestGate(options.basePath);
const metrics = new HttpMetrics();
const app = createApp({ engine, jobs, options, metrics, gate, readiness: createReadiness() });
const door = createDoor({
  ...{ ...options, app, gate, keys: keys?.ring },
  hosts: options.hosts ?? standardHosts(options),
});
if (onDeploy) schedule(finishJobs);
await startJobs(); // before uploads begin: it removes those that got no answer
const server = listen(options);
exitOnSignals(async () => {
  await drain({ gate, server, engine, jobs }, options.drainTimeoutMs);
  await (durable ?? store).close();
});

/** None where only some may be read by name. */
function variableNames(): string[] {
  try {
    return Object.keys(Deno.env.toObject());
  } catch {
    return [];
  }
}

function readOptions(): ServerOptions {
  try {
    const options = parseServerOptions(Deno.args, env, variableNames());
    if (typeof options === "object") return options;
    console.log(options === "help" ? formatHelp() : `millrace ${VERSION}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry --help`);
    Deno.exit(2);
  }
  Deno.exit(0);
}

/** Opens the keys; without any, the server is for this machine alone. */
function readKeys({ host, keys, insecure }: ServerOptions): ApiKeySource | undefined {
  try {
    if (keys !== undefined) return followHangup(openApiKeys(keys));
  } catch (error) {
    exitWith(`Cannot read API keys: ${(error as Error).message}`, HOW_TO_MAKE_A_KEY);
  }
  // On Deno Deploy the address says nothing: everybody reaches the server.
  const exposed = !isLoopback(host) || onDeploy;
  if (!exposed || insecure) return undefined;
  exitWith(
    `Cannot listen on ${host} without API keys: all who reach it could use the server`,
    HOW_TO_MAKE_A_KEY,
    "then start with --keys <file>, or with what is in the file as MILLRACE_KEYS;",
    "or with --insecure (MILLRACE_INSECURE=true), to let everybody in",
  );
}

/**
 * What the server is called unless it was told. Only what counts on nobody but this machine's
 * programs reaching it must look at `Host`: where there are keys, pages have none, and a proxy may
 * put anything there.
 */
function standardHosts({ host, keys, trustProxy }: ServerOptions): string[] {
  const isPrivate = isLoopback(host) && !onDeploy && keys === undefined && trustProxy === undefined;
  return isPrivate ? [] : ["*"];
}

function exitWith(...lines: string[]): never {
  console.error(lines.join("\n"));
  Deno.exit(1);
}

function followHangup(keys: ApiKeySource): ApiKeySource {
  Deno.addSignalListener("SIGHUP", () => keys.reload());
  return keys;
}

async function openDurable(
  { data, adopt, resultBytes, jobTtlMs }: ServerOptions,
): Promise<DurableStore | undefined> {
  if (data === undefined) return undefined;
  try {
    return await openStore(data, { heldBytes: resultBytes, ttlMs: jobTtlMs, adopt });
  } catch (error) {
    exitWith((error as Error).message, ...(onDeploy ? [HOW_TO_GET_A_STORE] : []));
  }
}

/** Whether Deno's own OpenTelemetry is on, as Deno reads it. */
function isTraced(): boolean {
  return ["1", "true"].includes(Deno.env.get("OTEL_DENO") ?? "");
}

async function startEngine(options: ServerOptions): Promise<Engine> {
  const { workers, memoryBytes, maxQueuedJobs, jobTimeoutMs } = options;
  const tenantTerms = (tenant: string) => keys?.ring.terms(tenant);
  const { jobMemoryBytes, spillDirectory, maxSpillBytes, replayBytes } = options;
  const observers = traces ? [JOB_LOG, traces.createJobTracer()] : [JOB_LOG];
  try {
    return await Engine.start({
      ...{ workers, memoryBytes, maxQueuedJobs, jobTimeoutMs },
      ...{ jobMemoryBytes, spillDirectory, maxSpillBytes, replayBytes, tenantTerms, observers },
    });
  } catch (error) {
    console.error(`Cannot start the engine: ${(error as Error).message}`);
    Deno.exit(1);
  }
}

async function startJobs(): Promise<void> {
  try {
    await jobs.start();
  } catch (error) {
    const lines = [`Cannot use the store of jobs: ${(error as Error).message}`];
    exitWith(...lines, ...(onDeploy ? [HOW_TO_GET_A_STORE] : []));
  }
}

/** Begins what nobody works on, and stays until all that runs here has ended. */
async function finishJobs(): Promise<void> {
  await jobs.tend();
  await jobs.drained();
}

function createReadiness(): Readiness {
  let starting = true;
  own(engine.ready(), ignoreError, () => starting = false); // dead threads are replaced and reported
  return new Readiness()
    .add("starting", () => starting)
    .add("draining", () => gate.closed)
    .add("threads_hang", () => engine.threadsHang)
    .add("breaker_open", () => engine.status().faults.breaker !== "closed")
    .add("store_unavailable", () => jobs.failing);
}

function listen(
  { host, port, logFormat, accessLog, stripUpgrade }: ServerOptions,
): Pick<Deno.HttpServer, "shutdown"> {
  const serve = stripUpgrade ? serveBehindFront : Deno.serve;
  try {
    return serve({
      hostname: host,
      port,
      onError: createProblemResponse,
      onListen: (address) => {
        const origin = formatOrigin(address);
        const line = `Millrace ${VERSION} listens on ${origin} with ${engine.workers} workers`;
        if (logFormat === "text") console.log(`${line}; try\n  ${formatExample(origin)}`);
        else getLogger("millrace").info(line);
      },
    }, observe(door, { metrics, accessLog, nameSpan: traces?.nameRequestSpan }));
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrInUse
      ? "the port is in use; choose another with --port"
      : (error as Error).message;
    console.error(`Cannot listen on ${host}:${port}: ${reason}`);
    Deno.exit(1);
  }
}

/** The platform may have put another kind of address in the place of host and port. */
function formatOrigin(address: Deno.Addr): string {
  if (!("hostname" in address)) return `http+${address.transport}://`;
  const { hostname, port } = address;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

import { createApp } from "./app.ts";
import { Engine } from "./engine/engine.ts";
import { RequestGate } from "./http/gate.ts";
import { formatExample } from "./http/help.ts";
import { observe } from "./http/observe.ts";
import { createProblemResponse } from "./http/problem.ts";
import { Readiness } from "./http/readiness.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";
import {
  formatHelp,
  parseServerOptions,
  type ServerOptions,
  UsageError,
} from "./server_options.ts";
import { drain, exitOnSignals } from "./shutdown.ts";
import { JobRegistry } from "./store/job_registry.ts";
import { MemoryStore } from "./store/memory_store.ts";

const options = readOptions();
const engine = await startEngine(options);
const store = new MemoryStore({ maxBytes: options.resultBytes });
const jobs = new JobRegistry(store, { ttlMs: options.jobTtlMs });
const gate = new RequestGate();
const metrics = new HttpMetrics();
const app = createApp({ engine, jobs, options, metrics, readiness: createReadiness() });
const server = listen(options);
exitOnSignals(() => drain({ gate, server, engine, jobs, store }, options.drainTimeoutMs));

function readOptions(): ServerOptions {
  try {
    const options = parseServerOptions(Deno.args, (name) => Deno.env.get(name));
    if (options !== "help") return options;
    console.log(formatHelp());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry --help`);
    Deno.exit(2);
  }
  Deno.exit(0);
}

async function startEngine(options: ServerOptions): Promise<Engine> {
  const { workers, memoryBytes, maxQueuedJobs, jobTimeoutMs } = options;
  try {
    return await Engine.start({ workers, memoryBytes, maxQueuedJobs, jobTimeoutMs });
  } catch (error) {
    console.error(`Cannot start the engine: ${(error as Error).message}`);
    Deno.exit(1);
  }
}

function createReadiness(): Readiness {
  let starting = true;
  engine.ready().then(() => starting = false, () => {}); // dead threads are replaced and reported
  return new Readiness().add("starting", () => starting).add("draining", () => gate.closed);
}

function listen({ host, port }: ServerOptions): Deno.HttpServer {
  try {
    return Deno.serve({
      hostname: host,
      port,
      onError: createProblemResponse,
      onListen: (address) => {
        const name = address.hostname.includes(":") ? `[${address.hostname}]` : address.hostname;
        const origin = `http://${name}:${address.port}`;
        const line = `Millrace listens on ${origin} with ${engine.workers} workers; try`;
        console.log(`${line}\n  ${formatExample(origin)}`);
      },
    }, observe(gate.guard(app.fetch), metrics));
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrInUse
      ? "the port is in use; choose another with --port"
      : (error as Error).message;
    console.error(`Cannot listen on ${host}:${port}: ${reason}`);
    Deno.exit(1);
  }
}

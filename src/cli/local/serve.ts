import { getLogger } from "@logtape/logtape";
import { isDenoDeploy } from "../../deno_deploy.ts";
import { formatExample } from "../../http/routes/welcome.ts";
import { configureLogging } from "../../observe/logging.ts";
import { surviveRejections } from "../../observe/rejections.ts";
import { type Server, startServer } from "../../server.ts";
import type { ServerOptions } from "../../settings/server_options.ts";
import { exitOnSignals } from "../../shutdown.ts";
import { VERSION } from "../../version.ts";

/**
 * Serves as a program does: writes the log, says where the server listens, reads the API keys again
 * at SIGHUP, and drains at SIGINT and SIGTERM.
 *
 * @param env Reads a variable of the environment.
 * @throws {StartError} If the server cannot start.
 */
export async function serve(
  options: ServerOptions,
  env: (name: string) => string | undefined,
): Promise<void> {
  configureLogging({ format: options.logFormat, level: options.logLevel });
  surviveRejections();
  const traced = ["1", "true"].includes(env("OTEL_DENO") ?? ""); // as Deno reads it
  let server: Server | undefined = undefined;
  // Before the start: a process without a listener ends at this signal.
  if (options.keys !== undefined) Deno.addSignalListener("SIGHUP", () => server?.reloadKeys());
  const started = await startServer({ ...options, onDeploy: isDenoDeploy(env), traced });
  server = started;
  if (options.serialize) {
    getLogger("millrace").warn("Threads work one at a time, by --serialize: for benchmarks only");
  }
  announce(started, options);
  exitOnSignals(() => started.close());
}

function announce({ origin, engine }: Server, { logFormat }: ServerOptions): void {
  const line = `Millrace ${VERSION} listens on ${origin} with ${engine.workers} workers`;
  if (logFormat === "text") console.log(`${line}; try\n  ${formatExample(origin)}`);
  else getLogger("millrace").info(line);
}

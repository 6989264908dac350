import { getLogger } from "@logtape/logtape";
import { isDenoDeploy } from "./deno_deploy.ts";
import { formatExample } from "./http/routes/welcome.ts";
import { configureLogging } from "./observe/logging.ts";
import { surviveRejections } from "./observe/rejections.ts";
import { type Server, StartError, startServer } from "./server.ts";
import { UsageError } from "./settings/flags.ts";
import { formatHelp } from "./settings/help.ts";
import { parseServerOptions } from "./settings/parse_server_options.ts";
import type { ServerOptions } from "./settings/server_options.ts";
import { exitOnSignals } from "./shutdown.ts";
import { VERSION } from "./version.ts";

// The server as a program: its options, its log, its signals and its exit codes.
const env = (name: string) => Deno.env.get(name);
try {
  const options = parseServerOptions(Deno.args, env, variableNames());
  if (typeof options === "string") {
    console.log(options === "help" ? formatHelp() : `millrace ${VERSION}`);
    Deno.exit(0);
  }
  await serve(options);
} catch (error) {
  exitWith(error);
}

async function serve(options: ServerOptions): Promise<void> {
  configureLogging({ format: options.logFormat, level: options.logLevel });
  surviveRejections();
  const traced = ["1", "true"].includes(env("OTEL_DENO") ?? ""); // as Deno reads it
  let server: Server | undefined = undefined;
  // Before the start: a process without a listener ends at this signal.
  if (options.keys !== undefined) Deno.addSignalListener("SIGHUP", () => server?.reloadKeys());
  const started = await startServer({ ...options, onDeploy: isDenoDeploy(env), traced });
  server = started;
  announce(started, options);
  exitOnSignals(() => started.close());
}

function announce({ origin, engine }: Server, { logFormat }: ServerOptions): void {
  const line = `Millrace ${VERSION} listens on ${origin} with ${engine.workers} workers`;
  if (logFormat === "text") console.log(`${line}; try\n  ${formatExample(origin)}`);
  else getLogger("millrace").info(line);
}

/** None where the process may read only some variables, by their names. */
function variableNames(): string[] {
  try {
    return Object.keys(Deno.env.toObject());
  } catch {
    return [];
  }
}

/** The one way in which a start fails: 2 for options that cannot be read, 1 for the rest. */
function exitWith(error: unknown): never {
  const isUsage = error instanceof UsageError;
  if (!isUsage && !(error instanceof StartError)) throw error;
  console.error([error.message, ...(isUsage ? ["Try --help"] : error.advice)].join("\n"));
  Deno.exit(isUsage ? 2 : 1);
}

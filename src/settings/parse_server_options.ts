import { findNearest } from "../contract/nearest.ts";
import { DEPLOY_DEFAULTS, isDenoDeploy } from "../deno_deploy.ts";
import { type Flag, LISTED, parseFlags, UsageError } from "./flags.ts";
import { OTHER_VARIABLES } from "./known_variables.ts";
import type { ServerOptions } from "./server_options.ts";
import { SERVER_PARAMETERS } from "./server_parameters.ts";

/** Looks up an environment variable. */
export type Environment = (name: string) => string | undefined;

/**
 * Reads the server's options: a flag wins over its environment variable, and both over the default,
 * which differs for some options on Deno Deploy.
 *
 * @param args What follows the script's name.
 * @param env An empty variable counts as absent.
 * @param variables Names of all variables that are set, where the process may list them.
 * @returns The options, or "help" or "version" when the command line asks for one.
 * @throws {UsageError} If a flag or a variable is unknown or a value has another form.
 */
export function parseServerOptions(
  args: readonly string[],
  env: Environment,
  variables: readonly string[] = [],
): ServerOptions | "help" | "version" {
  const { flags } = parseFlags(args, serverFlags());
  if (flags.help) return "help";
  if (flags.version) return "version";
  checkVariables(variables.filter((name) => env(name)));
  return readOptions(flags, env);
}

/** The defaults of all options, outside of Deno Deploy. */
export function defaultServerOptions(): ServerOptions {
  return readOptions({}, () => undefined);
}

function readOptions(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  env: Environment,
): ServerOptions {
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

function serverFlags(): Record<string, Flag> {
  const flags: Record<string, Flag> = {};
  for (const { flag, isSwitch } of Object.values(SERVER_PARAMETERS)) {
    flags[flag] = { type: isSwitch ? "boolean" : "string" };
  }
  flags.help = { type: "boolean", short: "h" };
  flags.version = { type: "boolean", short: "V" };
  return flags;
}

/**
 * Refuses a variable that begins like the server's variables and is none of them: it would have no
 * effect, and its user would not learn that.
 */
function checkVariables(names: readonly string[]): void {
  const options = Object.values(SERVER_PARAMETERS).map((each) => each.env);
  const known = new Set([...options, ...Object.keys(OTHER_VARIABLES)]);
  const unknown = names.find((name) => /^MILLRACE_/i.test(name) && !known.has(name));
  if (unknown === undefined) return;
  const bare = (name: string) => name.toUpperCase().replace("MILLRACE_", "");
  const closest = findNearest(bare(unknown), options.map(bare));
  const nearest = options.find((name) => bare(name) === closest);
  const advice = nearest ? `the nearest is ${nearest}` : LISTED;
  throw new UsageError(`Cannot use variable ${unknown}: there is no such option; ${advice}`);
}

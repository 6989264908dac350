import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { DEFAULT_RIGHTS } from "../access/api_key_terms.ts";
import { RIGHTS } from "../contract/rights.ts";

const EXAMPLES = `Examples:
  millrace keys --keys keys.json add acme --name laptop --expires 90d
  millrace keys --keys keys.json list
  millrace keys --keys keys.json revoke ID
`;

/** `millrace keys`: the keys that open the server. */
export function keysCommand(): CommandUnknownOpts {
  return new Command("keys")
    .description("API keys of a server: add, list, revoke")
    .helpCommand(false)
    .addHelpText("before", EXAMPLES)
    .addHelpText("after", "\nA key is printed once, by 'add'; the file keeps its digest alone.")
    .option("--keys <file>", "the file of keys; 'add' creates it (env: MILLRACE_KEYS)")
    .addCommand(addCommand() as CommandUnknownOpts)
    .addCommand(listCommand() as CommandUnknownOpts)
    .addCommand(revokeCommand() as CommandUnknownOpts);
}

function addCommand() {
  return new Command("add")
    .description("Make a key and print it, this once")
    .configureHelp({ showGlobalOptions: true })
    .argument("<tenant>", "whose key it is")
    .option("--name <text>", "what the key is for")
    .option("--rights <list>", `of ${RIGHTS.join(", ")} (default: ${DEFAULT_RIGHTS.join(",")})`)
    .option("--expires <time>", "ISO 8601, or days from now such as 90d")
    .option("--weight <number>", "the tenant's share of the workers, relative to 1")
    .option("--max-jobs <number>", "most jobs of the tenant that have not ended")
    .option("--rate <rate>", "requests of the tenant, such as 100/s")
    .action(async (tenant, terms, command) => {
      const { addKey } = await import("./local/manage_keys.ts");
      addKey(fileOf(command), tenant, terms);
    });
}

function listCommand() {
  return new Command("list")
    .description("List the keys, without what opens")
    .configureHelp({ showGlobalOptions: true })
    .action(async (_options, command) => {
      const { listKeys } = await import("./local/manage_keys.ts");
      listKeys(fileOf(command));
    });
}

function revokeCommand() {
  return new Command("revoke")
    .description("Take a key away")
    .configureHelp({ showGlobalOptions: true })
    .argument("<id>", "the key's id, as 'list' shows it")
    .action(async (id, _options, command) => {
      const { revokeKey } = await import("./local/manage_keys.ts");
      revokeKey(fileOf(command), id);
    });
}

/** The file is an option of `keys`, and may stand before or behind what is done with it. */
function fileOf(command: { optsWithGlobals(): unknown }): string | undefined {
  const { keys } = command.optsWithGlobals() as { keys?: string };
  return keys ?? Deno.env.get("MILLRACE_KEYS");
}

import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

const EXAMPLES = `Examples:
  millrace doctor                          what counts run on here, and whether they do
  millrace doctor --data /var/lib/millrace check every sum in a data directory
`;

/** `millrace doctor`: what a server would run on, and whether a data directory is whole. */
export function doctorCommand(): CommandUnknownOpts {
  return new Command("doctor")
    .description("Say what counts run on here, and check a data directory")
    .addHelpText("before", EXAMPLES)
    .addHelpText("after", "\nExits with 1 when something is damaged, with 2 when it cannot look.")
    .option("--data <directory>", "check it; no server may use it meanwhile (env: MILLRACE_DATA)")
    .option("--json", "print one document")
    .action(async (options) => {
      const { examine } = await import("./local/examine.ts");
      Deno.exitCode = await examine(options);
    });
}

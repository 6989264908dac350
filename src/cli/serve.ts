import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

/** `millrace serve`: the server, with all of its options. */
export function serveCommand(): CommandUnknownOpts {
  return new Command("serve")
    .description("Serve over HTTP; 'millrace serve --help' shows its options")
    .argument("[options...]", "options of the server")
    .helpOption(false) // the server has its own
    .allowUnknownOption()
    .action(async (args) => {
      const { runServer } = await import("./local/run_server.ts");
      const code = await runServer(args);
      if (code === undefined) await new Promise(() => {}); // signals end the process
      else Deno.exitCode = code;
    });
}

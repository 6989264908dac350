import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { jsonOption, keyFileOption, serverOption } from "./remote/server_options.ts";

const EXAMPLES = `Examples:
  millrace kernels                         what counts may be made by
  millrace kernels push mapper.ts          send a source or a module; prints its id
  echo 'Oslo,12' | millrace kernels try csv-group --option by=0 --option sum=1
`;

/** `millrace kernels`: what counts of a server may be made by. */
export function kernelsCommand(): CommandUnknownOpts {
  return new Command("kernels")
    .description("Kernels of a server: list, show, send, try, remove")
    .helpCommand(false)
    .addHelpText("before", EXAMPLES)
    .addCommand(listCommand() as CommandUnknownOpts, { isDefault: true })
    .addCommand(showCommand() as CommandUnknownOpts)
    .addCommand(pushCommand() as CommandUnknownOpts)
    .addCommand(tryCommand() as CommandUnknownOpts)
    .addCommand(removeCommand() as CommandUnknownOpts);
}

function listCommand() {
  return new Command("list")
    .description("List the kernels of the server, and those that you have sent")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (options) => {
      const { listKernels } = await import("./remote/kernels.ts");
      await listKernels(options);
    });
}

function showCommand() {
  return new Command("show")
    .description("Show a kernel and its options")
    .argument("<kernel>", "a name, an id, or 8 digits or more of one")
    .option("--source", "print what it was compiled from")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (name, options) => {
      const { showKernel } = await import("./remote/kernels.ts");
      await showKernel(name, options);
    });
}

function pushCommand() {
  return new Command("push")
    .description("Send a kernel: a source in AssemblyScript, or a module; prints its id")
    .argument("<file>", "the source or the module, or - for stdin")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (file, options) => {
      const { pushKernel } = await import("./remote/kernels.ts");
      await pushKernel(file, options);
    });
}

function tryCommand() {
  return new Command("try")
    .description("Run a kernel on one record and print what it emits")
    .argument("<kernel>", "a name, an id, or 8 digits or more of one")
    .argument("[file]", "the record, or - for stdin", "-")
    .option("--option <name=value>", "an option of the kernel; may be given again", collect)
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (name, file, options) => {
      const { tryKernel } = await import("./remote/try_kernel.ts");
      await tryKernel(name, file, options);
    });
}

function removeCommand() {
  return new Command("rm")
    .description("Make the server forget kernels that you have sent")
    .argument("<kernel...>", "ids, or 8 digits or more of them")
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (names, options) => {
      const { removeKernels } = await import("./remote/kernels.ts");
      await removeKernels(names, options);
    });
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

/** `millrace bench`: the benchmarks of a clone. */
export function benchCommand(): CommandUnknownOpts {
  return new Command("bench")
    .description("Measure, in a clone; 'millrace bench --help' shows how")
    .argument("[options...]", "names and options of benchmarks")
    .helpOption(false) // the benchmarks have their own
    .allowUnknownOption()
    .action(async (args) => {
      const { runBench } = await import("./local/run_bench.ts");
      Deno.exitCode = await runBench(args);
    });
}

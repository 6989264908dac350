import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

/** `millrace count`, which is also what `millrace FILE` is. */
export function countCommand(): CommandUnknownOpts {
  return new Command("count")
    .description("Counts words, lines or other keys of files, exactly")
    .argument("[file...]", "files, directories, globs, URLs, or - for stdin")
    .action(async (files) => {
      const { Engine } = await import("../mod.ts");
      await using engine = await Engine.start();
      for (const path of files) {
        const { segment } = await engine.submit(await Deno.readFile(path)).done;
        for (const { key, count } of segment.toArray()) console.log(`${key}\t${count}`);
      }
    });
}

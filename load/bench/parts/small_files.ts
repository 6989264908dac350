import { runCommand } from "../../support/commands.ts";

/** Files in a folder that has nothing else. */
export interface SmallFiles {
  folder: string;
  paths: string[];
}

/** Bytes of each. */
export const SMALL_BYTES = 4096;

/** Cuts files of whole lines from a text, so that their counts are those of all of them in a row. */
export async function writeSmall(
  folder: string,
  source: string,
  count: number,
): Promise<SmallFiles> {
  const files = { folder: `${folder}/small`, paths: [] as string[] };
  await Deno.mkdir(files.folder);
  const text = await Deno.readFile(source);
  const step = Math.floor((text.length - SMALL_BYTES) / count);
  for (let i = 0; i < count; i++) {
    const content = text.slice(i * step, i * step + SMALL_BYTES);
    content.fill(0x20, 0, content.indexOf(0x0a) + 1); // what is left of a word, or of a character
    content.fill(0x20, content.lastIndexOf(0x0a) + 1);
    content[SMALL_BYTES - 1] = 0x0a;
    const path = `${files.folder}/${i}`;
    await Deno.writeFile(path, content);
    files.paths.push(path);
  }
  return files;
}

/** All of them in a row, for a shell whose `$0` is the folder: so many names fit no command line. */
export const CAT_SMALL = 'find "$0" -type f -print0 | xargs -0 cat';

/** Words of all of them, as `wc -w` counts them, a process for each. */
export async function countByLoop({ folder }: SmallFiles): Promise<number> {
  const told = await runCommand("sh", ["-c", 'for f in "$0"/*; do wc -w < "$f"; done', folder]);
  return told.trim().split("\n").reduce((sum, line) => sum + Number(line), 0);
}

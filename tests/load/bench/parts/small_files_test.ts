import { assertEquals } from "@std/assert";
import {
  CAT_SMALL,
  countByLoop,
  SMALL_BYTES,
  writeSmall,
} from "../../../../load/bench/parts/small_files.ts";
import { runCommand } from "../../../../load/support/commands.ts";
import { TemporaryFolder } from "../../../../load/support/temporary_folder.ts";

Deno.test("writeSmall() cuts files whose words are those of all of them in a row", async () => {
  await using folder = await TemporaryFolder.make();
  const source = `${folder.path}/text`;
  await Deno.writeTextFile(source, "to be or not to be, that is the question\n".repeat(1000));
  const files = await writeSmall(folder.path, source, 5);
  const cat = await runCommand("sh", ["-c", CAT_SMALL, files.folder]);
  assertEquals(cat.length, 5 * SMALL_BYTES);
  const words = cat.trim().split(/\s+/);
  assertEquals(await countByLoop(files), words.length);
  assertEquals(words.length % 10, 0, "lines are whole");
});

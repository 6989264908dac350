import { assert } from "@std/assert";
import { compare, findMissing, installMillrace, paste } from "./guide_runs.ts";
import { readBlocks, ROOT } from "./guides.ts";
import { ServerProcess } from "./http/server.ts";
import { leftOut } from "./left_out.ts";

/** A section by its guide and its heading, with number signs; and the least blocks that it has. */
export type Section = readonly [guide: string, heading: string, least: number];

/** Types the blocks of sections, beside a server; left out where one of the programs is missing. */
export async function testSections(
  sections: readonly Section[],
  programs: readonly string[],
): Promise<void> {
  const missing = await findMissing(["sh", ...programs]);
  for (const [guide, heading, least] of sections) {
    const name = `${guide} shows what its commands print: ${heading.replace(/^#+ /, "")}`;
    if (missing.length > 0) leftOut(name, `no ${missing.join(", no ")}`);
    Deno.test(name, { ignore: missing.length > 0 }, async (t) => {
      const text = sectionOf(await Deno.readTextFile(new URL(guide, ROOT)), heading);
      const blocks = readBlocks(text).filter(({ language }) => language === "sh");
      assert(blocks.length >= least, `${blocks.length} blocks`);
      await using server = await ServerProcess.start();
      const folder = await Deno.makeTempDir({ prefix: "millrace-guide-" });
      try {
        await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
        installMillrace(folder);
        for (const block of blocks.filter(({ text }) => !text.includes("deno install"))) {
          await t.step(block.text.split("\n")[0], async () => {
            compare(await paste(block, server.origin, folder), block.output);
          });
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

/** From a heading to the next one that is of its level or above. */
function sectionOf(guide: string, heading: string): string {
  const start = guide.indexOf(`\n${heading}\n`);
  assert(start >= 0, heading);
  const [signs] = heading.split(" ");
  const next = new RegExp(`^#{1,${signs.length}} `, "m");
  return guide.slice(start + 1 + heading.length).split(next)[0];
}

import { assert } from "@std/assert";
import { compare, findMissing, installMillrace, paste } from "../support/guide_runs.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { ServerProcess } from "../support/http/server.ts";
import { leftOut } from "../support/left_out.ts";

/** The sections whose blocks are typed here, by their guides. */
const SECTIONS = [
  ["src/cli/README.md", "## Counting in a shell"],
  ["src/cli/README.md", "## Merging and comparing"],
  ["src/http/README.md", "### Each line by itself"],
];

const missing = await findMissing(["sh", "gzip", "printf", "curl"]);
if (missing.length > 0) {
  leftOut("the transcripts of guides", `no ${missing.join(", no ")}`);
}

for (const [guide, section] of SECTIONS) {
  Deno.test({
    name: `${guide} shows what its commands print: ${section.replace(/^#+ /, "")}`,
    ignore: missing.length > 0,
    fn: async (t) => {
      await using server = await ServerProcess.start();
      const folder = await Deno.makeTempDir({ prefix: "millrace-guide-" });
      try {
        await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
        installMillrace(folder);
        const text = sectionOf(await Deno.readTextFile(new URL(guide, ROOT)), section);
        const blocks = readBlocks(text).filter(({ language }) => language === "sh");
        assert(blocks.length >= 1, `${blocks.length} blocks`);
        for (const block of blocks.filter(({ text }) => !text.includes("deno install"))) {
          await t.step(block.text.split("\n")[0], async () => {
            compare(await paste(block, server.origin, folder), block.output);
          });
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** @param heading With its number signs; the section ends at the next heading. */
function sectionOf(guide: string, heading: string): string {
  const start = guide.indexOf(`\n${heading}\n`);
  assert(start >= 0, heading);
  return guide.slice(start + 1 + heading.length).split(/^##+ /m)[0];
}

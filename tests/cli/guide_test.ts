import { assert } from "@std/assert";
import { compare, findMissing, installMillrace, paste } from "../support/guide_runs.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { ServerProcess } from "../support/http/server.ts";
import { leftOut } from "../support/left_out.ts";

const GUIDE = await Deno.readTextFile(new URL("src/cli/README.md", ROOT));

/** The sections whose blocks are typed here. */
const SECTIONS = ["Counting in a shell", "Merging and comparing"];

const missing = await findMissing(["sh", "gzip", "printf"]);
if (missing.length > 0) {
  leftOut("the transcripts of src/cli/README.md", `no ${missing.join(", no ")}`);
}

for (const section of SECTIONS) {
  Deno.test({
    name: `src/cli/README.md shows what its commands print: ${section}`,
    ignore: missing.length > 0,
    fn: async (t) => {
      await using server = await ServerProcess.start();
      const folder = await Deno.makeTempDir({ prefix: "millrace-guide-" });
      try {
        await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
        installMillrace(folder);
        const blocks = readBlocks(sectionOf(section)).filter(({ language }) => language === "sh");
        assert(blocks.length >= 2, `${blocks.length} blocks`);
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

function sectionOf(title: string): string {
  const start = GUIDE.indexOf(`\n## ${title}\n`);
  assert(start >= 0, title);
  return GUIDE.slice(start + 1).split(/^## /m)[1];
}

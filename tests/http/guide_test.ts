import { assert } from "@std/assert";
import { compare, findMissing, paste } from "../support/guide_runs.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { ServerProcess } from "../support/http/server.ts";
import { leftOut } from "../support/left_out.ts";

const GUIDE = await Deno.readTextFile(new URL("src/http/README.md", ROOT));

/** The chapters whose blocks are typed here. */
const CHAPTERS = ["Keys and values from records"];

const missing = await findMissing(["sh", "curl", "printf"]);
if (missing.length > 0) {
  leftOut("the commands of src/http/README.md", `no ${missing.join(", no ")}`);
}

for (const chapter of CHAPTERS) {
  Deno.test({
    name: `src/http/README.md shows what its commands print: ${chapter}`,
    ignore: missing.length > 0,
    fn: async (t) => {
      await using server = await ServerProcess.start();
      const folder = await Deno.makeTempDir({ prefix: "millrace-guide-" });
      try {
        const [, text] = GUIDE.split(`\n## ${chapter}\n`);
        const blocks = readBlocks(text.split(/^## /m)[0]).filter(({ language }) =>
          language === "sh"
        );
        assert(blocks.length > 2, `${blocks.length} blocks`);
        for (const block of blocks) {
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

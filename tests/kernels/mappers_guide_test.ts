import { assertEquals } from "@std/assert";
import { compare, findMissing, paste, RUNNERS } from "../support/guide_runs.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { ServerProcess } from "../support/http/server.ts";
import { leftOut } from "../support/left_out.ts";

const GUIDE = await Deno.readTextFile(new URL("assembly/library/README.md", ROOT));

/** What the blocks call. */
const PROGRAMS = ["sh", "curl", "grep", "sed"];

const missing = await findMissing(PROGRAMS);
if (missing.length > 0) leftOut("the mappers of the guide", `no ${missing.join(", no ")}`);

Deno.test({
  name: "assembly/library/README.md shows what its mappers make, and how they break",
  ignore: missing.length > 0,
  fn: async (t) => {
    await using server = await ServerProcess.start();
    const folder = await Deno.makeTempDir({ prefix: "millrace-mappers-" });
    try {
      const blocks = readBlocks(GUIDE).filter(({ language }) => language in RUNNERS);
      assertEquals(blocks.length, 9);
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

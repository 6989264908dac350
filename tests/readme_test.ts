import { assert } from "@std/assert";
import { compare, findMissing, installMillrace, paste, RUNNERS } from "./support/guide_runs.ts";
import { type CodeBlock, readBlocks, ROOT } from "./support/guides.ts";
import { ServerProcess } from "./support/http/server.ts";
import { leftOut } from "./support/left_out.ts";

const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** A page is what is read before one decides to read on. */
const MOST_BYTES = 14_336;

/** What the blocks call. */
const PROGRAMS = ["sh", "curl", "gzip", "awk", "python3"];

Deno.test("README.md is a page", () => {
  const { length } = new TextEncoder().encode(README);
  assert(length <= MOST_BYTES, `README.md has ${length} bytes, more than ${MOST_BYTES}`);
});

const missing = await findMissing(PROGRAMS);
if (missing.length > 0) leftOut("the commands of README.md", `no ${missing.join(", no ")}`);

Deno.test({
  name: "README.md shows what its commands print",
  ignore: missing.length > 0,
  fn: async (t) => {
    await using server = await ServerProcess.start();
    const folder = await Deno.makeTempDir({ prefix: "millrace-readme-" });
    try {
      await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
      installMillrace(folder);
      const blocks = readBlocks(README).filter(({ language }) => language in RUNNERS);
      assert(blocks.length > 10, `${blocks.length} blocks`);
      for (const block of blocks.filter((each) => !startsServer(each))) {
        await t.step(block.text.split("\n")[0], async () => {
          compare(await paste(block, server.origin, folder), block.output);
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** A block that calls npx starts a server, which runs here already, or fetches what this test has. */
function startsServer({ text }: CodeBlock): boolean {
  return /^npx /m.test(text);
}

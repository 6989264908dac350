import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { type CodeBlock, readBlocks, ROOT } from "./support/guides.ts";
import { ServerProcess } from "./support/http/server.ts";
import { leftOut } from "./support/left_out.ts";

const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** A page is what is read before one decides to read on. */
const MOST_BYTES = 14_336;

/** Programs by which a language's blocks are run; each reads them from its input. */
const RUNNERS: Readonly<Record<string, string>> = { sh: "sh", python: "python3" };

/** What the blocks call. */
const PROGRAMS = ["sh", "curl", "gzip", "awk", "python3"];

Deno.test("README.md is a page", () => {
  const { length } = new TextEncoder().encode(README);
  assert(length <= MOST_BYTES, `README.md has ${length} bytes, more than ${MOST_BYTES}`);
});

const missing = await findMissing();
if (missing.length > 0) leftOut("the commands of README.md", `no ${missing.join(", no ")}`);

Deno.test({
  name: "README.md shows what its commands print",
  ignore: missing.length > 0,
  fn: async (t) => {
    await using server = await ServerProcess.start();
    const folder = await Deno.makeTempDir({ prefix: "millrace-readme-" });
    try {
      await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
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

/** What a block prints in `folder`, with the server's address for the one that README.md has. */
async function paste({ language, text }: CodeBlock, origin: string, folder: string) {
  const process = new Deno.Command(RUNNERS[language], {
    cwd: folder,
    // No setting of the machine reaches the programs.
    env: { HOME: folder, NO_PROXY: "*", no_proxy: "*" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const pasted = text.replaceAll(/(http:\/\/)?localhost:8000/g, origin)
    .replaceAll(" /tmp/", ` ${folder}/`);
  await new Blob([pasted]).stream().pipeTo(process.stdin);
  const { stdout, stderr } = await process.output();
  const errors = new TextDecoder().decode(stderr);
  assertEquals(errors, "", text);
  return new TextDecoder().decode(stdout);
}

/**
 * Compares what was printed with what README.md shows. JSON is shown shortened: every member that is
 * shown must be in the answer. Data of an event are of the moment: their members' names must be
 * the same. All else must be the same, character for character, but for the CR that ends a line of
 * CSV.
 */
function compare(printed: string, shown: CodeBlock["output"]): void {
  if (shown?.language === "json") assertObjectMatch(JSON.parse(printed), JSON.parse(shown.text));
  else assertEquals(withoutData(printed.replaceAll("\r\n", "\n")), withoutData(shown?.text ?? ""));
}

function withoutData(text: string): string {
  return text.replaceAll(
    /^data: (.*)$/gm,
    (_, data) => `data: ${Object.keys(JSON.parse(data)).join()}`,
  );
}

/** Programs that this machine has not; on Windows the blocks are of another shell. */
async function findMissing(): Promise<string[]> {
  if (Deno.build.os === "windows") return ["POSIX shell"];
  const found = await Promise.all(PROGRAMS.map(async (program) => {
    try {
      const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] })
        .output();
      return success;
    } catch {
      return false;
    }
  }));
  return PROGRAMS.filter((_, i) => !found[i]);
}

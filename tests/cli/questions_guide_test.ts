import { assert, assertEquals } from "@std/assert";
import { parseCsv } from "../support/csv.ts";
import { compare, findMissing, installMillrace, paste } from "../support/guide_runs.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { leftOut } from "../support/left_out.ts";

const GUIDE = await Deno.readTextFile(new URL("src/records/README.md", ROOT));
const SAMPLES = new URL("tests/records/samples/", ROOT);

const blocks = readBlocks(GUIDE);
const missing = await findMissing(["sh", "sort", "uniq"]);
if (missing.length > 0) leftOut("the questions of records", `no ${missing.join(", no ")}`);

Deno.test({
  name: "src/records/README.md shows what its commands print",
  ignore: missing.length > 0,
  fn: async (t) => {
    await inSamples(async (folder) => {
      const ours = blocks.filter(({ language }) => language === "sh");
      assertEquals(ours.length, 9);
      for (const block of ours) {
        await t.step(block.text.trim(), async () => {
          compare(await paste(block, "", folder), block.output);
        });
      }
    });
  },
});

Deno.test({
  name: "other tools find what millrace finds in the samples",
  ignore: missing.length > 0,
  fn: async (t) => {
    await inSamples(async (folder) => {
      let ours = "";
      let compared = 0;
      for (const { language, text } of blocks) {
        if (language === "sh") ours = text.replace(/ -k \d+/, "").replace(" -f", " -k all -f");
        if (language !== "bash") continue;
        const expected = readRows(await paste({ language: "sh", text: ours }, "", folder));
        for (const [, tool, command] of text.matchAll(/^# (\w+)\n([^]*?)(?=^# |$(?![^]))/gm)) {
          compared++;
          const isMissing = (await findMissing([tool])).length > 0;
          if (isMissing) leftOut(command.trim(), `no ${tool}`);
          await t.step({
            name: command.trim(),
            ignore: isMissing,
            fn: async () => {
              const found = await paste({ language: "sh", text: command }, "", folder);
              assertEquals(readRows(found), expected);
              assert(expected.length > 1);
            },
          });
        }
      }
      assert(compared > 10, `${compared} commands of other tools`);
    });
  },
});

/** Does something in a folder with the samples and with `millrace`. */
async function inSamples(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "millrace-questions-" });
  try {
    installMillrace(folder);
    for await (const { name } of Deno.readDir(SAMPLES)) {
      await Deno.copyFile(new URL(name, SAMPLES), `${folder}/${name}`);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Rows of CSV, or of what `uniq -c` prints, without a header, in an order of their own. */
function readRows(text: string): string[] {
  const rows = parseCsv(text.replaceAll(/^ *(\d+) (.*)$/gm, "$2,$1")).map(({ fields }) => fields);
  return rows.map((cells) => cells.map((cell) => cell === "" ? cell : normalize(cell)))
    .filter((cells) => /^[\d.]+$/.test(cells.at(-1)!)).map((cells) => cells.join("|")).sort();
}

/** Numbers are compared by what they are: 7.50 is 7.5. */
function normalize(cell: string): string {
  return /^\d+(\.\d+)?$/.test(cell) ? `${Number(cell)}` : cell;
}

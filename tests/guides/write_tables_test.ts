import { assert, assertEquals } from "@std/assert";
import { GUIDE_TABLES } from "../../src/guides/guide_tables.ts";
import { renewGuide } from "../../src/guides/write_tables.ts";

for (const path of Object.keys(GUIDE_TABLES)) {
  Deno.test(`the tables of ${path} are those that the code makes`, async () => {
    const { written, renewed } = await renewGuide(path);
    assert(written === renewed, `${path} is older than the tables in code: run deno task docs`);
  });
}

Deno.test("every place for a table in a guide is in GUIDE_TABLES", async () => {
  const root = new URL("../../", import.meta.url);
  const rooms = await Array.fromAsync(Deno.readDir(new URL("src/", root)));
  const paths = rooms.filter(({ isDirectory }) => isDirectory).map(({ name }) =>
    `src/${name}/README.md`
  );
  const withPlaces: string[] = [];
  for (
    const path of [
      "README.md",
      "load/README.md",
      "tests/README.md",
      "src/README.md",
      "src/cli/COMMANDS.md",
      ...paths,
    ]
  ) {
    const guide = await Deno.readTextFile(new URL(path, root)).catch(() => "");
    if (/^<!-- table:/m.test(guide)) withPlaces.push(path);
  }
  assertEquals(withPlaces.sort(), Object.keys(GUIDE_TABLES).sort());
});

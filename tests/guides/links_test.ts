import { assert, assertEquals } from "@std/assert";
import { anchorsOf, linksOf, readGuides, ROOT } from "../support/guides.ts";

Deno.test("every relative link of a guide leads to a file, and its anchor to a heading", async () => {
  const guides = await readGuides();
  const broken: string[] = [];
  let seen = 0;
  for (const [path, guide] of guides) {
    for (const link of linksOf(guide).filter((each) => !/^\w+:/.test(each))) {
      seen++;
      const target = new URL(link, new URL(path, ROOT));
      const anchor = decodeURIComponent(target.hash.slice(1));
      target.hash = "";
      const text = guides.get(target.href.slice(ROOT.href.length));
      const isThere = text !== undefined || await exists(target);
      const isAnchored = anchor === "" || text !== undefined && anchorsOf(text).includes(anchor);
      if (!isThere || !isAnchored) broken.push(`${path}: ${link}`);
    }
  }
  assert(seen > 60, `${seen} links`);
  assertEquals(broken, []);
});

Deno.test("every file and every task that a guide names is there", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const wrong: string[] = [];
  let seen = 0;
  for (const [path, guide] of await readGuides()) {
    for (const [, name] of guide.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z][\w:]*)/g)) {
      if (!Object.hasOwn(tasks, name)) wrong.push(`${path}: deno task ${name}`);
    }
    for (
      const [, file] of guide.matchAll(
        /(?<![\w./-])((?:\.ci|assembly|load|src|tests|workers)\/[\w./]*\w)/g,
      )
    ) {
      seen++;
      const isBuilt = file.startsWith("assembly/compiled");
      if (!isBuilt && !await exists(new URL(file, ROOT))) wrong.push(`${path}: ${file}`);
    }
  }
  assert(seen > 60, `${seen} files`);
  assertEquals(wrong, []);
});

async function exists(url: URL): Promise<boolean> {
  return await Deno.stat(url).then(() => true, () => false);
}

Deno.test("anchorsOf() makes anchors as GitHub does, and linksOf() passes over code", () => {
  const guide = "# A `b`: c\n\n## [X](y.md) & Z\n\n## A b c\n\n```md\n# No\n[no](no.md)\n```\n" +
    "`[no](no.md)` [yes](yes.md#a)\n";
  assertEquals(anchorsOf(guide), ["a-b-c", "x--z", "a-b-c-1"]);
  assertEquals(linksOf(guide), ["y.md", "yes.md#a"]);
});

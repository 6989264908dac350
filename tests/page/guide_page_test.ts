import { assert, assertEquals } from "@std/assert";
import { readGuide, relinkGuide, renderGuide } from "../../src/page/guide_page.ts";
import { type Guide, GUIDES } from "../../src/page/guides.ts";
import { anchorsOf, linksOf, readBlocks, readGuides } from "../support/guides.ts";

async function renderAll(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const guide of GUIDES) pages.set(guide.name, await render(guide));
  return pages;
}

async function render(guide: Guide): Promise<string> {
  return (await renderGuide(guide, await readGuide(guide))).html;
}

function idsOf(page: string): string[] {
  return Array.from(page.matchAll(/\bid="([^"]*)"/g), ([, id]) => id);
}

Deno.test("GUIDES are README.md and the guides that it lists", async () => {
  const readme = (await readGuides()).get("README.md")!;
  const [, list] = readme.split("\n## Guides\n");
  const listed = linksOf(list).filter((link) => link.endsWith(".md"));
  assertEquals(GUIDES.map(({ path }) => path), ["README.md", ...listed]);
});

Deno.test("renderGuide() links to guides and anchors that are there, and to the web", async () => {
  const pages = await renderAll();
  let seen = 0;
  for (const [name, page] of pages) {
    assertEquals(new Set(idsOf(page)).size, idsOf(page).length, `${name}: each anchor stands once`);
    for (const [, address] of page.matchAll(/href="([^"]*)"/g)) {
      if (/^https?:\/\//.test(address) || address === "../docs") continue;
      seen++;
      const [other, anchor] = address.split("#");
      const target = other === "" ? page : pages.get(other) ?? "";
      assert(target !== "", `${name}: ${address}`);
      const isThere = anchor === undefined || idsOf(target).includes(decodeURIComponent(anchor));
      assert(isThere, `${name}: ${address}`);
    }
  }
  assert(seen > 200, `${seen} links`);
});

Deno.test("renderGuide() loads nothing and shows neither marks nor the files of the repository", async () => {
  for (const [name, page] of await renderAll()) {
    const tags = Array.from(page.matchAll(/<[a-z][^>]*>/g), ([tag]) => tag).join("\n");
    assertEquals(/<(script|link|img|iframe)|\b(style|src)=|\bon\w+=/.exec(tags), null, name);
    const prose = page.replaceAll(/<code[^]*?<\/code>/g, "");
    assertEquals(/&lt;!--|\.md"/.exec(prose), null, name);
    assertEquals(page.includes("localhost:8000"), false, name);
  }
});

Deno.test("renderGuide() has every heading, block of code and table of the guide", async () => {
  const guides = await readGuides();
  for (const { name, path } of GUIDES) {
    const guide = guides.get(path)!;
    const page = await render(GUIDES.find((each) => each.name === name)!);
    const headings = anchorsOf(guide).slice(1);
    assertEquals(headings.filter((each) => !idsOf(page).includes(each)), [], name);
    const shown = readBlocks(guide).reduce((sum, { output }) => sum + (output ? 2 : 1), 0);
    assertEquals(page.match(/<pre>/g)?.length ?? 0, shown, name);
    const tables = guide.match(/^ *\| -+ /gm)?.length ?? 0;
    assertEquals(page.match(/<table>/g)?.length ?? 0, tables, name);
  }
});

Deno.test("readGuide() names the site of the examples, and no other port of this machine", async () => {
  const text = await readGuide(GUIDES.find(({ name }) => name === "running")!);
  assertEquals([text.includes("http://localhost:4318"), text.includes("localhost:8000")], [
    true,
    false,
  ]);
  assert(text.includes("'http://site.invalid/v1/count?top=3'"), "examples ask the site");
  assertEquals(text.includes("<!--"), false);
});

Deno.test("relinkGuide() links to the guides beside it, and to no file", async () => {
  const names = GUIDES.map(({ name }) => name);
  let seen = 0;
  for (const guide of GUIDES) {
    for (const link of linksOf(relinkGuide(guide, await readGuide(guide)))) {
      if (/^(https?:|#)/.test(link)) continue;
      seen++;
      assert(names.includes(link.split("#")[0]), `${guide.name}: ${link}`);
    }
  }
  assert(seen > 50, `${seen} links`);
  const [, http] = GUIDES;
  const text =
    "[a](../shared/README.md), [b](../cli/README.md#metrics), `[c](x)`, ![d](d.svg) ![e](e.webp)";
  assertEquals(relinkGuide(http, text), "a, [b](running#metrics), `[c](x)`, d e");
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MEDIA_TYPES, OTHER_MEDIA_TYPES } from "../../src/contract/media_types.ts";
import { CHOICE_NOTES } from "../../src/contract/parameter_notes.ts";
import { PROBLEMS } from "../../src/contract/problems.ts";
import { createTestApp } from "../support/http/test_app.ts";

async function readPage(url = "http://localhost/docs"): Promise<string> {
  await using test = await createTestApp({ hosts: ["counts.example"] });
  return await (await test.app.request(url)).text();
}

/** A page's text as a reader sees it. */
function visibleText(page: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" };
  return page.replace(/<style>[^]*?<\/style>/, "").replace(/<[^>]+>/g, "")
    .replace(/&(lt|gt|quot|amp|#39);/g, (_, name) => names[name]);
}

Deno.test("renderDocsPage() lists every heading in its contents, by an anchor that is there", async () => {
  const page = await readPage();
  const contents = /<nav>([^]*?)<\/nav>/.exec(page)![1];
  const listed = new Set(Array.from(contents.matchAll(/href="#([\w-]+)"/g), ([, id]) => id));
  assert(listed.size > 30, `${listed.size} entries`);
  const ids = Array.from(page.matchAll(/\bid="([\w-]+)"/g), ([, id]) => id);
  assertEquals(new Set(ids).size, ids.length, "each anchor stands once");
  for (const id of listed) assert(ids.includes(id), `#${id} is nowhere`);
  const headings = page.matchAll(/<(?:h[23]|section) id="([\w-]+)"/g);
  for (const [, id] of headings) assert(listed.has(id), `#${id} is not in the contents`);
});

Deno.test("renderDocsPage() explains every value of every choice", async () => {
  const text = visibleText(await readPage());
  for (const notes of Object.values(CHOICE_NOTES)) {
    for (const note of Object.values(notes)) assertStringIncludes(text, note.replaceAll("`", ""));
  }
});

Deno.test("renderDocsPage() names every content type and every problem with its status", async () => {
  const page = await readPage();
  const text = visibleText(page);
  for (const media of Object.values(MEDIA_TYPES)) assertStringIncludes(text, media);
  for (const media of Object.keys(OTHER_MEDIA_TYPES)) {
    assertStringIncludes(text, media.split(";")[0]);
  }
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    const start = page.indexOf(`<tr id="problem-${code.replaceAll("_", "-")}">`);
    const row = visibleText(page.slice(start, page.indexOf("</tr>", start)));
    for (const part of [String(status), title]) assertStringIncludes(row, part, code);
  }
});

Deno.test("renderDocsPage() asks the server in its examples where the client asked for the page", async () => {
  for (const site of ["http://counts.example:81", "http://localhost"]) {
    const page = await readPage(`${site}/docs`);
    const addresses = new Set(
      Array.from(page.matchAll(/(https?:\/\/[^/&]+)\/v1\//g), ([, at]) => at),
    );
    assertEquals([...addresses], [site]);
    assertEquals([page.includes("site.invalid"), page.includes("localhost:8000")], [false, false]);
  }
});

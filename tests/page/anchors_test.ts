import { assertEquals } from "@std/assert";
import { Anchors, plainText } from "../../src/page/anchors.ts";
import { anchorsOf, readGuides } from "../support/guides.ts";

Deno.test("Anchors makes the anchors that links in the guides name", async () => {
  for (const [path, guide] of await readGuides()) {
    const headings = guide.replaceAll(/^ *```[^]*?^ *```$/gm, "").matchAll(/^#+ (.*)$/gm);
    const anchors = new Anchors();
    assertEquals(Array.from(headings, ([, each]) => anchors.next(each)), anchorsOf(guide), path);
  }
});

Deno.test("Anchors numbers a heading that comes again", () => {
  const anchors = new Anchors();
  const names = ["A `b`: c", "a b c", "[A b](x.md) c", "Über"].map((each) => anchors.next(each));
  assertEquals(names, ["a-b-c", "a-b-c-1", "a-b-c-2", "über"]);
});

Deno.test("plainText() leaves words alone", () => {
  assertEquals(plainText("The `key` of [a *job*](../x.md#y)"), "The key of a job");
});

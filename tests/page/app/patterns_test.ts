import { assertEquals, assertMatch } from "@std/assert";
import { changesOf, DEFAULTS } from "../../../src/page/app/client/options.js";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import { assertFits, count, NARROW, open, rowsOf, testPage } from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

Deno.test("changesOf() says what patterns need, and of tokens nothing", () => {
  const options = { ...DEFAULTS, n: "2", stop: "en", patterns: "a\nb", overlap: "all" };
  const namesOf = (changes: Partial<typeof DEFAULTS>) =>
    changesOf({ ...options, ...changes }).map(([name]) => name);
  assertEquals(namesOf({}), ["n", "stop", "top"]);
  assertEquals(namesOf({ tokenizer: "pattern" }), ["tokenizer", "patterns", "overlap", "top"]);
  assertEquals(namesOf({ tokenizer: "template" }), ["tokenizer", "top"]);
  assertEquals(namesOf({ tokenizer: "pattern", key: "column(1)" }), ["key", "top"]);
});

await testPage("patterns on the page in a browser", {
  async "have a field of their own, a line each, and count wherever they stand"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, NARROW);
    const { page, complaints } = opened;
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.getByLabel("write or paste").fill("banana, it's a ban");
    assertEquals(loaded.filter((path) => /pattern/.test(path)), [], "not before it is wanted");
    await page.locator("[name=tokenizer]").selectOption("pattern");
    const field = page.getByLabel("One a line");
    await field.fill("ana\n\nan\nit's\n");
    assertEquals(await field.inputValue(), "ana\n\nan\nit's\n", "is left as it was written");
    for (const name of ["n", "stop"]) {
      assertEquals(await page.locator(`[name=${name}]`).isDisabled(), true, name);
    }
    await page.locator("form pre").nth(1).waitFor();
    const lines = await page.locator("form pre").allTextContents();
    assertMatch(lines[0], /count\?tokenizer=pattern&patterns=ana%0Aan%0Ait%27s&top=0'$/);
    assertMatch(lines[1], /^millrace count --tokenizer pattern --patterns 'ana\nan\nit'\\''s' /);
    await assertFits(page);
    await assertAccessible(page);
    await page.locator("[name=tokenizer]").selectOption("lines");
    await page.locator("[name=tokenizer]").selectOption("pattern");
    assertEquals(await field.inputValue(), "ana\nan\nit's", "is there again, as it counts");
    await page.getByLabel("Of those that overlap").selectOption("all");
    await count(page);
    await eventually(async () =>
      assertEquals((await rowsOf(page)).map((row) => row.slice(1, 3)), [
        ["an", "3"],
        ["ana", "2"],
        ["it's", "1"],
      ])
    );
    assertEquals(complaints, []);
  },
});

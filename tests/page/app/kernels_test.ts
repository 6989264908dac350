import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { nameIn, TEMPLATE, withName } from "../../../src/page/app/client/kernel_draft.js";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import {
  assertFits,
  count,
  DARK,
  drop,
  NARROW,
  open,
  REFUSALS,
  rowsOf,
  testPage,
} from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

/** Of two lines, and with a word that runs from right to left. */
const SAMPLE = "To be\nשלום to";

const WRONG = [
  'import { emit } from "millrace";',
  "",
  "export function map(line: string): void {",
  "  emit(line.splitt());",
  "  const n: i32 = word;",
  "}",
].join("\n");

/** A difference depends on the order of its numbers, so that no thread may combine by it. */
const UNORDERED = [
  'import { emitValue } from "millrace";',
  'export function map(line: string): void { emitValue("all", 1); }',
  "export function combine(a: i64, b: i64): i64 { return a - b; }",
].join("\n");

const FAILING = [
  'import { emit, fail } from "millrace";',
  'export function map(line: string): void { fail("no number"); emit(line); }',
].join("\n");

Deno.test("nameIn() and withName() read and write what a source calls its kernel", () => {
  assertEquals([nameIn(TEMPLATE), nameIn("")], ["my-words", ""]);
  const named = withName(TEMPLATE, 'log$&-"status');
  assertEquals(nameIn(named), "log$&-status");
  assertEquals(named.replace("log$&-status", "my-words"), TEMPLATE);
  const bare = 'import { emit } from "millrace";\nexport function map(line: string): void {}\n';
  assertEquals(withName(bare, "x").split("\n"), [
    'import { emit } from "millrace";',
    "",
    'export const name = "x";',
    "export function map(line: string): void {}",
    "",
  ]);
  assertEquals(withName("", "x"), 'export const name = "x";\n');
});

const source = (page: Page) => page.getByLabel("Source", { exact: true });
const tryIt = (page: Page) => page.getByRole("button", { name: "Try it" }).click();

/** Names of the kernels that somebody has sent. */
async function sentTo(origin: string): Promise<string[]> {
  const { kernels } = await (await fetch(`${origin}/v1/kernels`)).json();
  return kernels.filter((each: { builtIn: boolean }) => !each.builtIn)
    .map((each: { name: string }) => each.name);
}

await testPage("kernels on the page in a browser", {
  async "begin with one that works, are tried, kept, run, listed and removed"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, `${server.origin}/#kernels`);
    const { page, complaints } = opened;
    await source(page).waitFor();
    assertEquals(await source(page).inputValue(), TEMPLATE);
    await assertAccessible(page);
    await page.getByLabel("A sample of a text").fill(SAMPLE);
    await tryIt(page);
    await eventually(async () =>
      assertEquals(await rowsOf(page, "What it emits"), [
        ["to", "1"],
        ["be", "1"],
        ["שלום", "1"],
        ["to", "1"],
      ])
    );
    assertMatch(await page.getByText("It emits 4 keys.").textContent() ?? "", / of 1,000 ms, /);
    assertEquals(await sentTo(server.origin), [], "a trial keeps nothing");
    await page.getByLabel("Name", { exact: true }).fill("line-words");
    assertStringIncludes(await source(page).inputValue(), 'export const name = "line-words";');
    await assertAccessible(page);
    await tryIt(page); // which takes away what it has sent, but not what is kept meanwhile
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("heading", { name: "Kernel line-words" }).waitFor();
    assertEquals(await sentTo(server.origin), ["line-words"]);
    await assertAccessible(page);
    await drop(page, "b a\nb", "a b");
    const id = new URL(page.url()).hash.slice("#kernel=".length);
    const line = await page.locator("form pre").textContent() ?? "";
    assertStringIncludes(line, `/v1/count?top=0&kernel=${id}`);
    await count(page);
    await page.locator(".totals").waitFor();
    await eventually(async () =>
      assertEquals((await rowsOf(page)).map((row) => row.slice(0, 3)), [
        ["1", "b", "3"],
        ["2", "a", "2"],
      ])
    );
    await page.getByRole("link", { name: "Kernels" }).click();
    const remove = page.getByRole("button", { name: "Remove line-words" });
    await remove.waitFor();
    assertStringIncludes(await source(page).inputValue(), "line-words", "the draft is still there");
    await remove.click();
    await eventually(async () => assertEquals(await remove.count(), 0));
    assertEquals(await sentTo(server.origin), []);
    assertEquals(complaints, []);
  },

  async "are told what does not compile at its lines, and what else is wrong in words"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, `${server.origin}/#kernels`, {
      ...NARROW,
      ...DARK,
    }, REFUSALS);
    const { page, complaints } = opened;
    await source(page).fill(WRONG);
    await tryIt(page);
    const wrong = page.locator(".code .wrong");
    await eventually(async () => assertEquals(await wrong.count(), 2));
    assertEquals(await page.locator(".code pre > div").count(), 6);
    const told = await page.getByRole("alert").textContent() ?? "";
    assertMatch(told, /Line 4, column 13.*splitt.*Line 5, column 18.*word/s);
    assertMatch(await wrong.first().textContent() ?? "", /^ {2}emit\(line\.splitt.*splitt/);
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole("button", { name: "Line 5, column 18" }).click();
    const caret = await page.evaluate(
      "[document.activeElement.ariaLabel, document.activeElement.selectionStart]",
    );
    assertEquals(caret, ["Source", WRONG.indexOf("word;")]);
    await page.keyboard.type("1 + ");
    assertEquals(await source(page).inputValue(), WRONG.replace("word;", "1 + word;"));
    await eventually(async () => assertEquals(await wrong.count(), 0));
    await source(page).fill(UNORDERED);
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByText(/combine.* Leave that out\./).waitFor();
    await source(page).fill(FAILING);
    await tryIt(page);
    await page.getByText(/no number.* Mend the source, or the sample\./).waitFor();
    await assertAccessible(page);
    assertEquals(await sentTo(server.origin), []);
    assertEquals(complaints, []);
  },

  async "can be written and left by the keyboard, and are there again after a reload"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, `${server.origin}/#kernels`);
    const { page, complaints } = opened;
    const focused = async () =>
      await page.evaluate("document.activeElement.textContent || document.activeElement.tagName");
    await source(page).fill("a");
    await source(page).press("Tab");
    assertEquals(await source(page).inputValue(), "a  ");
    await page.keyboard.press("Control+z");
    assertEquals(await source(page).inputValue(), "a");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assertEquals(await focused(), "INPUT", "the field of the name");
    assertEquals(await source(page).inputValue(), "a");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    assert(await focused() !== "TEXTAREA");
    await page.reload();
    await source(page).waitFor();
    assertEquals(await source(page).inputValue(), "a");
    await page.getByRole("button", { name: "Begin anew" }).click();
    assertEquals(await source(page).inputValue(), TEMPLATE);
    assertEquals(complaints, []);
  },

  async "that come with the server have options, and a source to begin with"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, `${server.origin}/#kernels`, NARROW);
    const { page, complaints } = opened;
    await page.getByRole("link", { name: "csv-group" }).click();
    await page.getByRole("heading", { name: "Kernel csv-group" }).waitFor();
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await page.getByLabel("sum", { exact: true }).fill("2");
    await page.getByLabel("A sample of a text").fill("Oslo,x,12\nRome,y,-5.25");
    await tryIt(page);
    await eventually(async () =>
      assertEquals(await rowsOf(page, "What it emits"), [["Oslo", "12"], ["Rome", "-5.25"]])
    );
    await assertAccessible(page);
    await assertFits(page);
    assertEquals(await page.getByRole("button", { name: "Remove it" }).count(), 0);
    await drop(page, "Oslo,x,12\nRome,y,-5.25\nOslo,z,30");
    await count(page);
    await eventually(async () =>
      assertEquals((await rowsOf(page)).map((row) => row.slice(1, 3)), [
        ["Oslo", "42"],
        ["Rome", "-5.25"],
      ])
    );
    await page.goBack();
    await page.getByRole("button", { name: "Edit a copy" }).click();
    await source(page).waitFor();
    const text = await (await fetch(`${server.origin}/v1/kernels/csv-group/source`)).text();
    assertEquals(await source(page).inputValue(), text);
    await source(page).fill(`${text}// mine`);
    for (const [answer, expected] of [["dismiss", `${text}// mine`], ["accept", text]] as const) {
      await page.goto(`${server.origin}/#kernel=csv-group`);
      page.once("dialog", (dialog) => dialog[answer]());
      await page.getByRole("button", { name: "Edit a copy" }).click();
      const kept = await page.evaluate("sessionStorage.getItem('millrace-kernel')");
      assertEquals(kept, expected, answer);
    }
    assertEquals(complaints, []);
  },

  async "cannot be written where there is no compiler, and the page says so"(browser) {
    await using server = await startPageServer({ onDeploy: true, insecure: true });
    await using opened = await open(browser, `${server.origin}/#kernels`, NARROW, REFUSALS);
    const { page, complaints } = opened;
    await page.getByText("This server has no compiler").waitFor();
    assertEquals(await source(page).count(), 0);
    await page.getByRole("link", { name: "csv-group" }).waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await page.goto(`${server.origin}/#kernel=none`);
    await page.getByText("The server has no such kernel").waitFor();
    assertEquals(complaints, []);
  },
});

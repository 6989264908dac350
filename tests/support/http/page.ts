import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { assertEquals } from "@std/assert";
import { leftOut } from "../left_out.ts";
import { TempFiles } from "../temp_files.ts";
import { PATIENCE_MS } from "../waits.ts";
import { findChromium, launch, listen } from "./browser.ts";

/** The narrowest screen that the page is made for. */
export const NARROW: BrowserContextOptions = { viewport: { width: 360, height: 640 } };
export const DARK: BrowserContextOptions = { colorScheme: "dark" };

/** What the console says of an answer that is a problem. */
export const REFUSALS = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** A test in a browser of its own, step by step; left out where there is none. */
export async function testPage(
  name: string,
  steps: Record<string, (browser: Browser) => Promise<void>>,
): Promise<void> {
  const chromium = await findChromium();
  if (chromium === undefined) leftOut(name, "no Chromium on PATH or in CHROMIUM");
  Deno.test({
    name,
    ignore: chromium === undefined,
    fn: async (t) => {
      const browser = await launch(chromium!);
      try {
        for (const [step, run] of Object.entries(steps)) await t.step(step, () => run(browser));
      } finally {
        await browser.close();
      }
    },
  });
}

/** The page in a tab of its own, and what it complains of but for what is allowed. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  allowed?: RegExp,
) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = listen(page, allowed);
  await page.goto(url);
  await page.locator("main h1").waitFor();
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Chooses files of these texts, which the browser reads where they are, until the page closes. */
export async function drop(page: Page, ...texts: string[]): Promise<void> {
  const files = new TempFiles();
  page.once("close", () => files[Symbol.dispose]());
  // A text is counted whatever its name says.
  const paths = texts.map((text, i) => files.write(`text${i}.json`, text));
  await page.locator("input[type=file]").setInputFiles(paths);
}

export async function count(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Count", exact: true }).click();
}

/** Rows of the table of keys, or of another one that scrolls, as they are shown at one moment. */
export async function rowsOf(page: Page, label = "Keys"): Promise<string[][]> {
  return await page.locator(`[aria-label="${label}"] tbody tr`).evaluateAll((rows) =>
    // deno-lint-ignore no-explicit-any
    rows.map((row: any) => [...row.cells].map((cell) => cell.textContent))
  );
}

/** Fails where something is wider than the screen. */
export async function assertFits(page: Page): Promise<void> {
  const fits = await page.evaluate("document.documentElement.scrollWidth <= innerWidth");
  assertEquals(fits, true, "nothing is wider than the screen");
}

/** The id of the job that the page shows. */
export function jobOf(page: Page): string {
  return new URL(page.url()).hash.slice("#job=".length);
}

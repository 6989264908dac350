import { assertEquals } from "@std/assert";
import { tmpdir } from "node:os";
import type { BrowserContextOptions, Page } from "playwright-core";
import { assertAccessible, PASSING_BYTES, startPageServer } from "../../support/http/browser.ts";
import { assertFits, count, DARK, drop, NARROW, open, testPage } from "../../support/http/page.ts";

/** Where pictures of the page go, for a human to look at. */
const FOLDER = Deno.env.get("MILLRACE_SCREENSHOTS") ?? `${tmpdir()}/millrace-screenshots`;

const LOOKS: Record<string, BrowserContextOptions> = {
  light: {},
  dark: DARK,
  "narrow-light": NARROW,
  "narrow-dark": { ...NARROW, ...DARK },
};

/** Words of both directions and of none, longer ones than a narrow screen has room for. */
const TEXT = `the whale ${"the ".repeat(40)} שלום עולם 世界 ${"long".repeat(60)} مرحبا the whale`;

/** Hours, and how often two codes stand in each. */
const LOG = Array.from({ length: 24 }, (_, hour) => {
  const time = `2026-11-27T${String(hour).padStart(2, "0")}:00Z`;
  return `${time},ok\n`.repeat(1 + hour * (24 - hour)) + `${time},failed\n`.repeat(hour % 7);
}).join("");

/** Takes pictures of a page, each of a view that must fit, and that all can use. */
function photographer(page: Page, look: string) {
  return async (view: string) => {
    await assertFits(page);
    await assertAccessible(page);
    await page.screenshot({ path: `${FOLDER}/${view}-${look}.png`, fullPage: true });
  };
}

/** Counts a text, and gives the id of its job. */
async function countOn(origin: string, body: string, query: string): Promise<string> {
  const headers = { prefer: "wait=60", "content-type": "text/plain" };
  const response = await fetch(`${origin}/v1/jobs?${query}`, { method: "POST", body, headers });
  await response.body!.cancel();
  return response.headers.get("content-location")!.split("/")[3];
}

await testPage("pictures of the page, for a human to look at", {
  async "are of every view, in the light and the dark, on wide and narrow screens"(browser) {
    await Deno.mkdir(FOLDER, { recursive: true });
    await using server = await startPageServer({}, true);
    const { origin } = server;
    const words = await countOn(origin, TEXT, "");
    const others = await countOn(origin, TEXT.replaceAll("whale", "monster"), "");
    const log = await countOn(origin, LOG, "by=time(1h,column(1))&key=column(2)");
    for (const [look, options] of Object.entries(LOOKS)) {
      await using opened = await open(browser, origin, options);
      const { page, complaints } = opened;
      const photograph = photographer(page, look);
      await drop(page, "to be or not to be ".repeat(4 * PASSING_BYTES / 19));
      await photograph("form");
      await count(page);
      await page.locator(".bars rect").first().waitFor();
      await photograph("running");
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("heading", { name: "cancelled" }).waitFor();
      await page.goto(`${origin}/#job=${words}`);
      await page.getByText("Plots: Zipf").click();
      await page.locator(".slope").waitFor();
      await photograph("result");
      await page.goto(`${origin}/#job=${log}`);
      await page.getByText("Trend: how often").click();
      await page.locator(".trend path").nth(1).waitFor();
      await photograph("trend");
      await page.goto(`${origin}/#compare=${words},${others}`);
      await page.locator(".compared rect").first().waitFor();
      await photograph("compare");
      await page.goto(`${origin}/#jobs`);
      await page.getByRole("button", { name: /^Remove/ }).nth(2).waitFor();
      await photograph("counts");
      await page.goto(`${origin}/#engine`);
      await page.locator(".threads").waitFor();
      await photograph("engine");
      assertEquals(complaints, []);
    }
    console.log(`pictures of the page are in ${FOLDER}`);
  },
});

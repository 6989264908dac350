import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { assertAccessible, type PageServer, startPageServer } from "../../support/http/browser.ts";
import { assertFits, NARROW, open, testPage } from "../../support/http/page.ts";

/** More keys than the least memory of an approximate count holds. */
const KEYS = 300_000;

const MANY = Array.from({ length: KEYS }, (_, i) => `k${i} the`).join("\n");

const SALES = "country,city\nMali,Kayes\nMali,Gao\nPeru,Lima\n";

/** As long as keys can be, about. */
const LONG = "x".repeat(60_000);

/** The height of a line of the page. */
const LINE_PX = 24;

/** Counts a text by a query that the page does not make, and shows the result. */
async function show(page: Page, { origin }: PageServer, query: string, body: string) {
  const headers = { "content-type": "text/plain" };
  const response = await fetch(`${origin}/v1/jobs?${query}`, { method: "POST", headers, body });
  const { id } = await response.json();
  await page.goto(`${origin}/#job=${id}`);
  const totals = page.locator(".totals");
  await totals.waitFor();
  return await totals.textContent() ?? "";
}

await testPage("what the page says of a result in a browser", {
  async "calls approximate what is, with its bound, in totals, trend and plots"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const said = await show(page, server, "mode=approx&memory=4MiB&by=part", MANY);
    const [, bound] = /approximately: a count may be up to (\d+) too low, none is/.exec(said)!;
    assertMatch(said, /^600,000 tokens .* about \d{3},\d{3} different keys/);
    await page.getByText(/^Trend/).click();
    const least = Number(bound) + 1;
    await page.getByText(new RegExp(`left\\s+out are counts\\s+of ${least} and less`)).waitFor();
    await page.getByText(/^Plots/).click();
    await page.getByText(/^Of the [\d,]+\s+most frequent\s+keys\.$/).waitFor();
    await assertAccessible(page);
    assertEquals(complaints, []);
  },

  async "calls exact an approximate count for which there was room"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    assertMatch(
      await show(opened.page, server, "mode=approx", "b a b"),
      /^3 tokens in 5 B, and 2 different keys, .*, exactly\.$/,
    );
  },

  async "says how far estimates of values are from the truth"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page } = opened;
    const values = "header=true&key=column(country)&value=column(city)&agg=";
    assertMatch(
      await show(page, server, `${values}approxDistinct`, SALES),
      /an estimate, with a standard error of 1\.6 %\.$/,
    );
    assertMatch(await show(page, server, `${values}distinct`, SALES), /, exactly\.$/);
  },

  async "calls words words, in groups and of records, and records records"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page } = opened;
    const textOf = (query: string) => show(page, server, query, SALES);
    assertMatch(await textOf("by=part"), /^8 tokens /);
    assertMatch(await textOf("records=csv&key=word"), /^8 tokens /);
    assertMatch(await textOf("key=column(1)"), /^4 records /);
    assertMatch(await textOf("tokenizer=template"), /^4 records /);
  },

  async "shows the beginning of a key that would hide all others"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, NARROW);
    const { page } = opened;
    await show(page, server, "", `${LONG} b b`);
    const cell = page.locator('[aria-label="Keys"] tbody th').nth(1);
    assertEquals(await cell.textContent(), `${LONG.slice(0, 1000)}… (60,000 long)`);
    const { width } = (await cell.boundingBox())!;
    assert(width <= NARROW.viewport!.width / 2, `${width} pixels`);
    await assertFits(page);
  },

  async "breaks no key on a narrow screen that fits"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, NARROW);
    const { page } = opened;
    const form = new FormData();
    form.append("file", new File(["internationalization b"], "loomings.txt"));
    const response = await fetch(`${server.origin}/v1/jobs?by=part`, {
      method: "POST",
      body: form,
    });
    await page.goto(`${server.origin}/#job=${(await response.json()).id}`);
    const cells = page.locator('[aria-label="Keys"] tbody th');
    await cells.first().waitFor();
    const heights = await cells.evaluateAll((all) => all.map((cell) => cell.offsetHeight));
    assertEquals(heights.length, 4);
    assert(Math.max(...heights) < 2 * LINE_PX, `${heights}`);
    await assertFits(page);
  },
});

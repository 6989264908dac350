import { assertEquals, assertMatch } from "@std/assert";
import type { Measure } from "../../../src/contract/compare_options.ts";
import type { ComparisonDocument } from "../../../src/contract/documents.ts";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import { assertFits, DARK, NARROW, open, rowsOf, testPage } from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

/** 70 keys that both texts have, and one of each text's own. */
const SHARED = Array.from({ length: 70 }, (_, i) => `k${String(i).padStart(2, "0")}`);
const TEXT_A = [...SHARED, ..."whale ".repeat(40).split(" ")].join(" ");
const TEXT_B = [...SHARED, ...SHARED, ..."monster ".repeat(90).split(" ")].join(" ");

/** Counts a text, and gives the id of its job. */
async function countOn(origin: string, body: string): Promise<string> {
  const headers = { prefer: "wait=30" };
  const response = await fetch(`${origin}/v1/jobs`, { method: "POST", body, headers });
  await response.body!.cancel();
  assertEquals(response.status, 200);
  return response.headers.get("content-location")!.split("/")[3];
}

await testPage("two counts compared in a browser", {
  async "are chosen in the list, and shown as the API has them, by pages"(browser) {
    await using server = await startPageServer();
    const a = await countOn(server.origin, TEXT_A);
    const b = await countOn(server.origin, TEXT_B);
    await using opened = await open(browser, `${server.origin}/#jobs=${a}`);
    const { page, complaints } = opened;
    const boxes = page.getByRole("checkbox", { name: /^Compare the count/ });
    await boxes.nth(1).waitFor();
    assertEquals(await boxes.nth(0).isChecked(), false);
    assertEquals(await boxes.nth(1).isChecked(), true, "the older one is chosen by the link");
    await boxes.nth(0).check();
    await assertAccessible(page);
    await page.getByRole("link", { name: "Compare the two" }).click();
    await page.getByRole("heading", { name: "Two counts compared" }).waitFor();
    assertEquals(new URL(page.url()).hash, `#compare=${a},${b}`);
    const path = `${server.origin}/v1/jobs/${a}/compare?with=${b}&top=0`;
    const { rows }: ComparisonDocument = await (await fetch(path)).json();
    assertEquals(rows.length, 72);
    await eventually(async () => assertEquals((await rowsOf(page)).length, 50));
    const first = await rowsOf(page);
    await page.getByRole("button", { name: "Next" }).click();
    await eventually(async () => assertEquals((await rowsOf(page)).length, 22));
    const shown = [...first, ...await rowsOf(page)];
    const two = (number: number) => number.toFixed(2).replace("-", "−");
    assertEquals(
      shown.map(([key, g2, logRatio, , countA, countB]) => [key, g2, logRatio, countA, countB]),
      rows.map(({ key, g2, logRatio, countA, countB }) =>
        [key, two(g2), two(logRatio), countA, countB].map(String)
      ),
    );
    assertEquals(shown[0][6], Math.round(rows[0].perMillionA).toLocaleString("en"));
    assertEquals(complaints, []);
  },

  async "have bars to both sides, can be searched, exchanged and taken away"(browser) {
    await using server = await startPageServer();
    const a = await countOn(server.origin, TEXT_A);
    const b = await countOn(server.origin, TEXT_B);
    await using opened = await open(browser, `${server.origin}/#compare=${a},${b}`, {
      ...NARROW,
      ...DARK,
    });
    const { page, complaints } = opened;
    const keys = async () => (await rowsOf(page)).map(([key]) => key);
    const bar = (key: string) =>
      page.locator("tr").filter({ has: page.getByRole("rowheader", { name: key }) }).locator(
        "rect",
      );
    await bar("whale").waitFor();
    assertEquals(await bar("whale").getAttribute("class"), "right");
    assertEquals(await bar("whale").getAttribute("x"), "0.0000");
    assertEquals(await bar("monster").getAttribute("class"), "left");
    await assertAccessible(page);
    await assertFits(page);
    await page.getByLabel("Show keys").selectOption("a");
    await eventually(async () => assertEquals(await keys(), ["whale"]));
    await page.getByLabel("Show keys").selectOption("any");
    await page.getByRole("searchbox").fill("mon");
    await eventually(async () => assertEquals(await keys(), ["monster"]));
    const csv = page.getByRole("link", { name: "csv" });
    const [download] = await Promise.all([page.waitForEvent("download"), csv.click()]);
    assertEquals(download.suggestedFilename(), "comparison.csv");
    const text = await Deno.readTextFile(await download.path());
    assertMatch(
      text,
      /^\ufeff?key,countA,countB,perMillionA,perMillionB,g2,logRatio\r?\nmonster,0,90,/,
    );
    const line = await page.locator(".copied code").first().textContent();
    assertMatch(line ?? "", /^curl -s 'http:\S+\/compare\?with=\S+&prefix=mon&format=csv' -o comp/);
    await page.getByRole("link", { name: "Exchange" }).click();
    await eventually(async () => assertEquals(await bar("monster").getAttribute("class"), "right"));
    assertEquals(complaints, []);
  },

  async "are ordered by heads of columns, and bars follow, as the API has each measure"(browser) {
    await using server = await startPageServer();
    const a = await countOn(server.origin, TEXT_A);
    const b = await countOn(server.origin, TEXT_B);
    await using opened = await open(browser, `${server.origin}/#compare=${a},${b}`);
    const { page, complaints } = opened;
    const sorted = page.locator("[aria-sort=descending]");
    /** Waits until the rows are as the API orders them, and their bars as long as they say. */
    const assertOrder = async (measure: Measure, head: string) => {
      const path = `${server.origin}/v1/jobs/${a}/compare?with=${b}&measure=${measure}&limit=50`;
      const { rows }: ComparisonDocument = await (await fetch(path)).json();
      await eventually(async () => {
        assertEquals(await sorted.allTextContents(), [head]);
        assertEquals((await rowsOf(page)).map(([key]) => key), rows.map(({ key }) => key));
      });
      const most = Math.max(...rows.map((row) => Math.abs(row[measure]!)));
      const bars = await page.locator(".bar rect").all();
      for (const [i, row] of rows.entries()) {
        const width = (Math.abs(row[measure]!) / most).toFixed(4);
        const side = row.logRatio < 0 ? "left" : "right";
        assertEquals(await bars[i].getAttribute("width"), width, row.key);
        if (Number(width) > 0) assertEquals(await bars[i].getAttribute("class"), side, row.key);
      }
    };
    await assertOrder("g2", "G²");
    await page.getByRole("button", { name: "Log ratio" }).click();
    await assertOrder("logRatio", "Log ratio");
    await page.getByLabel("ordered by the difference").selectOption("chi2");
    await assertOrder("chi2", "χ²");
    await page.getByLabel("ordered by the difference").selectOption("diff");
    await assertOrder("diff", "%DIFF");
    await assertAccessible(page);
    await page.getByRole("button", { name: "G²" }).click();
    await assertOrder("g2", "G²");
    assertEquals(complaints, []);
  },

  async "that are not there are told in words"(browser) {
    await using server = await startPageServer();
    const a = await countOn(server.origin, TEXT_A);
    await using opened = await open(browser, `${server.origin}/#compare=${a},none`, {}, /404/);
    await opened.page.getByText("The server has no such count").waitFor();
    await assertAccessible(opened.page);
    assertEquals(opened.complaints, []);
  },
});

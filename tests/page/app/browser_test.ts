import { assert, assertEquals, assertMatch } from "@std/assert";
import { addApiKey } from "../../../src/access/api_key_file.ts";
import type { Server } from "../../../src/server.ts";
import { assertAccessible, PASSING_BYTES, startPageServer } from "../../support/http/browser.ts";
import {
  assertFits,
  count,
  DARK,
  drop,
  jobOf,
  NARROW,
  open,
  REFUSALS,
  rowsOf,
  testPage,
} from "../../support/http/page.ts";
import { eventually, pause, until } from "../../support/waits.ts";

/** 120 keys: `k000` once, `k001` twice, and so on. */
const TEXT = Array.from(
  { length: 120 },
  (_, i) => `k${String(i).padStart(3, "0")} `.repeat(i + 1),
).join("\n");

/** More than passes between two looks at the list of counts. */
const SLOW_LIST_MS = 3000;

/** How many jobs an engine has, waiting or running. */
function jobsOf({ engine }: Server): number {
  const { running, pending } = engine.status().jobs;
  return running + pending;
}

await testPage("the page of GET / in a browser", {
  async "shows the counts that the API has, by pages and by how keys begin"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    await assertAccessible(page);
    await drop(page, TEXT, "k119 [1] k119");
    await count(page);
    await page.locator(".totals").waitFor();
    const request = { method: "POST", body: `${TEXT} k119 [1] k119` };
    const counted = await fetch(`${server.origin}/v1/count?columns=rank&top=0`, request);
    const { counts, totals } = await counted.json();
    const expected = counts.map((row: { key: string; count: number; rank: number }) =>
      [row.rank, row.key, row.count].map(String)
    );
    const shown: string[][] = [];
    const next = page.getByRole("button", { name: "Next" });
    for (let n = 1;; n++) {
      await eventually(async () => assertEquals((await rowsOf(page))[0][0], `${50 * n - 49}`));
      shown.push(...(await rowsOf(page)).map((row) => row.slice(0, 3)));
      if (await next.isDisabled()) break;
      await next.click();
    }
    assertEquals(shown.map((row) => row.map((each) => each.replaceAll(",", ""))), expected);
    assertMatch(await page.locator(".totals").textContent() ?? "", /^7,263 tokens .* 121 differ/);
    assertEquals(totals.tokens, 7263);
    await page.getByRole("searchbox").fill("k01");
    await eventually(async () => assertEquals((await rowsOf(page)).length, 10));
    assertEquals((await rowsOf(page))[0].slice(0, 3), ["1", "k019", "20"]);
    await page.getByRole("checkbox").check();
    await assertAccessible(page);
    const link = page.getByRole("link", { name: "ndjson" });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assertEquals(download.suggestedFilename(), "counts.ndjson");
    const lines = (await Deno.readTextFile(await download.path())).trim().split("\n");
    assertEquals(lines.length, 121);
    await page.goto(`${server.origin}/#jobs`);
    await page.getByRole("button", { name: /^Remove/ }).waitFor();
    await assertAccessible(page);
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.getByText("There are none.").waitFor();
    assertEquals(complaints, []);
  },

  async "tells how far a count is while its text is sent, and cancels it at once"(browser) {
    await using server = await startPageServer({}, true);
    await using opened = await open(browser, server.origin, DARK);
    const { page, complaints } = opened;
    const bytes = 4 * PASSING_BYTES;
    await drop(page, "to be or not to be ".repeat(bytes / 19));
    await count(page);
    const figures = page.locator(".figures");
    await eventually(async () =>
      assertMatch(await figures.textContent() ?? "", /^[1-9].* of 8\.0 MB · .* left$/)
    );
    await eventually(async () => {
      const keys = await page.locator(".bars tbody th").allTextContents();
      assertEquals(new Set(keys), new Set(["to", "be", "or", "not"]));
    });
    assert(Number(await page.locator(".bars rect").first().getAttribute("width")) === 100);
    await assertAccessible(page);
    const id = jobOf(page);
    assertEquals(jobsOf(server.server), 1);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "cancelled" }).waitFor();
    await until(() => jobsOf(server.server) === 0);
    assertEquals((await fetch(`${server.origin}/v1/jobs/${id}`)).status, 404);
    assertEquals(complaints, []);
  },

  async "goes from the upload's events to the result, and its link shows it again"(browser) {
    await using server = await startPageServer({}, true);
    await using opened = await open(browser, server.origin, NARROW);
    const { page, complaints } = opened;
    await drop(page, "to be or not to be ".repeat(4 * PASSING_BYTES / 19));
    await assertFits(page);
    await count(page);
    await page.locator(".bars rect").first().waitFor();
    server.letGo();
    await page.locator(".totals").waitFor();
    await eventually(async () => assertEquals((await rowsOf(page)).length, 4));
    const rows = await rowsOf(page);
    await page.reload();
    await page.locator(".totals").waitFor();
    await eventually(async () => assertEquals(await rowsOf(page), rows));
    await assertFits(page);
    await assertAccessible(page);
    assertEquals(complaints, []);
  },

  async "takes what is dropped, pasted, or named by its address"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const chosen = page.locator("form output");
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["b a b"], "dropped.txt"));
      const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
      document.querySelector(".drop").dispatchEvent(drop);
    }`);
    await eventually(async () => assertEquals(await chosen.textContent(), "dropped.txt, 5 B"));
    await page.getByLabel("address of the web").fill("https://example.org/a.txt");
    await eventually(async () =>
      assertEquals(await chosen.textContent(), "https://example.org/a.txt")
    );
    assertMatch(
      await page.locator("form pre").first().textContent() ?? "",
      /^curl -s --json '\{"url":/,
    );
    await page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "b a b");
      document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
    }`);
    await eventually(async () => assertEquals(await chosen.textContent(), "Pasted text, 5 B"));
    await count(page);
    await eventually(async () =>
      assertEquals((await rowsOf(page)).map((row) => row[1]), ["b", "a"])
    );
    assertEquals(complaints, []);
  },

  async "asks again for events when their connection is lost"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, {}, /ERR_FAILED/);
    const { page, complaints } = opened;
    let asked = 0;
    await page.route("**/events?*", (route) => asked++ < 2 ? route.abort() : route.continue());
    await drop(page, TEXT);
    await count(page);
    await page.locator(".totals").waitFor();
    assertEquals(asked, 3);
    assertEquals(complaints, []);
  },

  async "lists counts while one is sent, however long a list takes to come"(browser) {
    await using server = await startPageServer({}, true);
    const other = await fetch(`${server.origin}/v1/jobs`, { method: "POST", body: "to be" });
    await other.body!.cancel();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    await drop(page, "to be or not to be ".repeat(4 * PASSING_BYTES / 19));
    await count(page);
    await page.locator(".figures").waitFor();
    await page.route("**/v1/jobs?*", async (route) => {
      await pause(SLOW_LIST_MS);
      await route.continue().catch(() => {}); // the page may have given it up
    });
    await page.getByRole("link", { name: "Counts" }).click();
    await page.getByText("is being sent").waitFor();
    await eventually(async () => assertEquals((await rowsOf(page, "Counts")).length, 1));
    await page.unrouteAll({ behavior: "wait" });
    assertEquals(complaints, []);
  },

  async "shows keys as text, whatever they hold"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const line = "<img src=x onerror=alert(1)>\u0007\u202eabc";
    await page.locator("textarea").fill(`${line}\n`);
    await page.locator("[name=tokenizer]").selectOption("lines");
    assertMatch(
      await page.locator("form pre").first().textContent() ?? "",
      /^curl -sT text\.txt '\S+\/v1\/count\?tokenizer=lines&top=0'$/,
    );
    await count(page);
    await page.locator(".totals").waitFor();
    await eventually(async () =>
      assertEquals((await rowsOf(page))[0]?.[1], "<img src=x onerror=alert(1)>␇⟨U+202E⟩abc")
    );
    assertEquals(await page.locator("img").count(), 0);
    assertEquals(complaints, []);
  },

  async "says in words what a server refuses, and what to do"(browser) {
    await using server = await startPageServer({ maxBodyBytes: 1000 });
    await using opened = await open(browser, server.origin, NARROW, REFUSALS);
    const { page, complaints } = opened;
    await drop(page, "word ".repeat(1000));
    await count(page);
    const said = await page.getByRole("alert").textContent() ?? "";
    assertMatch(said, /larger than this server takes, which is 1\.0 KB\. Compress it/);
    await assertAccessible(page);
    await page.goto(`${server.origin}/#job=none`);
    await page.getByText("The server has no such count").waitFor();
    assertEquals(complaints, []);
  },

  async "asks for an API key, and keeps it in this tab alone"(browser) {
    const folder = await Deno.makeTempDir({ prefix: "millrace-page-" });
    try {
      const keys = `${folder}/keys.json`;
      const { token } = addApiKey(keys, { tenant: "acme" });
      await using server = await startPageServer({ keys });
      await using opened = await open(browser, server.origin, {}, REFUSALS);
      const { page, complaints } = opened;
      const field = page.getByLabel("API key");
      await field.waitFor();
      await assertAccessible(page);
      await field.fill("wrong");
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.getByText("does not know this API key").waitFor();
      await field.fill(token);
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.getByRole("button", { name: "Forget it" }).waitFor();
      await drop(page, TEXT);
      await count(page);
      await page.locator(".totals").waitFor();
      const link = page.getByRole("link", { name: "csv" });
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      assertEquals(download.suggestedFilename(), "counts.csv");
      assertEquals(page.url().includes(token), false);
      const kept = await page.evaluate("[sessionStorage.length, localStorage.length]");
      assertEquals(kept, [1, 0]);
      assertEquals(await page.evaluate("document.cookie"), "");
      assertEquals(complaints, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

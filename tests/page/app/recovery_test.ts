import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { freePort } from "../../support/free_port.ts";
import { PASSING_BYTES, startPageServer } from "../../support/http/browser.ts";
import { count, drop, jobOf, open, rowsOf, testPage } from "../../support/http/page.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { TempFiles } from "../../support/temp_files.ts";
import { eventually, until } from "../../support/waits.ts";

/** What the console says while there is no server, or none of its answers. */
const NO_SERVER = /ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET|NETWORK)|status of 50[0-9]/;

/** 19 bytes each: 9.5 MB, which take minutes as slowly as they are sent at first. */
const VERSES = 500_000;
const SLOW_BYTES_A_SECOND = 50_000;

const KEYS = 20_000;
const ROWS = 1000;

/** The texts of the first and the last row of the table of keys, and how many there are. */
async function endsOf(page: Page): Promise<{ rows: number; first: string; last: string }> {
  return await page.locator('[aria-label="Keys"] tbody').evaluate((body) => {
    // deno-lint-ignore no-explicit-any
    const rows = [...(body as any).rows].map((row) =>
      [...row.cells].slice(0, 3).map((cell) => cell.textContent).join(" ")
    );
    return { rows: rows.length, first: rows[0], last: rows[rows.length - 1] };
  });
}

/** Gives what makes uploads as slow as so many bytes a second; -1 for no limit. */
async function throttleUploads(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (uploadThroughput) => {
    const rest = { offline: false, latency: 0, downloadThroughput: -1 };
    await session.send("Network.emulateNetworkConditions", { ...rest, uploadThroughput });
  };
}

/** States in the list of counts, the newest first. */
async function statesOf(page: Page): Promise<string[]> {
  return (await rowsOf(page, "Counts")).map(([, state]) => state);
}

await testPage("the page in a browser, while much goes on", {
  async "sends a text again to a server that was killed amidst it, and lists counts again"(
    browser,
  ) {
    using data = new TempFiles();
    const start = (port: number) => ServerProcess.start({ port, args: ["--data", data.path] });
    let server = await start(freePort());
    try {
      const { origin, port } = server;
      const headers = { prefer: "wait=60" };
      await (await fetch(`${origin}/v1/jobs`, { method: "POST", body: "b a b", headers })).text();
      await using opened = await open(browser, origin, {}, NO_SERVER);
      const { page, complaints } = opened;
      const throttle = await throttleUploads(page);
      await throttle(SLOW_BYTES_A_SECOND);
      await drop(page, "to be or not to be ".repeat(VERSES));
      await count(page);
      const figures = page.locator(".figures");
      await eventually(async () => assertMatch(await figures.textContent() ?? "", /^[1-9].* of 9/));
      const id = jobOf(page);
      await page.getByRole("link", { name: "Counts" }).click();
      await page.getByText("is being sent").waitFor();
      await eventually(async () => assertEquals(await statesOf(page), ["done"]));
      server.kill("SIGKILL");
      await server.ended();
      await page.getByText("The server cannot be reached").waitFor();
      await throttle(-1);
      server = await start(port);
      await eventually(async () => assertEquals(await statesOf(page), ["done", "done"]));
      await page.getByText("is being sent").waitFor({ state: "detached" });
      assertEquals(await page.getByRole("alert").count(), 0);
      await page.locator("tbody a").first().click();
      await page.locator(".totals").waitFor();
      assertEquals(jobOf(page), id);
      await eventually(async () =>
        assertEquals(
          (await rowsOf(page)).map((row) => row.slice(1, 3)),
          [["be", 2], ["to", 2], ["not", 1], ["or", 1]].map(([key, times]) => [
            key,
            (Number(times) * VERSES).toLocaleString("en"),
          ]),
        )
      );
      assertEquals(complaints, []);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  },

  async "goes on with the events of a running job when their answer ends amidst them"(
    browser,
  ) {
    await using server = await startPageServer({}, true);
    await using opened = await open(browser, server.origin, {}, NO_SERVER);
    const { page, complaints } = opened;
    const seen: (string | undefined)[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/events?")) seen.push(request.headers()["last-event-id"]);
    });
    await drop(page, "to be or not to be ".repeat(4 * PASSING_BYTES / 19));
    await count(page);
    await page.locator(".bars rect").first().waitFor();
    const before = seen.length;
    server.endEvents();
    await until(() => seen.length > before);
    assertMatch(seen.at(-1) ?? "", /^\d+$/, "the new connection says what was seen");
    assert(await page.locator(".bars rect").count() > 0, "what was seen stays");
    server.letGo();
    await page.locator(".totals").waitFor();
    await eventually(async () => assertEquals((await rowsOf(page)).length, 4));
    assertEquals(complaints, []);
  },

  async "turns pages to the last of 20,000 keys, which it never holds together"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const key = (n: number) => `k${String(n).padStart(5, "0")}`;
    await drop(page, Array.from({ length: KEYS }, (_, n) => key(n)).join(" "));
    await count(page);
    await page.locator(".totals").waitFor();
    await page.getByLabel("Rows of a page").selectOption(String(ROWS));
    const next = page.getByRole("button", { name: "Next" });
    for (let at = 0; at < KEYS; at += ROWS) {
      const [first, last] = [at, at + ROWS - 1].map((n) =>
        `${(n + 1).toLocaleString("en")} ${key(n)} 1`
      );
      await eventually(async () => assertEquals(await endsOf(page), { rows: ROWS, first, last }));
      if (at + ROWS < KEYS) await next.click();
    }
    assertEquals(await next.isDisabled(), true, "there is no page behind the last");
    await page.getByRole("button", { name: "Key", exact: true }).click();
    await eventually(async () =>
      assertEquals((await endsOf(page)).first, `${key(0)} 1 ${(1e6 / KEYS).toPrecision(3)}`)
    );
    assertEquals(await page.locator("[aria-sort=ascending]").textContent(), "Key");
    assertEquals(complaints, []);
  },
});

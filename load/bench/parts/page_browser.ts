import type { Browser, CDPSession, Page } from "playwright-core";
import { findChromium, launch } from "../../../tests/support/http/browser.ts";
import { PATIENCE_MS } from "../../../tests/support/waits.ts";
import type { Report } from "../../support/report.ts";

/** Lets something be measured in a browser; says that it is left out where there is none. */
export async function withBrowser(
  report: Report,
  measure: (browser: Browser) => Promise<void>,
): Promise<void> {
  const path = await findChromium();
  if (path === undefined) {
    return report.print("left out: the page, no Chromium on PATH or in CHROMIUM");
  }
  const browser = await launch(path);
  try {
    await measure(browser);
  } finally {
    await browser.close();
  }
}

/** A tab, with what the tools of developers may ask of it. */
export interface Tab {
  page: Page;
  tools: CDPSession;
}

/** Opens an address in a tab of its own. */
export async function openTab(browser: Browser, url: string): Promise<Tab> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const tools = await page.context().newCDPSession(page);
  await page.goto(url);
  return { page, tools };
}

/** Makes uploads of a tab as slow as so many bytes a second. */
export async function throttle({ tools }: Tab, bytesPerSecond: number): Promise<void> {
  await tools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

/** Chooses a file on the page to count on, and begins. */
export async function countFile(page: Page, path: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(path);
  await page.getByRole("button", { name: "Count", exact: true }).click();
}

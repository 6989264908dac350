// Takes the picture of the page with which README.md opens: `deno run -A tests/page/picture.ts`.
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { findChromium, launch, startPageServer } from "../support/http/browser.ts";
import { count, open } from "../support/http/page.ts";
import { PICTURE } from "../support/page_picture.ts";

/** The first chapter of Moby-Dick, whose words in all make a picture. */
const TEXT = new URL("loomings.txt", import.meta.url);

const WIDTH = 860;
/** Bars that are in the picture, of the 30 that the page shows. */
const BARS = 14;
/** Pixels of the picture for each of the page: for screens that have more than one. */
const SCALE = 1.5;
const QUALITY = 80;

/** Counts the chapter as a reader would, and searches what it has of whales. */
async function countChapter(page: Page): Promise<void> {
  const buffer = Buffer.from(await Deno.readFile(TEXT));
  await page.locator("input[type=file]").setInputFiles({
    name: "moby-dick-1.txt",
    mimeType: "text/plain",
    buffer,
  });
  await page.locator("[name=stop]").selectOption("en");
  await count(page);
  await page.locator(".totals").waitFor();
  await page.getByLabel("Keys that begin with").fill("wha");
  await page.locator('[aria-label="Keys"] tbody').filter({ hasNotText: "sea" }).waitFor();
}

/** The page from its top to the last bar of the picture. */
async function takePicture(page: Page): Promise<Uint8Array> {
  // The margins are as the page has them; what it says at its lower edge would hide a bar.
  await page.locator(".note").evaluate((note) => note.remove());
  const { y, height } = (await page.locator(".bars tbody tr").nth(BARS - 1).boundingBox())!;
  const tools = await page.context().newCDPSession(page);
  const { data } = await tools.send("Page.captureScreenshot", {
    format: "webp",
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width: WIDTH, height: y + height, scale: SCALE },
  });
  return Uint8Array.fromBase64(data);
}

if (import.meta.main) {
  const chromium = await findChromium();
  if (chromium === undefined) {
    console.error("Cannot take a picture: no Chromium on PATH or in CHROMIUM");
    Deno.exit(1);
  }
  const browser = await launch(chromium);
  try {
    await using server = await startPageServer();
    // The first count of a server starts its threads, which the picture shall not tell of.
    const first = { method: "POST", body: await Deno.readFile(TEXT) };
    await (await fetch(`${server.origin}/v1/count`, first)).text();
    const viewport = { width: WIDTH, height: 800 };
    await using opened = await open(browser, server.origin, { viewport });
    await countChapter(opened.page);
    const picture = await takePicture(opened.page);
    await Deno.writeFile(PICTURE, picture);
    console.log(`${PICTURE.pathname}: ${picture.length} bytes`);
  } finally {
    await browser.close();
  }
}

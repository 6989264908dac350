import type { Browser } from "playwright-core";
import { ServerProcess } from "../../../tests/support/http/server.ts";
import { pause } from "../../support/pause.ts";
import type { Report } from "../../support/report.ts";
import { countFile, openTab, type Tab, throttle } from "./page_browser.ts";

/** Most that a heap may have grown by. */
const MOST_GROWTH = 1.1;

/** Bytes a second of uploads that are still going on at the end. */
const UPLOAD_RATE = 50_000;

/** Between two small jobs, which change the list of jobs. */
const JOB_MS = 1000;

/** Minutes at which heaps are measured. */
interface Minutes {
  from: number;
  to: number;
}

/** Bytes of text that are enough for uploads of so many minutes. */
export function bytesFor({ to }: Minutes): number {
  return (to + 2) * 60 * UPLOAD_RATE;
}

/**
 * How the heaps of tabs grow that are left open while jobs run: one shows a job, one the list of jobs
 * and one the engine.
 *
 * @param path A text of enough bytes.
 */
export async function measureHeaps(
  browser: Browser,
  path: string,
  minutes: Minutes,
  report: Report,
): Promise<void> {
  await using server = await ServerProcess.start();
  const tabs = await openTabs(browser, server.origin, path);
  const stop = new AbortController();
  const feeding = feed(server.origin, stop.signal);
  try {
    await pause(minutes.from * 60_000);
    const before = await readHeaps(tabs);
    await pause((minutes.to - minutes.from) * 60_000);
    const after = await readHeaps(tabs);
    await assertRunning(tabs["a job"]);
    tellHeaps(before, after, minutes, report);
  } finally {
    stop.abort();
    await feeding;
    for (const { page } of Object.values(tabs)) await page.close();
  }
}

type Tabs = Record<"a job" | "the list of jobs" | "the engine", Tab>;

/** Tabs of which two send the text, slowly. */
async function openTabs(browser: Browser, origin: string, path: string): Promise<Tabs> {
  const open = async () => {
    const tab = await openTab(browser, origin);
    await throttle(tab, UPLOAD_RATE);
    await countFile(tab.page, path);
    await tab.page.locator(".bars rect").first().waitFor();
    return tab;
  };
  const [job, list] = [await open(), await open()];
  await list.page.getByRole("link", { name: "Counts" }).click();
  await list.page.getByText("is being sent").waitFor();
  const engine = await openTab(browser, `${origin}/#engine`);
  return { "a job": job, "the list of jobs": list, "the engine": engine };
}

/** Submits a small job again and again. */
async function feed(origin: string, signal: AbortSignal): Promise<void> {
  for (let job = 0; !signal.aborted; job++) {
    const body = `job ${job} of many`;
    const response = await fetch(`${origin}/v1/jobs`, { method: "POST", body });
    await response.body!.cancel();
    if (!response.ok) throw new Error(`Cannot feed the server: ${response.status}`);
    await pause(JOB_MS, signal);
  }
}

/** Bytes of JavaScript's heap of each tab, after a collection. */
async function readHeaps(tabs: Tabs): Promise<Map<string, number>> {
  const heaps = new Map<string, number>();
  for (const [name, { tools }] of Object.entries(tabs)) {
    await tools.send("HeapProfiler.collectGarbage");
    heaps.set(name, (await tools.send("Runtime.getHeapUsage")).usedSize);
  }
  return heaps;
}

/** @throws {Error} If the job has ended, or has failed: then the page had nothing to do. */
async function assertRunning({ page }: Tab): Promise<void> {
  const heading = await page.locator("main h1").textContent();
  if (!heading?.endsWith(": counting")) throw new Error(`Cannot tell heaps: ${heading}`);
}

function tellHeaps(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  { from, to }: Minutes,
  report: Report,
): void {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(2);
  for (const [name, bytes] of after) {
    const growth = bytes / before.get(name)!;
    report.require(
      `heap of a page that shows ${name}`,
      `${mb(bytes)} MB at minute ${to}, ${growth.toFixed(2)} × the ${mb(before.get(name)!)} MB ` +
        `at minute ${from} (required: ${MOST_GROWTH} ×)`,
      growth <= MOST_GROWTH,
    );
    report.figure(`heap of ${name}, by that at minute ${from}`, "×", growth, "lower");
  }
}

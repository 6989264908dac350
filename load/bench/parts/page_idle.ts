import type { Browser } from "playwright-core";
import { ServerProcess } from "../../../tests/support/http/server.ts";
import { countByJob } from "../../support/jobs.ts";
import { pause } from "../../support/pause.ts";
import { readCpuSeconds } from "../../support/process_cost.ts";
import type { Report } from "../../support/report.ts";
import { openTab } from "./page_browser.ts";

/** Most seconds of a processor that idle pages may cost in a minute. */
const MOST_CPU_S = 0.6;

/** Until pages that were opened have asked for what they show. */
const SETTLE_MS = 3000;

/** What pages cost the server on which nobody does anything: the form, the list, a result. */
export async function measureIdle(
  browser: Browser,
  pages: number,
  seconds: number,
  report: Report,
): Promise<void> {
  await using server = await ServerProcess.start();
  const result = await countByJob(server.origin, "to be or not to be", 4);
  const views = ["", "#jobs", `#job=${result.split("/")[3]}`];
  const take = async () => {
    const before = await readCpuSeconds(server.pid);
    await pause(seconds * 1000);
    return await readCpuSeconds(server.pid) - before;
  };
  await pause(SETTLE_MS);
  const without = await take();
  for (let i = 0; i < pages; i++) {
    const { page } = await openTab(browser, `${server.origin}/${views[i % views.length]}`);
    await page.locator("main h1").waitFor();
  }
  await pause(SETTLE_MS);
  const more = await take() - without;
  const most = MOST_CPU_S * seconds / 60;
  report.require(
    `${pages} idle pages`,
    `${more.toFixed(2)} s of a processor in ${seconds} s more than the ${without.toFixed(2)} s ` +
      `without (required: ${most.toFixed(2)} s)`,
    more <= most,
  );
  report.figure(`${pages} idle pages in ${seconds} s`, "CPU s", more, "lower");
}

import type { Browser, Page } from "playwright-core";
import { ServerProcess } from "../../../tests/support/http/server.ts";
import type { Report } from "../../support/report.ts";
import { takeRounds } from "../../support/rounds.ts";
import { pairedRatio } from "../../support/statistics.ts";
import type { TextFile } from "../../support/text_file.ts";
import { type Cost, type Costs, measureCost, tellCosts } from "./costs.ts";
import { openTab } from "./page_browser.ts";

const PAGE = "the page, with live progress";
const SILENT = "the same upload, which nobody watches";
const DROPPED = "the same upload to a server that drops it";

/** Most that live progress may cost, and least rate of the page by that of dropped uploads. */
const MOST_COST = 1.03;
const LEAST_RATE = 0.8;

/** A script with the requests of the page but for the events; gives how many tokens were counted. */
const COUNT = `(async () => {
  const body = document.querySelector("input[type=file]").files[0];
  const job = "/v1/jobs/" + crypto.randomUUID();
  const headers = { "content-type": "text/plain" };
  const sent = await fetch(job + "?top=0", { method: "PUT", body, headers });
  if (!sent.ok) throw new Error("Cannot count: " + await sent.text());
  const result = await fetch(job + "/result?wait=60&order=count&top=30");
  return (await result.json()).totals.tokens;
})()`;

/** Likewise to a server that drops the file; gives how many bytes it has read. */
const DROP = `(async () => {
  const body = document.querySelector("input[type=file]").files[0];
  return Number(await (await fetch("/", { method: "POST", body })).text());
})()`;

/** What a file that the page counts costs, beside what its upload costs alone. */
export async function compareUploads(
  browser: Browser,
  { path, bytes }: TextFile,
  rounds: number,
  report: Report,
): Promise<void> {
  const main = new URL("drop_server.ts", import.meta.url);
  await using dropper = await ServerProcess.start({ main });
  await using server = await ServerProcess.start();
  /** Chooses the file on the first page of a server, and measures what is done with it. */
  const take = async ({ origin, pid }: ServerProcess, act: (page: Page) => Promise<number>) => {
    const { page } = await openTab(browser, origin);
    try {
      await page.locator("input[type=file]").setInputFiles(path);
      return await measureCost(pid, () => act(page));
    } finally {
      await page.close();
    }
  };
  const taken = await takeRounds(
    {
      [PAGE]: () => take(server, countOnPage),
      [SILENT]: () => take(server, (page) => page.evaluate(COUNT)),
      [DROPPED]: () => take(dropper, (page) => page.evaluate(DROP)),
    },
    rounds,
    1,
  );
  const found = (way: string) => taken.get(way)!.map(({ value }) => value);
  if (new Set([...found(PAGE), ...found(SILENT)]).size !== 1) {
    throw new Error("Cannot compare rates: counts differ");
  }
  if (found(DROPPED).some((each) => each !== bytes)) throw new Error("Not all bytes were dropped");
  const costs = new Map([...taken].map(([way, each]) => [way, each.map(({ cost }) => cost)]));
  tellCosts(costs, PAGE, bytes, report);
  requireUploads(costs, report);
}

/** Counts as people do, from the click on "Count" until totals are shown; gives the tokens. */
async function countOnPage(page: Page): Promise<number> {
  await page.getByRole("button", { name: "Count", exact: true }).click();
  const totals = page.locator(".totals");
  await totals.waitFor({ timeout: 0 });
  const [tokens] = (await totals.textContent())!.split(" ");
  return Number(tokens.replaceAll(",", ""));
}

function requireUploads(costs: Costs, report: Report): void {
  const [page, silent, dropped] = [PAGE, SILENT, DROPPED].map((way) => costs.get(way)!);
  const of = (name: keyof Cost, each: readonly Cost[]) => each.map((cost) => cost[name]);
  for (const [what, name] of [["time", "ms"], ["processor time", "cpuMs"]] as const) {
    const ratio = pairedRatio(of(name, page), of(name, silent));
    report.require(
      `${what} of a count that is watched`,
      `${ratio.toFixed(3)} × that of one that is not (required: ${MOST_COST} ×)`,
      ratio < MOST_COST,
    );
    report.figure(`${what} with live progress, by that without`, "×", ratio, "lower");
  }
  const rate = pairedRatio(of("ms", dropped), of("ms", page));
  report.require(
    "rate of the page",
    `${rate.toFixed(2)} × that of dropped uploads (required: ${LEAST_RATE} ×)`,
    rate >= LEAST_RATE,
  );
  report.figure("rate of the page, by that of dropped uploads", "×", rate, "higher");
}

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { EngineDocument } from "../../../src/contract/engine_status.ts";
import { EngineHistory, MOST_SPANS } from "../../../src/page/app/client/engine_history.js";
import { formatBytes } from "../../../src/page/app/client/format.js";
import { TestNodes } from "../../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../../support/cluster/redis.ts";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import { assertFits, DARK, NARROW, open, testPage } from "../../support/http/page.ts";
import { leftOut } from "../../support/left_out.ts";
import { eventually } from "../../support/waits.ts";

/** A status of an engine with two threads, as far as a history reads it. */
function status(uptimeMs: number, busyMs: readonly number[], bytes: number): EngineDocument {
  const threads = busyMs.map((busyMs) => ({ busyMs }));
  return { uptimeMs, threads, counted: { bytes }, tasks: { queued: 3 } } as EngineDocument;
}

Deno.test("EngineHistory tells what happened between looks, and no more than some minutes", () => {
  const history = new EngineHistory();
  history.add(status(1000, [100, 0], 0));
  assertEquals([history.spans, history.rate], [[], 0]);
  history.add(status(2000, [600, 1200], 5_000_000));
  assertEquals(history.spans, [
    { startMs: 1000, ms: 1000, busy: [0.5, 1], bytes: 5_000_000, queued: 3 },
  ]);
  assertEquals(history.rate, 5_000_000);
  for (let s = 3; s < 3 + MOST_SPANS; s++) history.add(status(1000 * s, [600, 1200], 5_000_000));
  assertEquals(history.spans.length, MOST_SPANS);
  assertEquals(history.spans.at(-1)!.busy, [0, 0]);
  history.add(status(500, [0, 0], 0)); // of a server that was started again
  assertEquals(history.spans, []);
});

Deno.test("EngineHistory makes a trace of complete events, with numbers for thread and process", () => {
  const history = new EngineHistory();
  history.add(status(1000, [0, 0], 0));
  history.add(status(1250, [50, 250], 10));
  const { traceEvents } = history.toTrace();
  assertEquals(
    traceEvents.map((
      { ph, pid, tid, ...more },
    ) => [ph, pid, tid, "ts" in more ? [more.ts, more.dur] : more.args]),
    [
      ["M", 1, 1, { name: "worker 0" }],
      ["M", 1, 2, { name: "worker 1" }],
      ["X", 1, 1, [1_000_000, 50_000]],
      ["X", 1, 2, [1_000_000, 250_000]],
    ],
  );
});

/** Keeps in `timers` those that go on for ever. */
const COUNT_TIMERS = `{
  const [begin, end] = [setInterval, clearInterval];
  globalThis.timers = new Set();
  globalThis.setInterval = (...how) => {
    const timer = begin(...how);
    timers.add(timer);
    return timer;
  };
  globalThis.clearInterval = (timer) => (timers.delete(timer), end(timer));
}`;

await testPage("the engine in a browser", {
  async "is shown while it works, and asked while somebody may look"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, { ...NARROW, ...DARK });
    const { page, complaints } = opened;
    await page.evaluate(COUNT_TIMERS);
    await page.getByRole("link", { name: "Engine" }).click();
    await page.getByRole("heading", { name: "Threads" }).waitFor();
    assertEquals(await page.evaluate("timers.size"), 1);
    const body = "to be or not to be ".repeat(1_000_000);
    await (await fetch(`${server.origin}/v1/count`, { method: "POST", body })).body!.cancel();
    const shape = page.locator(".strip path").first(); // there is one where a thread was busy
    await shape.waitFor({ state: "attached" });
    assertMatch(await shape.getAttribute("d") ?? "", /^(M\d+ 0h1v1h-1z)+$/);
    const opacity = Number(await shape.getAttribute("fill-opacity"));
    assert(opacity > 0 && opacity <= 1, `${opacity}`);
    await eventually(async () =>
      assertMatch(await page.locator("main").innerText(), /counted 19\.0 MB/)
    );
    const memory = page.getByRole("table", { name: "Memory" });
    const { bytes } = server.server.engine.status().memory;
    const first = await memory.getByRole("cell").first().textContent();
    assertEquals(first, formatBytes(bytes));
    const save = page.getByRole("button", { name: "Save as a trace" });
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    assertEquals(download.suggestedFilename(), "trace.json");
    const { traceEvents } = JSON.parse(await Deno.readTextFile(await download.path()));
    const slices = traceEvents.filter(({ ph }: { ph: string }) => ph === "X");
    assert(slices.length > 0, "slices");
    for (const { ts, dur, pid, tid } of slices) {
      assert([ts, dur, pid, tid].every(Number.isSafeInteger), "whole numbers");
    }
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole("link", { name: "Count", exact: true }).click();
    await page.getByRole("heading", { name: "Count a text" }).waitFor();
    await eventually(async () => assertEquals(await page.evaluate("timers.size"), 0));
    assertEquals(complaints, []);
  },

  async "shows the nodes of its cluster, and what waits for them"(browser) {
    if (!await hasRedis()) return leftOut("nodes on the page", "no redis-server");
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    const [first, second] = nodes.servers;
    await using opened = await open(browser, first.origin, { ...NARROW, ...DARK });
    const { page, complaints } = opened;
    await page.getByRole("link", { name: "Engine" }).click();
    const table = page.getByRole("table").filter({ hasText: "Roles" });
    await eventually(async () => assertEquals(await table.getByRole("row").count(), 3));
    for (const { origin } of [first, second]) {
      const row = table.getByRole("row").filter({ hasText: origin });
      assertMatch(await row.innerText(), /idle\s+map, reduce, accept\s+1\s+0\s/);
    }
    const splits = page.getByRole("table", { name: "Splits" });
    assertMatch(await splits.innerText(), /^That wait\s+0\n/);
    await assertAccessible(page);
    await assertFits(page);
    assertEquals(complaints, []);
  },
});

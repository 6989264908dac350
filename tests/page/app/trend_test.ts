import { assert, assertEquals, assertMatch } from "@std/assert";
import { isTime, placeGroups, shortenTime } from "../../../src/page/app/client/group_places.js";
import { GroupedCounts } from "../../../src/page/app/client/grouped_counts.js";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import {
  assertFits,
  count,
  DARK,
  drop,
  NARROW,
  open,
  rowsOf,
  testPage,
} from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

/** Hours of a day in which there were requests, and how many of them were of which status. */
const REQUESTS: [hour: number, ok: number, missing: number][] = [[8, 3, 0], [9, 12, 1], [12, 6, 4]];

const LOG = REQUESTS.flatMap(([hour, ok, missing]) => {
  const line = (status: number) => `2026-11-27T${String(hour).padStart(2, "0")}:10:00Z,${status}\n`;
  return [line(200).repeat(ok), line(404).repeat(missing)];
}).join("");

/** Where each group of these stands. */
function placesOf(groups: string[], expression: string, most = 100) {
  const { names, placeOf } = placeGroups(groups, expression, most);
  return { names, places: groups.map(placeOf) };
}

/** A time as the server writes it, without its seconds. */
const at = (time: string, offset = "+00:00") => `${time}:00${offset}`;

Deno.test("placeGroups() leaves a gap for a bucket in which nothing was counted", () => {
  const hours = ["T08:00", "T12:00", "T09:00"].map((time) => at(`2026-11-27${time}`));
  const { names, places } = placesOf(hours, "time(1h,field(4))");
  assertEquals(places, [0, 4, 1]);
  assertEquals(names, [hours[0], hours[2], undefined, undefined, hours[1]]);
});

Deno.test("placeGroups() knows months, quarters and years, however many days they have", () => {
  const days = ["2025-12-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00"].map((day) => at(day));
  assertEquals(placesOf(days, "time(1mo,column(1))").places, [0, 2, 3]);
  assertEquals(placesOf([days[0], at("2027-01-01T00:00")], "time(1y,column(1))").places, [0, 2]);
  const quarters = [at("2025-10-01T00:00"), at("2026-01-01T00:00")];
  assertEquals(placesOf(quarters, "time(1q,column(1))").places, [0, 1]);
  const weeks = [at("2026-11-23T00:00"), at("2026-12-07T00:00")];
  assertEquals(placesOf(weeks, "time(1w,column(1))").places, [0, 2]);
});

Deno.test("placeGroups() tells hours apart that come twice, and days of 25 hours are one each", () => {
  const hours = [
    at("2026-10-25T02:00", "+02:00"),
    at("2026-10-25T02:00", "+01:00"),
    at("2026-10-25T03:00", "+01:00"),
  ];
  assertEquals(placesOf(hours, "time(1h,record)").places, [0, 1, 2]);
  const days = [
    at("2026-10-24T00:00", "+02:00"),
    at("2026-10-25T00:00", "+02:00"),
    at("2026-10-26T00:00", "+01:00"),
  ];
  assertEquals(placesOf(days, "time(1d,record)").places, [0, 1, 2]);
  const parts = [at("2026-10-24T22:00", "+02:00"), at("2026-10-25T04:00", "+01:00")];
  assertEquals(placesOf(parts, "time(2h,record)").places, [0, 3]);
});

Deno.test("placeGroups() puts names in the order of their numbers, and neighbours together", () => {
  const chapters = ["c10.txt", "c9.txt", "c1.txt", "c2.txt"];
  assertEquals(placesOf(chapters, "part").places, [3, 2, 0, 1]);
  const { names, places } = placesOf(chapters, "part", 2);
  assertEquals([names, places], [["c1.txt", "c9.txt"], [1, 1, 0, 0]]);
  assertEquals(placesOf([""], "part"), { names: [""], places: [0] });
  const far = [at("2026-11-01T00:00"), at("2026-11-29T00:00")];
  assertEquals(placeGroups(far, "time(1h,record)", 100).shared, 7, "gaps have places, too");
});

Deno.test("isTime() and shortenTime() read what the server writes", () => {
  assertEquals(["time(15m,column(1))", "time(1mo,record)", "part", "record"].map(isTime), [
    true,
    true,
    false,
    false,
  ]);
  const times = ["2026-11-27T10:20", "2026-11-27T00:00"].map((time) => shortenTime(at(time)));
  assertEquals(times, ["2026-11-27 10:20", "2026-11-27"]);
  assertEquals(shortenTime("2026-11-27T10:20:30+00:00"), "2026-11-27 10:20:30");
});

Deno.test("GroupedCounts adds counts of a key up over groups, and keeps parts apart", () => {
  const counts = new GroupedCounts();
  counts.add({ key: ["g1", "a b"], count: 5 });
  counts.add({ key: ["g2", "a", "b"], count: 4 });
  counts.add({ key: ["g2", "a b"], count: 2 });
  counts.add({ key: ["g3", "c"], count: 1 });
  assertEquals([counts.rows, counts.least, [...counts.groups]], [4, 1, ["g1", "g2", "g3"]]);
  const sums = counts.largest(2, "").map(({ parts, sum }) => [parts, sum]);
  assertEquals(sums, [[["a b"], 7], [["a", "b"], 4]]);
  assertEquals(counts.largest(9, "c").map(({ sum }) => sum), [1]);
});

/** The steps of a drawing's outline: a height for each bar, from the bottom, in shares of all. */
function heightsOf(path: string): number[] {
  assertMatch(path, /^M0 1(V[\d.]+H[\d.]+)+V1Z$/);
  return [...path.matchAll(/V([\d.]+)H/g)].map(([, y]) => Math.round(1e4 * (1 - Number(y))) / 1e4);
}

await testPage("the trend of a result in a browser", {
  async "is drawn over the hours of a log, with a table, when it is wanted"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, { ...NARROW, ...DARK });
    const { page, complaints } = opened;
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.locator("textarea").fill(LOG);
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("the key is").fill("column(2)");
    await page.getByLabel("grouped by").fill("time(1h,column(1))");
    await count(page);
    await page.locator(".totals").waitFor();
    assertEquals(loaded.filter((path) => /trend/.test(path)), [], "not before it is wanted");
    await page.getByText("Trend: how often").click();
    await page.locator(".trend figure").nth(1).waitFor();
    const captions = await page.locator(".trend figcaption bdi").allTextContents();
    assertEquals(captions, ["200", "404"]);
    const paths = await Promise.all(
      [0, 1].map((i) => page.locator(".trend path").nth(i).getAttribute("d")),
    );
    const shares = (counts: number[]) => counts.map((count) => Math.round(1e4 * count / 12) / 1e4);
    assertEquals(heightsOf(paths[0]!), shares([3, 12, 0, 0, 6]), "hours without requests are gaps");
    assertEquals(heightsOf(paths[1]!), shares([0, 1, 0, 0, 4]));
    const ends = await page.locator(".trend figure").first().locator(".ends bdi").allTextContents();
    assertEquals(ends, ["2026-11-27 08:00", "2026-11-27 12:00"]);
    await page.getByText("Counts by group, as a table").click();
    assertEquals(
      await rowsOf(page, "Counts by group"),
      REQUESTS.map(([hour, ...counts]) => [
        `2026-11-27T${String(hour).padStart(2, "0")}:00:00+00:00`,
        ...counts.map(String),
      ]),
    );
    await assertFits(page);
    await assertAccessible(page);
    await page.getByLabel("Keys behind the group").fill("4");
    await eventually(async () =>
      assertEquals(await page.locator(".trend figcaption bdi").allTextContents(), ["404"])
    );
    assertEquals(complaints, []);
  },

  async "is that of first parts where keys have several, and of times alone"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const sales = "c2,tea\nc10,tea\nc10,tea\nc2,ale\n";
    await page.locator("textarea").fill(sales);
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("the key is").fill("column(1), column(2)");
    await count(page);
    await page.getByText("Trend: how often").click();
    await page.getByText("Counts by group, as a table").click();
    await eventually(async () =>
      assertEquals(await rowsOf(page, "Counts by group"), [["c2", "1", "1"], ["c10", "2", "0"]])
    );
    await page.getByRole("link", { name: "Count", exact: true }).click();
    await page.locator("textarea").fill(LOG);
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("the key is").fill("time(1h,column(1))");
    await count(page);
    await page.getByText("Trend: how often").click();
    const path = page.locator(".trend path");
    await path.waitFor();
    assertEquals(await page.locator(".trend figcaption bdi").textContent(), "All");
    assertEquals(heightsOf((await path.getAttribute("d"))!).length, 5);
    assertEquals(complaints, []);
  },

  async "is that of words over the files that they are of"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    await drop(page, "whale sea whale", "sea whale");
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("grouped by").fill("part");
    await count(page);
    await page.getByText("Trend: how often").click();
    await page.getByText("Counts by group, as a table").click();
    await eventually(async () =>
      assertEquals(await rowsOf(page, "Counts by group"), [
        ["text0.json", "2", "1"],
        ["text1.json", "1", "1"],
      ])
    );
    assertEquals(await page.locator(".trend figcaption bdi").allTextContents(), ["whale", "sea"]);
    assertEquals(complaints, []);
  },

  async "is not offered where keys have no groups, and says what it leaves out of many"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    await page.locator("textarea").fill("to be or not to be");
    await count(page);
    await page.locator(".totals").waitFor();
    assertEquals(await page.getByText("Trend: how often").count(), 0);
    // 100 keys in 1001 groups: 100,100 rows, of which 100 are not among the largest 100,000.
    const rows = Array.from(
      { length: 1001 },
      (_, group) =>
        Array.from({ length: 100 }, (_, key) => `g${group},k${key}\n`.repeat(group === 7 ? 1 : 2))
          .join(""),
    ).join("");
    const query = "key=column(1)&key=column(2)&top=1";
    const headers = { prefer: "wait=60", "content-type": "text/plain" };
    const response = await fetch(`${server.origin}/v1/jobs?${query}`, {
      method: "POST",
      body: rows,
      headers,
    });
    await response.body!.cancel();
    const id = response.headers.get("content-location")!.split("/")[3];
    await page.goto(`${server.origin}/#job=${id}`);
    await page.getByText("Trend: how often").click();
    await page.getByText("Of the 100,000 largest counts").waitFor();
    const said = await page.locator("p.dim").filter({ hasText: "largest counts" }).textContent();
    assertMatch(
      said!.replace(/\s+/g, " "),
      /^1,000 groups\. A bar is of 5 that are side by side\. All bars are on one scale, up to 10\. Of the/,
    );
    assertMatch(said!.replace(/\s+/g, " "), /left out are counts of 2 and less\.$/);
    assert(await page.locator(".trend figure").count() === 8);
    assertEquals(complaints, []);
  },
});

import { assertEquals, assertMatch } from "@std/assert";
import { formatDigits, keepDigits } from "../../../src/page/app/client/digits.js";
import { COUNT_PARAMETERS } from "../../../src/contract/options.ts";
import { changesOf, DEFAULTS } from "../../../src/page/app/client/options.js";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import { assertFits, count, NARROW, open, rowsOf, testPage } from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

const SALES = [
  "country,city,amount",
  "Mali,Kayes,12345678901234567",
  "Peru,Cusco,0.50",
  "Mali,Gao,-12345678901234568",
  "Peru,Lima,2.50",
  "Peru,,1",
  "Togo,Lomé,none",
].join("\n");

Deno.test("keepDigits() keeps all digits of numbers, which still count as numbers", () => {
  const read = (text: string) =>
    JSON.parse(text, keepDigits as (name: string, value: unknown) => unknown);
  const texts = [
    "9223372036854775807",
    "-12345678901234567",
    "2.50",
    "1e3",
    "0.000001",
    "7",
    "-0.25",
  ];
  assertEquals(texts.map((text) => formatDigits(read(text))), [
    "9,223,372,036,854,775,807",
    "-12,345,678,901,234,567",
    "2.50",
    "1e3",
    "0.000001",
    "7",
    "-0.25",
  ]);
  assertEquals([read("2.50") * 2, Math.max(read("1.0"), 0), read("2.50") > 2], [5, 1, true]);
  assertEquals([read("1000"), read('"2.50"'), read("[null]")], [1000, "2.50", [null]]);
  assertEquals(formatDigits(1234.5), "1,234.5");
});

Deno.test("changesOf() says of records what holds for them, and names what the server has", () => {
  const options = { ...DEFAULTS, n: "2", agg: "avg", where: 'column(1)="x"' };
  assertEquals(changesOf(options).map(([name]) => name), ["n", "top"]);
  const ofRecords = { ...options, key: "column(1)" };
  assertEquals(changesOf(ofRecords).map(([name]) => name), ["key", "where", "top"]);
  assertEquals(changesOf({ ...ofRecords, value: "column(2)" }).map(([name]) => name), [
    "key",
    "value",
    "agg",
    "where",
    "top",
  ]);
  assertEquals(Object.keys(DEFAULTS).filter((name) => !(name in COUNT_PARAMETERS)), []);
});

await testPage("records on the page in a browser", {
  async "are counted by keys of several parts, with all digits of their values"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, NARROW);
    const { page, complaints } = opened;
    await page.locator("textarea").fill(SALES);
    await page.getByText("Logs, CSV or JSON").click();
    const [value, n] = [page.getByLabel("its value"), page.getByLabel("in groups of")];
    assertEquals([await value.isDisabled(), await n.isDisabled()], [true, false]);
    await page.getByLabel("the key is").fill("column(country)");
    await value.fill("column(amount)");
    assertEquals(await n.isDisabled(), true);
    await page.getByLabel("of which to tell").selectOption("sum,avg,min,max,count");
    await assertAccessible(page);
    await page.locator("form pre").nth(1).waitFor();
    const lines = await page.locator("form pre").allTextContents();
    assertMatch(
      lines[1],
      /^millrace count --key 'column\(country\)' --value 'column\(amount\)' --agg /,
    );
    await count(page);
    await page.locator(".totals").waitFor();
    await eventually(async () =>
      assertEquals(await rowsOf(page), [
        ["1", "Peru", "4.00", "1.3333333333333333", "0.50", "2.50", "3"],
        ["2", "Mali", "-1", "-0.5", "-12,345,678,901,234,568", "12,345,678,901,234,567", "2"],
      ])
    );
    assertMatch(
      await page.locator(".totals").textContent() ?? "",
      /^6 records .* Records that were left out: 0 without a key, 1 without a number, 0 that/,
    );
    await assertFits(page);
    assertEquals(await page.getByText("Plots: Zipf").count(), 0, "values have no ranks of counts");
    await assertAccessible(page);
    assertEquals(complaints, []);
  },

  async "may be chosen, and have a column for each part of their key"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    await page.locator("textarea").fill(SALES);
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("the key is").fill("column(country), column(city)");
    await page.getByLabel("where", { exact: true }).fill('column(country)="Peru"');
    await count(page);
    await eventually(async () =>
      assertEquals((await rowsOf(page)).map((row) => row.slice(1, 4)), [
        ["Peru", "Cusco", "1"],
        ["Peru", "Lima", "1"],
      ])
    );
    assertEquals(await page.locator(".bars tbody th").first().textContent(), "Peru Cusco");
    await page.getByText("Plots: Zipf").click();
    await page.locator(".slope").waitFor();
    await assertAccessible(page);
    assertEquals(complaints, []);
  },

  async "whose key cannot be read are told of, with what is wrong"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, {}, /status of 40[04]/);
    const { page, complaints } = opened;
    await page.locator("textarea").fill(SALES);
    await page.getByText("Logs, CSV or JSON").click();
    await page.getByLabel("the key is").fill("colum(1)");
    await count(page);
    assertMatch(await page.getByRole("alert").textContent() ?? "", /'key'.*colum/);
    assertEquals(complaints, []);
  },
});

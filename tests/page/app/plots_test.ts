import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { createLogScale, createScale } from "../../../src/page/app/client/scale.js";
import { LONGEST, Spectrum } from "../../../src/page/app/client/spectrum.js";
import { assertAccessible, startPageServer } from "../../support/http/browser.ts";
import {
  assertFits,
  count,
  DARK,
  drop,
  jobOf,
  NARROW,
  open,
  testPage,
} from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

/** The key of rank `r` stands there about `300 / r` times, and has up to 300 characters. */
const TEXT = Array.from(
  { length: 300 },
  (_, i) => `${"k".repeat(i + 1)} `.repeat(Math.ceil(300 / (i + 1))),
).join("\n");

/** The colour of a shape, as its browser tells it. */
// deno-lint-ignore no-explicit-any
const fillOf = (shape: unknown): string => (globalThis as any).getComputedStyle(shape).fill;

/** A share as a plot writes it. */
function percentOf(share: number): number {
  return Number((100 * share).toFixed(3));
}

/** The slope of a line through points, by the covariance of their places. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, each) => sum + each) / numbers.length;
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  return mean(points.map((each) => (each[0] - x) * (each[1] - y))) /
    mean(points.map((each) => (each[0] - x) ** 2));
}

/** Where shapes of a plot begin in their area, in percent of it, from its left and its top. */
async function placesOf(page: Page, label: RegExp, shape: "circle" | "rect") {
  const shapes = await page.getByRole("img", { name: label }).locator(shape).all();
  const names = shape === "circle" ? ["cx", "cy"] : ["x", "y"];
  return await Promise.all(shapes.map(async (each) => {
    const values = await Promise.all(names.map((name) => each.getAttribute(name)));
    return values.map((value) => Number(value!.replace(/%$/, "")));
  }));
}

Deno.test("Spectrum fits a line to every key, and draws some", () => {
  const spectrum = new Spectrum();
  for (let rank = 1; rank <= 50_000; rank++) {
    spectrum.add("é".repeat(rank % 60), 7e8 / rank ** 1.25);
  }
  const { slope, height } = spectrum.fit!;
  assertAlmostEquals(slope, -1.25, 1e-9);
  assertAlmostEquals(10 ** height, 7e8, 1);
  assertEquals(spectrum.ranks.slice(0, 4), [1, 2, 3, 4]);
  assert(spectrum.ranks.length < 200, `${spectrum.ranks.length} points`);
  spectrum.ranks.forEach((rank, i) => assertEquals(spectrum.counts[i], 7e8 / rank ** 1.25));
  assertEquals(spectrum.keysOf.reduce((sum, keys) => sum + keys), 50_000);
  assertEquals([spectrum.keysOf[0], spectrum.keysOf[1]], [833, 834]);
  assertEquals(spectrum.keysOf[LONGEST], 50_000 - 834 * 20 - 833 * 20);
});

Deno.test("Spectrum fits nothing to one key, and counts characters and not halves of them", () => {
  const spectrum = new Spectrum();
  spectrum.add("😀a", 3);
  assertEquals([spectrum.fit, spectrum.keysOf[2], spectrum.countsOf[2]], [undefined, 1, 3]);
});

Deno.test("createScale() and createLogScale() name round numbers around what is shown", () => {
  assertEquals(createScale(261).ticks, [0, 100, 200, 300]);
  assertEquals([0, 1, 7].map((most) => createScale(most).ticks.at(-1)), [1, 1, 8]);
  assertEquals(createScale(261).place(150), 0.5);
  assertEquals(createLogScale(1, 1000).ticks, [1, 10, 100, 1000]);
  assertEquals(createLogScale(1, 1001).ticks.at(-1), 10_000);
  assertEquals(createLogScale(1, 1).ticks, [1, 10], "a single key");
  assertAlmostEquals(createLogScale(1, 1000).place(10), 1 / 3);
});

await testPage("plots of the page in a browser", {
  async "show how counts fall with ranks, and how long keys are"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin);
    const { page, complaints } = opened;
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await drop(page, TEXT);
    await count(page);
    await page.locator(".totals").waitFor();
    assertEquals(loaded.filter((path) => /plot/.test(path)), [], "not before it is wanted");
    await page.getByText("Plots: Zipf").click();
    const shown = await page.locator(".slope").textContent() ?? "";
    const address = `${server.origin}/v1/jobs/${jobOf(page)}/result?order=count&top=0`;
    const { counts } = await (await fetch(address)).json();
    assertEquals(counts.length, 300);
    const points = counts.map(({ count }: { count: number }, i: number) =>
      [Math.log(i + 1), Math.log(count)] as const
    );
    assertEquals(shown, slopeOf(points).toFixed(3).replace("-", "−"));
    assertMatch(shown, /^−0\.\d{3}$/);
    assertEquals(await page.getByText("Of all 300 keys.").count(), 1);
    const dots = await placesOf(page, /^Counts by rank, with a slope of −0\./, "circle");
    assertEquals(dots[0], [0, percentOf(1 - Math.log10(300) / 3)]); // both axes are of 3 decades
    assertEquals(dots[2], [Math.log10(3) / 3, 1 - Math.log10(100) / 3].map(percentOf));
    const bars = await placesOf(page, /^Keys by their length/, "rect");
    assertEquals(bars.length, 40);
    assertEquals(bars[0][1], percentOf(1 - 1 / 300));
    assertEquals(bars[39][1], percentOf(1 - 261 / 300));
    await page.getByText("Counts by rank, as a table").click();
    await page.getByText("Keys by their length, as a table").click();
    const cells = (caption: string) =>
      page.getByRole("table", { name: caption, exact: true }).locator("td").allTextContents();
    assertEquals((await cells("Counts by rank")).slice(0, 4), ["1", "300", "2", "150"]);
    const lengths = await cells("Keys by their length");
    assertEquals(lengths.slice(0, 6), ["1", "1", "300", "2", "1", "150"]);
    assertEquals(lengths.slice(-3, -1), ["40 and more", "261"]);
    await assertAccessible(page);
    assertEquals(complaints, []);
  },

  async "fit a narrow screen in the dark, and follow its width"(browser) {
    await using server = await startPageServer();
    await using opened = await open(browser, server.origin, { ...NARROW, ...DARK });
    const { page, complaints } = opened;
    await drop(page, TEXT);
    await count(page);
    await page.getByText("Plots: Zipf").click();
    await page.locator(".slope").waitFor();
    const plot = page.getByRole("img", { name: /^Counts by rank/ });
    assertEquals(await plot.locator("circle").first().evaluate(fillOf), "rgb(95, 163, 230)");
    await assertFits(page);
    const narrow = (await plot.boundingBox())!;
    const dots = plot.locator("circle");
    for (const dot of [dots.first(), dots.last()]) {
      const { x, y, width, height } = (await dot.boundingBox())!;
      assert(x > narrow.x && x + width <= narrow.x + narrow.width, "beside the plot");
      assert(y > narrow.y && y + height <= narrow.y + narrow.height, "above or below the plot");
    }
    await page.setViewportSize({ width: 700, height: 640 });
    await eventually(async () => assert((await plot.boundingBox())!.width > 600));
    await page.emulateMedia({ colorScheme: "light" });
    await eventually(async () =>
      assertEquals(await dots.first().evaluate(fillOf), "rgb(42, 111, 181)")
    );
    await assertAccessible(page);
    assertEquals(complaints, []);
  },
});

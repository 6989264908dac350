import { assertEquals } from "@std/assert";
import { requireRatios, tellCosts } from "../../../../load/bench/parts/costs.ts";
import { Report } from "../../../../load/support/report.ts";

const costOf = (ms: number) => ({ ms, cpuMs: NaN });
const COSTS = new Map([
  ["ours", [costOf(50), costOf(100), costOf(900)]],
  ["theirs", [costOf(250), costOf(200), costOf(10)]],
]);

function tell(write: (report: Report) => void): string[] {
  const lines: string[] = [];
  write(new Report((line) => lines.push(line)));
  return lines;
}

Deno.test("requireRatios() says whether medians are as far apart as is asked", () => {
  assertEquals(tell((report) => requireRatios(COSTS, "ours", { theirs: 2 }, report)), [
    "ok    ours, as fast as theirs: 2.00 × (required: 2 ×)",
  ]);
  assertEquals(tell((report) => requireRatios(COSTS, "ours", { theirs: 2.1 }, report)), [
    "MISS  ours, as fast as theirs: 2.00 × (required: 2.1 ×)",
  ]);
});

Deno.test("tellCosts() has the rate of our median, and a dash where nobody tells processor time", () => {
  const report = new Report((line) => lines.push(line));
  const lines: string[] = [];
  tellCosts(COSTS, "ours", 1e6, report);
  const cells = lines.join().split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const row = cells.find(([, name]) => name === "theirs")!;
  assertEquals(row.slice(2, 8), ["200", "10", "250", "5", "2.00 ×", "–"]);
  assertEquals(report.figures, [{ name: "ours", unit: "MB/s", value: 10, better: "higher" }]);
});

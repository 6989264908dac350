import { assertEquals } from "@std/assert";
import { formatTable, Report } from "../../../load/support/report.ts";

Deno.test("formatTable() stands columns below each other", () => {
  assertEquals(formatTable(["", "MB/s"], [["millrace", "1135"], ["wc", "9"]]), [
    "          MB/s",
    "millrace  1135",
    "wc           9",
  ]);
});

Deno.test("Report says whether a requirement is met, and keeps figures", () => {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  report.require("rate", "5 MB/s (required: 4)", true);
  report.require("memory", "9 MB (required: 8)", false);
  report.figure("rate", "MB/s", 5, "higher");
  assertEquals(lines, ["ok    rate: 5 MB/s (required: 4)", "MISS  memory: 9 MB (required: 8)"]);
  assertEquals(report.figures, [{ name: "rate", unit: "MB/s", value: 5, better: "higher" }]);
});

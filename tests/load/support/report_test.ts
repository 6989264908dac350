import { assertEquals } from "@std/assert";
import { Report } from "../../../load/support/report.ts";

Deno.test("Report prints tables in Markdown, and keeps what it printed", () => {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  report.print("2 MB");
  report.print();
  report.table(["", "MB/s"], [["  millrace", "1135"], ["wc", "9"]]);
  const table = [
    "|          | MB/s |",
    "| -------- | ---- |",
    "| millrace | 1135 |",
    "| wc       | 9    |",
  ].join("\n");
  assertEquals(lines, ["2 MB", "", `\n${table}\n`]);
  assertEquals(report.blocks, ["2 MB", table]);
});

Deno.test("Report tells progress apart", () => {
  const told: string[] = [];
  const report = new Report(() => {}, (line) => told.push(line));
  report.progress("round 1 of 2");
  assertEquals(told, ["round 1 of 2"]);
  assertEquals(report.blocks, []);
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

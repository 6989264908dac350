import { assertEquals } from "@std/assert";
import { BENCHMARKS } from "../../../../load/bench/benchmarks.ts";
import { Report } from "../../../../load/support/report.ts";
import {
  isMet,
  type Requirement,
  tellRequirements,
} from "../../../../load/bench/parts/requirements.ts";

const [BENCHMARK] = BENCHMARKS;
const AT_LEAST: Requirement = { what: "rate", benchmark: BENCHMARK, figure: "rate", least: 0.5 };
const AT_MOST: Requirement = { what: "cost", benchmark: BENCHMARK, figure: "cost", most: 2 };

Deno.test("isMet() holds a figure, or its ratio to what was before, against the bound", () => {
  const halved: Requirement = { ...AT_LEAST, least: undefined, most: 0.5, ofBefore: true };
  const rows = [
    { requirement: AT_LEAST, before: 9, now: 0.5, met: true },
    { requirement: AT_LEAST, before: 9, now: 0.49, met: false },
    { requirement: AT_MOST, before: 9, now: 2, met: true },
    { requirement: AT_MOST, before: 9, now: 2.1, met: false },
    { requirement: halved, before: 10, now: 5, met: true },
    { requirement: halved, before: 10, now: 5.1, met: false },
  ];
  for (const { requirement, before, now, met } of rows) {
    assertEquals(isMet(requirement, { before, now }), met, `${requirement.what}: ${now}`);
  }
});

Deno.test("isMet() takes what nothing tells for missed", () => {
  assertEquals(isMet(AT_LEAST, {}), false);
  assertEquals(isMet(AT_MOST, {}), false);
  assertEquals(isMet({ ...AT_MOST, ofBefore: true }, { now: 1 }), false);
  assertEquals(isMet({ ...AT_MOST, ofBefore: true }, { before: 1 }), false);
});

Deno.test("tellRequirements() prints a row of each, and keeps it for programs", () => {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  const gain: Requirement = { ...AT_LEAST, least: 1.5, ofBefore: true, limit: 3 };
  const found = new Map([[gain, { before: 200, now: 500 }], [AT_MOST, { now: 2.345 }]]);
  tellRequirements([gain, AT_MOST, AT_LEAST], found, report);
  const cells = lines.join("\n").trim().split("\n").map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals(cells.slice(2), [
    ["rate", "at least 1.5 × before", "200", "500 (2.5 ×)", "3", "ok"],
    ["cost", "at most 2", "–", "2.35", "–", "MISS"],
    ["rate", "at least 0.5", "–", "–", "–", "MISS"],
  ]);
  assertEquals(report.rows, [
    { what: "rate", before: 200, now: 500 },
    { what: "cost", before: null, now: 2.345 },
    { what: "rate", before: null, now: null },
  ]);
});

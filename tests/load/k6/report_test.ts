import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatHtml, formatMarkdown, formatOutcome } from "../../../load/k6/report.ts";
import { createOutcome } from "./outcomes.ts";

Deno.test("formatOutcome() tells how many answers were exact, and what failed", () => {
  assertEquals(formatOutcome(createOutcome()), [
    "load: passed",
    "  100 answers were exact, 0 were wrong; p50 2 ms, p95 5 ms",
  ]);
  const failed = formatOutcome(createOutcome({ wrong: 2 }));
  assertEquals(failed[0], "load: FAILED");
  assertEquals(failed.at(-1), "  FAILED: 2 of 100 answers were wrong");
});

Deno.test("formatMarkdown() has verdict, command, thresholds, checks, times and texts", () => {
  const markdown = formatMarkdown(createOutcome({ isQuick: false }));
  for (
    const part of [
      "- answer_ms misses p(95)<3000",
      "deno task load load",
      "| answer_ms | p(95)<3000 | MISSED |",
      "| a count is exact | 100 | 0 |",
      "| answer_ms | 100 | 1 | 2 | 5 | 6 | 7 |",
      "| exact_counts | 100 (10 a second) |",
      "| checks | 100 % |",
      "Texts: <moby> & others.",
    ]
  ) assertStringIncludes(markdown, part);
});

Deno.test("formatHtml() is one page with charts, which loads nothing and runs nothing", async () => {
  const html = await formatHtml(createOutcome());
  assertEquals(html.match(/<svg /g)?.length, 2);
  assertStringIncludes(html, "&lt;moby&gt; &amp; others");
  assertStringIncludes(html, "<td>p(95)&lt;3000</td>");
  assert(!/<(script|link|img|iframe)|\bsrc=/.test(html), "nothing else is loaded");
});

Deno.test("formatHtml() needs no charts for a run that left no points", async () => {
  const html = await formatHtml({ ...createOutcome(), seconds: [], summary: undefined, k6: 255 });
  assertStringIncludes(html, "k6 ended with 255 and wrote no summary");
});

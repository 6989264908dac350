import { marked } from "marked";
import { drawChart } from "../support/charts.ts";
import { describeEnvironment } from "../support/environment.ts";
import { drawSeconds } from "./charts_of_run.ts";
import { judge, listMissedTimes } from "./judge.ts";
import type { K6Summary, Metric, Outcome } from "./outcome.ts";

/** Statistics of a summary, as k6 calls them. */
const STATISTICS = ["count", "min", "med", "p(95)", "p(99)", "max"];

/** What a run found, in a few lines for a terminal. */
export function formatOutcome(outcome: Outcome): string[] {
  const { name, summary, findings } = outcome;
  const faults = judge(outcome);
  const lines = summary ? [tellCounts(summary.metrics)] : [];
  lines.push(...findings.flatMap((each) => each.lines));
  if (!outcome.timed) lines.push(...listMissedTimes(summary).map((miss) => `MISS: ${miss}`));
  lines.push(...faults.map((fault) => `FAILED: ${fault}`));
  return [`${name}: ${faults.length === 0 ? "passed" : "FAILED"}`, ...lines.map((l) => `  ${l}`)];
}

function tellCounts({ exact_counts, wrong_counts, answer_ms }: K6Summary["metrics"]): string {
  const exact = exact_counts?.values.count ?? 0;
  const wrong = wrong_counts?.values.count ?? 0;
  const ms = answer_ms?.values;
  const times = ms ? `; p50 ${ms.med.toFixed(0)} ms, p95 ${ms["p(95)"].toFixed(0)} ms` : "";
  return `${exact} answers were exact, ${wrong} were wrong${times}`;
}

/** The summary as Markdown. */
export function formatMarkdown(outcome: Outcome): string {
  const { name, about, command, environment, books, summary, findings } = outcome;
  const faults = judge(outcome);
  const verdict = faults.length === 0
    ? "**Passed.**"
    : `**Failed:**\n\n${faults.map((fault) => `- ${fault}`).join("\n")}`;
  const parts = [
    `# ${name}`,
    `${about}.`,
    "```sh\n" + command + "\n```",
    verdict,
    ...findings.flatMap(({ lines, table }) => [...lines, ...(table ? [formatTable(table)] : [])]),
  ];
  if (summary) parts.push(...formatSummary(summary));
  parts.push("## Where", `Texts: ${books}.`, ...describeEnvironment(environment));
  return parts.join("\n\n") + "\n";
}

function formatSummary({ metrics, checks }: K6Summary): string[] {
  const trends = Object.entries(metrics).filter(([, { type, values }]) =>
    type === "trend" && values.count > 0
  );
  const others = Object.entries(metrics).filter(([, { type }]) => type !== "trend");
  const thresholds = Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).map(([rule, { ok }]) => [name, rule, ok ? "met" : "MISSED"])
  );
  return [
    "## Thresholds",
    formatTable({ header: ["metric", "rule", ""], rows: thresholds }),
    "## Checks",
    formatTable({
      header: ["check", "passed", "failed"],
      rows: checks.map(({ name, passes, fails }) => [name, String(passes), String(fails)]),
    }),
    "## Times",
    formatTable({
      header: ["metric", ...STATISTICS],
      rows: trends.map(([name, { values }]) => [
        name,
        ...STATISTICS.map((each) => formatNumber(values[each])),
      ]),
    }),
    "## Numbers",
    formatTable({ header: ["metric", "value"], rows: others.map(formatOther) }),
  ];
}

function formatOther([name, { type, values }]: [string, Metric]): string[] {
  const { count, rate, value } = values;
  if (type === "counter") return [name, `${formatNumber(count)} (${formatNumber(rate)} a second)`];
  return [name, type === "rate" ? `${formatNumber(rate * 100)} %` : formatNumber(value)];
}

function formatNumber(value: number | undefined): string {
  return value === undefined ? "–" : String(Number(value.toFixed(2)));
}

function formatTable({ header, rows }: { header: string[]; rows: string[][] }): string {
  const line = (cells: string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

const STYLE =
  `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .6rem;text-align:left}
svg{max-width:100%;height:auto}`;

/** The summary as a page with charts, which loads nothing else. */
export async function formatHtml(outcome: Outcome): Promise<string> {
  const charts = [
    ...outcome.findings.flatMap((each) => each.charts),
    ...drawSeconds(outcome.seconds),
  ].map(drawChart);
  const markdown = formatMarkdown(outcome).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const [head, ...rest] = (await marked.parse(markdown)).split(/(?=<h2)/);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Millrace under load: ${outcome.name}</title>
<style>${STYLE}</style>
${head}
${charts.join("\n")}
${rest.join("")}
</html>
`;
}

import type { Tokenizer } from "../../contract/options.ts";
import { countsWords, nameKeys, readQuestion } from "../../contract/record_question.ts";
import { formatBytes, formatCount } from "../terminal/units.ts";
import type { Seen, SeenRecords } from "./counter.ts";
import type { CountSettings } from "./settings.ts";

const NOUNS: Readonly<Record<Tokenizer, string>> = {
  unicode: "word",
  whitespace: "word",
  ascii: "word",
  icu: "word",
  lines: "line",
  template: "line",
  pattern: "occurrence",
};

/** What was left out of a count. */
export interface LeftOut {
  failures: readonly unknown[];
  noTexts: number;
}

/** The last line: what was cut from the answer, and how fast it was made. */
export function formatSummary(
  seen: Seen,
  { count, kernel }: Pick<CountSettings, "count" | "kernel">,
  ms: number,
  { failures, noTexts }: LeftOut,
): string {
  const { n } = count;
  const isOfRecords = kernel.name !== undefined || countsRecords(count);
  const noun = isOfRecords ? "record" : n > 1 ? `${n}-gram` : NOUNS[count.tokenizer];
  const notes = [
    ...noteApprox(seen.approx),
    ...(seen.records ? noteRecords(seen.records) : []),
    `${(ms / 1000).toFixed(2)} s, ${formatBytes(seen.bytes * 1000 / ms)}/s`,
    ...(failures.length > 0 ? [`${failures.length} not counted`] : []),
    ...(noTexts > 0 ? [`${noTexts} ${noTexts === 1 ? "file is" : "files are"} no text`] : []),
  ];
  return [formatShown(seen, noun), ...notes].join("; ");
}

/** Whether a record has one key, and not one for each thing that a tokenizer finds in it. */
function countsRecords(count: CountSettings["count"]): boolean {
  const question = readQuestion(count);
  return question !== undefined && nameKeys(count.key) && !countsWords(question);
}

/** How far counts and keys may be off, if they may. */
function noteApprox(approx: Seen["approx"]): string[] {
  if (!approx || approx.bound === 0) return [];
  const share = `${(100 * approx.keysError).toFixed(1)} %`;
  return [`counts are up to ${formatCount(approx.bound)} too low, keys ± ${share}`];
}

/** What was not counted of the records, and why. */
function noteRecords({ records, missing, notNumbers, skipped, skippedAt = [] }: SeenRecords) {
  const at = skippedAt.length === 0
    ? ""
    : ` (at byte ${skippedAt.join(", ")}${skipped > skippedAt.length ? ", …" : ""})`;
  const notes = [
    [missing, "without a key"],
    [notNumbers, "without a number"],
    [skipped, `broken${at}`],
  ].flatMap(([count, why]) => count === 0 ? [] : [`${formatCount(count as number)} ${why}`]);
  return notes.length === 0 ? [] : [`of ${plural(records, "record")}: ${notes.join(", ")}`];
}

function formatShown({ keys, counted, shown }: Seen, noun: string): string {
  if (Number.isNaN(keys)) return "Counted by the server";
  const all = plural(keys, "key");
  const sum = counted === undefined ? "" : plural(counted, noun);
  if (shown === undefined) return `${all} in all`;
  if (shown.keys >= keys) return sum === "" ? all : `${all}, ${sum}`;
  const part = sum === "" || !counted || shown.counted === undefined
    ? ""
    : `, ${formatShare(shown.counted / counted)} of ${sum}`;
  return `${formatCount(shown.keys)} of ${all} shown${part}`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(100 * share)} %`;
}

import { addressOf } from "./api.js";
import { Bars } from "./bars.js";
import { curlOfRows, millraceOfRows } from "./command_lines.js";
import { CopiedLine } from "./copied_line.js";
import { Downloads } from "./downloads.js";
import { formatBytes, formatCount, formatDuration } from "./format.js";
import { isTime } from "./group_places.js";
import { useJson } from "./hooks.js";
import { Later } from "./later.js";
import { OF_LINES } from "./options.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { KeyTable } from "./key_table.js";
import { partsOf } from "./row_numbers.js";

/** @typedef {import("../../../contract/documents.ts").ResultDocument} ResultDocument */
/** @typedef {{ id: string, onKey: () => void }} Properties */

const BARS = 30;

// Plots are loaded and read for those who want them.
const loadPlots = async () => (await import("./plots.js")).Plots;
const loadTrend = async () => (await import("./trend.js")).Trend;

/** @param {Properties} properties What a job that is done has counted. */
export function Result({ id, onKey }) {
  const [isLog, setLog] = useState(false);
  const path = `v1/jobs/${id}/result?order=count&top=${BARS}`;
  const { data, problem } = useJson(path);
  const result = /** @type {ResultDocument | undefined} */ (data);
  if (result === undefined) return html`<${ProblemNote} problem=${problem} onKey=${onKey} />`;
  const groupedBy = findGroups(result);
  const bound = result.approx?.bound ?? 0;
  return html`
    <p class="totals">${describeTotals(result)}</p>
    <h2>Keys</h2>
    <${KeyTable} id=${id} hasShares=${result.totals.counted !== undefined} onKey=${onKey} />
    <h2>The ${Math.min(BARS, result.counts.length)} most frequent</h2>
    <label><input type="checkbox" checked=${isLog}
      onChange=${() => setLog((before) => !before)} /> Logarithmic bars</label>
    <${Bars} rows=${result.counts} isLog=${isLog}
      caption=${isLog ? "Bars are logarithms of the counts" : "Bars are the counts"} />
    ${result.totals.counted !== undefined && html`
      ${groupedBy !== undefined && html`
        <${Opened} load=${loadTrend} id=${id}
          summary="Trend: how often keys were counted in each group"
          groupedBy=${groupedBy} keys=${result.totals.keys} bound=${bound} onKey=${onKey} />
      `}
      <${Opened} summary="Plots: Zipf’s law, and lengths of keys"
        load=${loadPlots} id=${id} isAll=${bound === 0} onKey=${onKey} />
    `}
    <p><a href=${`#jobs=${id}`}>Compare it with another count</a></p>
    <h2>Take it away</h2>
    <${Downloads} path=${`v1/jobs/${id}/result?top=0`} stem="counts" onKey=${onKey} />
    <${CopiedLine} label="By curl" line=${curlOfRows(`v1/jobs/${id}/result?top=0`, "counts.csv")} />
    <${CopiedLine} label="By the command line"
      line=${millraceOfRows(`jobs result ${id}`, "counts.csv")} />
    <${CopiedLine} label="Link to this result, as long as the server keeps it"
      line=${`${addressOf("")}#job=${id}`} />
  `;
}

/**
 * What is loaded when somebody opens it.
 *
 * @param {{ summary: string, load: () => Promise<unknown>, onKey: () => void, [more: string]: unknown }}
 *   properties
 */
function Opened({ summary, ...properties }) {
  const [isOpen, setOpen] = useState(false);
  return html`
    <details onToggle=${(/** @type {any} */ { target }) => setOpen((now) => now || target.open)}>
      <summary>${summary}</summary>
      ${isOpen && html`<${Later} ...${properties} />`}
    </details>
  `;
}

/**
 * What keys begin with, where this is a group: the first part of several, or a bucket of time.
 *
 * @param {ResultDocument} result
 * @returns {string | undefined}
 */
function findGroups({ options: { by = [], key = [] }, counts: [first] }) {
  const [expression = ""] = [...by, ...key];
  return first && (partsOf(first).length > 1 || isTime(expression)) ? expression : undefined;
}

/** @param {ResultDocument} result In a sentence. */
function describeTotals({ totals, options, ms, records, approx }) {
  const { tokens, keys, counted, bytes, replacements } = totals;
  const isOfTokens = !records || isOfWords(options);
  const what = !isOfTokens ? "records" : options.tokenizer === "lines" ? "lines" : "tokens";
  const all = `${formatCount(isOfTokens ? tokens : records.records)} ${what}`;
  const shown = counted === undefined ? "" : `, which were seen ${formatCount(counted)} times`;
  const broken = replacements === 0
    ? ""
    : ` ${formatCount(replacements)} pieces of the text were no UTF-8 and count as “�”.`;
  const about = approx?.keysError ? "about " : "";
  return `${all} in ${formatBytes(bytes)}, and ${about}${formatCount(keys)} different keys` +
    `${shown}. Counted in ${formatDuration(ms.total)}, ${describeCare(options, approx)}${
      records ? describeLeftOut(records) : ""
    }${broken}`;
}

/**
 * How far numbers may be from the truth.
 *
 * @param {ResultDocument["options"]} options
 * @param {ResultDocument["approx"]} approx
 */
function describeCare({ agg = [] }, approx) {
  if (approx?.bound) {
    return `approximately: a count may be up to ${
      formatCount(approx.bound)
    } too low, none is too ` +
      "high, and keys that are not more frequent than that may be left out.";
  }
  return agg.includes("approxDistinct")
    ? "exactly, but for how many differ: that is an estimate, with a standard error of 1.6 %."
    : "exactly.";
}

/** Whether tokens were counted, of records or in groups. @param {ResultDocument["options"]} options */
function isOfWords({ tokenizer = "unicode", key = [] }) {
  return key.length === 0 ? !OF_LINES.includes(tokenizer) : key.includes("word");
}

/** @param {import("../../../contract/documents.ts").RecordReport} records */
function describeLeftOut({ missing, notNumbers, skipped }) {
  if (missing + notNumbers + skipped === 0) return "";
  return ` Records that were left out: ${formatCount(missing)} without a key, ` +
    `${formatCount(notNumbers)} without a number, ${formatCount(skipped)} that are broken.`;
}

import { addressOf } from "./api.js";
import { choice } from "./choice.js";
import { curlOfRows, millraceOfRows, quote } from "./command_lines.js";
import { CopiedLine } from "./copied_line.js";
import { Downloads } from "./downloads.js";
import { formatCount, formatPerMillion, formatSigned, showKey } from "./format.js";
import { html, useState } from "./preact.js";
import { MEASURES } from "./measures.js";
import { ProblemNote } from "./problems.js";
import { PageButtons, ROWS, useRowPages } from "./row_pages.js";
import { runs } from "./runs.js";
import { head, numberHead, sortHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/documents.ts").ComparisonDocument} ComparisonDocument */
/** @typedef {ComparisonDocument["rows"][number]} Row */
/** @typedef {keyof typeof MEASURES} Measure */

/** Measures that every row has; the others come when rows are ordered by them. */
const ALWAYS = /** @type {const} */ (["g2", "logRatio"]);

/** Measures without a side: of how sure a difference is, whoever it favours. */
const UNSIDED = ["g2", "chi2"];

const SIDES = [["any", "of either"], ["both", "of both"], ["a", "of A alone"], ["b", "of B alone"]];

/**
 * Which keys mark a count, a, against another one, b.
 *
 * @param {{ a: string, b: string, onKey: () => void }} properties
 */
export function Compare({ a, b, onKey }) {
  const [asked, setAsked] = useState({
    measure: /** @type {Measure} */ ("g2"),
    in: "any",
    prefix: "",
  });
  const query = new URLSearchParams({ with: b, measure: asked.measure, in: asked.in, top: "0" });
  if (asked.prefix !== "") query.set("prefix", asked.prefix);
  const path = `v1/jobs/${a}/compare?${query}`;
  const prefix = asked.prefix && ` --prefix ${quote(asked.prefix)}`;
  const command = `compare ${a} ${b} --measure ${asked.measure} --in ${asked.in}${prefix}`;
  const { page, problem, buttons } = useRowPages(`${path}&limit=${ROWS}`);
  const comparison = /** @type {ComparisonDocument | undefined} */ (page);
  /** @param {any} event */
  const change = ({ target: { name, value } }) =>
    setAsked((before) => ({ ...before, [name]: value }));
  return html`<section>
    <h1>Two counts compared</h1>
    <ul>
      <li>A: ${describe(a, comparison?.a)}</li>
      <li>B: ${describe(b, comparison?.b)}</li>
    </ul>
    <p><a href=${`#compare=${b},${a}`}>Exchange A and B</a></p>
    <fieldset class="row" onInput=${change}>
      <legend>Keys</legend>
      ${choice("in", "Show keys", asked.in, SIDES)}
      <label>that begin with
        <input type="search" name="prefix" maxlength="1024" value=${asked.prefix} /></label>
      ${
    choice(
      "measure",
      "ordered by the difference:",
      asked.measure,
      Object.entries(MEASURES).map(([measure, [, text]]) => [measure, text]),
    )
  }
    </fieldset>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    ${
    comparison && html`
      <${Rows} rows=${comparison.rows} measure=${comparison.measure}
        onSort=${(/** @type {Measure} */ measure) => setAsked((now) => ({ ...now, measure }))} />
    `
  }
    <${PageButtons} label="Pages of keys" ...${buttons} />
    <p class="dim">A difference with a G² of 3.84 or more comes about by chance in less than 5 % of
      cases, one of 15.13 in less than 0.01 %. A log ratio of 1 is twice as often in A, of −1 in B.</p>
    <h2>Take it away</h2>
    <${Downloads} path=${path} stem="comparison" onKey=${onKey} />
    <${CopiedLine} label="By curl" line=${curlOfRows(path, "comparison.csv")} />
    <${CopiedLine} label="By the command line" line=${millraceOfRows(command, "comparison.csv")} />
    <${CopiedLine} label="Link to this comparison, as long as the server keeps both counts"
      line=${`${addressOf("")}#compare=${a},${b}`} />
  </section>`;
}

/**
 * @param {string} id
 * @param {ComparisonDocument["a"] | undefined} side
 */
function describe(id, side) {
  const title = runs.get(id)?.title ?? `Count ${id}`;
  const sums = side && `: ${formatCount(side.counted)} in all, ${formatCount(side.keys)} keys`;
  return html`<a href=${`#job=${id}`}>${title}</a>${sums}`;
}

/**
 * Rows with bars of what they are ordered by: one to the left is for b, one to the right for a.
 *
 * @param {{
 *   rows: readonly Row[],
 *   measure: Measure,
 *   onSort: (measure: Measure) => void,
 * }} properties
 */
function Rows({ rows, measure, onSort }) {
  if (rows.length === 0) return html`<p>There is no such key.</p>`;
  const measures = [...new Set(/** @type {Measure[]} */ ([...ALWAYS, measure]))];
  const most = Math.max(...rows.map((row) => Math.abs(row[measure] ?? 0)), Number.MIN_VALUE);
  const heads = [
    head("Key"),
    ...measures.map((each) =>
      sortHead(MEASURES[each][0], "descending", each === measure, () => onSort(each))
    ),
    html`<td></td>`,
    ...["A", "B", "A per million", "B per million"].map(numberHead),
  ];
  const shown = rows.map((row) =>
    html`
      <tr key=${row.key}>
        <th scope="row"><bdi>${showKey(row.key)}</bdi></th>
        ${measures.map((each) => html`<td class="number">${formatSigned(row[each] ?? 0)}</td>`)}
        <td class="bar">${sidedBar(sidedAmount(row, measure) / most)}</td>
        <td class="number">${formatCount(row.countA)}</td>
        <td class="number">${formatCount(row.countB)}</td>
        <td class="number">${formatPerMillion(row.perMillionA)}</td>
        <td class="number">${formatPerMillion(row.perMillionB)}</td>
      </tr>
    `
  );
  return wideTable("Keys", heads, shown, "compared");
}

/** @param {Row} row @param {Measure} measure Above 0 where a has more. */
function sidedAmount(row, measure) {
  const amount = row[measure] ?? 0;
  return UNSIDED.includes(measure) && row.logRatio < 0 ? -amount : amount;
}

/** @param {number} share From -1, all of the left half, to 1, all of the right one. */
function sidedBar(share) {
  return html`
    <svg aria-hidden="true" viewBox="-1 0 2 1" preserveAspectRatio="none">
      <rect class=${share < 0 ? "left" : "right"} x=${Math.min(0, share).toFixed(4)}
        width=${Math.abs(share).toFixed(4)} height="1" />
    </svg>
  `;
}

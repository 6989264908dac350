import { formatCount, showKey } from "./format.js";
import { isTime, placeGroups, shortenTime } from "./group_places.js";
import { GroupedCounts } from "./grouped_counts.js";
import { useLoaded } from "./hooks.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { readRows } from "./read_rows.js";
import { head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("./grouped_counts.js").Series} Series */

/** Keys that are drawn, each by itself. */
const MOST_KEYS = 8;

/** Bars of a drawing: neighbours among more groups are added up. */
const MOST_BARS = 200;

/**
 * How often keys were counted in each group: of a result whose keys begin with a group.
 *
 * @param {{
 *   id: string,
 *   groupedBy: string,
 *   keys: number,
 *   bound: number,
 *   onKey: () => void,
 * }} properties `groupedBy` is what groups are values of; `keys` are all that there are; `bound` is
 *   by how much a count may be too low.
 */
export function Trend({ id, groupedBy, keys, bound, onKey }) {
  const [prefix, setPrefix] = useState("");
  const { data, problem } = useLoaded((signal) => readCounts(id, signal), [id]);
  if (data === undefined) {
    return problem
      ? html`<${ProblemNote} problem=${problem} onKey=${onKey} />`
      : html`<p>The keys are being read.</p>`;
  }
  if (data.rows === 0) return html`<p>There is no key.</p>`;
  return html`
    <p class="row"><label>Keys behind the group that begin with
      <input type="search" maxlength="1024" value=${prefix}
        onInput=${(/** @type {any} */ { target }) => setPrefix(target.value)} /></label></p>
    <${Drawings} counts=${data} shown=${data.largest(MOST_KEYS, prefix)}
      groupedBy=${groupedBy} bound=${bound} isCut=${bound > 0 || data.rows < keys} />
  `;
}

/**
 * @param {{
 *   counts: GroupedCounts,
 *   shown: readonly Series[],
 *   groupedBy: string,
 *   bound: number,
 *   isCut: boolean,
 * }} properties
 */
function Drawings({ counts: { rows, least, groups }, shown, groupedBy, bound, isCut }) {
  if (shown.length === 0) return html`<p>No key begins so.</p>`;
  const { names, shared, placeOf } = placeGroups(groups, groupedBy, MOST_BARS);
  const heights = shown.map(({ counts }) => {
    const sums = names.map(() => 0);
    for (const [group, count] of counts) sums[placeOf(group)] += count;
    return sums;
  });
  const most = Math.max(...heights.flat());
  const ends = [names[0], names.at(-1)].map((name) =>
    showKey(isTime(groupedBy) ? shortenTime(name ?? "") : name ?? "")
  );
  const cut = isCut && html`Of the ${formatCount(rows)} largest counts: what is left out are counts
    of ${formatCount(least + bound)} and less.`;
  return html`
    <p class="dim">${formatCount(groups.size)} groups. ${shared > 1 &&
      `A bar is of ${formatCount(shared)} that are side by side. `}All bars are on one scale, up
      to ${formatCount(most)}. ${cut}</p>
    <div class="trend">${shown.map((series, i) => drawing(series, heights[i], most, ends))}</div>
    <${TrendTable} names=${names} shown=${shown} heights=${heights} />
  `;
}

/**
 * Bars of a key, side by side.
 *
 * @param {Series} series
 * @param {readonly number[]} heights
 * @param {number} most What is as high as the drawing.
 * @param {readonly string[]} ends Names of the first group and the last.
 */
function drawing(series, heights, most, ends) {
  const name = nameOf(series);
  return html`
    <figure key=${name}>
      <figcaption><bdi>${name}</bdi> <span class="dim">${formatCount(
        series.sum,
      )}</span></figcaption>
      <svg role="img" aria-label=${`Counts of ${name} over the groups`} viewBox="0 0 1 1"
        preserveAspectRatio="none">
        <path d=${outline(heights, most)} />
      </svg>
      <p class="ends dim">${ends.map((end) => html`<bdi>${end}</bdi>`)}</p>
    </figure>
  `;
}

/**
 * What the drawings show, for those who cannot see them or want numbers.
 *
 * @param {{
 *   names: readonly (string | undefined)[],
 *   shown: readonly Series[],
 *   heights: readonly (readonly number[])[],
 * }} properties
 */
function TrendTable({ names, shown, heights }) {
  const heads = [head("Group"), ...shown.map((series) => numberHead(nameOf(series)))];
  const rows = names.flatMap((name, place) =>
    name === undefined ? [] : [html`
      <tr key=${place}>
        <th scope="row"><bdi>${showKey(name)}</bdi></th>
        ${heights.map((sums) => html`<td class="number">${formatCount(sums[place])}</td>`)}
      </tr>
    `]
  );
  return html`
    <details>
      <summary>Counts by group, as a table</summary>
      ${wideTable("Counts by group", heads, rows)}
    </details>
  `;
}

/** @param {Series} series */
function nameOf({ parts }) {
  return parts.length === 0 ? "All" : parts.map(showKey).join(" ");
}

/**
 * The outline of bars beside each other, within 1 by 1: a path of SVG.
 *
 * @param {readonly number[]} heights
 * @param {number} most What is as high as the drawing.
 */
function outline(heights, most) {
  const steps = heights.map((height, i) =>
    `V${(1 - height / most).toFixed(4)}H${((i + 1) / heights.length).toFixed(4)}`
  );
  return `M0 1${steps.join("")}V1Z`;
}

/** @param {string} id @param {AbortSignal} signal */
async function readCounts(id, signal) {
  const counts = new GroupedCounts();
  for await (const row of readRows(id, signal)) counts.add(row);
  return counts;
}

import { formatCount } from "./format.js";
import { useLoaded } from "./hooks.js";
import { Plot } from "./plot.js";
import { html } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { MOST_ROWS, readRows } from "./read_rows.js";
import { partsOf } from "./row_numbers.js";
import { createLogScale, createScale } from "./scale.js";
import { LONGEST, Spectrum } from "./spectrum.js";
import { numberHead } from "./tables.js";

/**
 * @typedef {{
 *   caption: string,
 *   heads: readonly string[],
 *   rows: readonly (readonly string[])[],
 * }} Numbers
 */

/** Rows of the table for each decade of ranks. */
const ROWS_A_DECADE = 5;

/**
 * How a result's counts and keys lie.
 *
 * @param {{ id: string, isAll: boolean, onKey: () => void }} properties `isAll` says that the
 *   result has every key.
 */
export function Plots({ id, isAll, onKey }) {
  const { data: spectrum, problem } = useLoaded((signal) => readSpectrum(id, signal), [id]);
  if (spectrum === undefined) {
    return problem
      ? html`<${ProblemNote} problem=${problem} onKey=${onKey} />`
      : html`<p>The keys are being read.</p>`;
  }
  const isCut = !isAll || spectrum.keys === MOST_ROWS;
  return html`
    <p>${isCut ? "Of the" : "Of all"} ${formatCount(spectrum.keys)}
      ${isCut ? " most frequent" : ""} keys.</p>
    <${RankPlot} spectrum=${spectrum} />
    <${LengthPlot} spectrum=${spectrum} />
  `;
}

/** @param {{ spectrum: Spectrum }} properties Zipf's plot, with the line that fits it. */
function RankPlot({ spectrum: { keys, ranks, counts, fit } }) {
  if (keys === 0) return null;
  const slope = fit && fit.slope.toFixed(3).replace("-", "−");
  const heightOf = (/** @type {number} */ rank) =>
    fit ? 10 ** (fit.slope * Math.log10(rank) + fit.height) : 1;
  const step = (/** @type {number} */ i) => Math.floor(ROWS_A_DECADE * Math.log10(ranks[i]));
  const rows = ranks.flatMap((rank, i) =>
    i > 0 && step(i) === step(i - 1) ? [] : [[formatCount(rank), formatCount(counts[i])]]
  );
  return html`
    <h3>Counts by rank</h3>
    ${slope && html`<p>On these scales the counts fall with a slope of${" "}
      <strong class="slope">${slope}</strong>. By Zipf’s law it is −1.</p>`}
    <${Plot} label=${`Counts by rank${slope ? `, with a slope of ${slope}` : ""}`}
      axes=${["Rank", "Count"]}
      x=${createLogScale(1, keys)}
      y=${createLogScale(1, Math.max(counts[0], heightOf(1)))}
      dots=${ranks.map((rank, i) => [rank, counts[i]])}
      line=${fit && [1, keys].map((rank) => [rank, heightOf(rank)])} />
    <${NumbersTable} caption="Counts by rank" heads=${["Rank", "Count"]} rows=${rows} />
  `;
}

/** @param {{ spectrum: Spectrum }} properties */
function LengthPlot({ spectrum: { keysOf, countsOf } }) {
  const bars = keysOf.map((keys, length) => [length, keys]).filter(([, keys]) => keys > 0);
  const rows = bars.map(([length, keys]) => [
    length === LONGEST ? `${length} and more` : String(length),
    formatCount(keys),
    formatCount(countsOf[length]),
  ]);
  return html`
    <h3>Lengths of keys</h3>
    <${Plot} label="Keys by their length" axes=${["Characters", "Keys"]}
      x=${createScale(LONGEST + 1)} y=${createScale(Math.max(...keysOf))} bars=${bars} />
    <${NumbersTable} caption="Keys by their length" rows=${rows}
      heads=${["Characters", "Keys", "Counted"]} />
  `;
}

/** @param {Numbers} properties What a plot shows, for those who cannot see it or want numbers. */
function NumbersTable({ caption, heads, rows }) {
  return html`
    <details>
      <summary>${caption}, as a table</summary>
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${heads.map(numberHead)}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${row.map((text) => html`<td class="number">${text}</td>`)}</tr>`
        )}</tbody>
      </table>
    </details>
  `;
}

/** @param {string} id @param {AbortSignal} signal */
async function readSpectrum(id, signal) {
  const spectrum = new Spectrum();
  for await (const row of readRows(id, signal)) spectrum.add(partsOf(row).join(" "), row.count);
  return spectrum;
}

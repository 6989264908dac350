import { amountOf } from "./bars.js";
import { formatCount, formatPerMillion, showKey } from "./format.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { PageButtons, ROWS, useRowPages } from "./row_pages.js";

/** @typedef {import("../../../contract/documents.ts").ResultDocument} ResultDocument */

/**
 * The keys of a result, a page at a time, found by how they begin.
 *
 * @param {{ id: string, hasShares: boolean, onKey: () => void }} properties
 */
export function KeyTable({ id, hasShares, onKey }) {
  const [prefix, setPrefix] = useState("");
  const { page, problem, buttons } = useRowPages(firstPage(id, prefix, hasShares));
  const result = /** @type {ResultDocument | undefined} */ (page);
  return html`
    <p class="row"><label>Keys that begin with
      <input type="search" maxlength="1024" value=${prefix}
        onInput=${(/** @type {any} */ { target }) => setPrefix(target.value)} /></label></p>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    ${result && html`<${Rows} page=${result} hasShares=${hasShares} />`}
    <${PageButtons} label="Pages of keys" ...${buttons} />
  `;
}

/** @param {{ page: ResultDocument, hasShares: boolean }} properties */
function Rows({ page: { counts, values }, hasShares }) {
  if (counts.length === 0) return html`<p>No key begins so.</p>`;
  return html`
    <div class="scrolled" tabindex="0" role="region" aria-label="Keys">
      <table>
        <thead>
          <tr>
          <th scope="col" class="number">Rank</th><th scope="col">Key</th>
          <th scope="col" class="number">${values ? "Value" : "Count"}</th>
          ${hasShares && html`<th scope="col" class="number">Per million</th>`}
        </tr>
        </thead>
        <tbody>${counts.map((row) =>
          html`<tr key=${row.key}>
      <td class="number">${formatCount(row.rank ?? 0)}</td>
      <th scope="row"><bdi>${showKey(row.key)}</bdi></th>
      <td class="number">${formatCount(amountOf(row))}</td>
      ${hasShares && html`<td class="number">${formatPerMillion(row.perMillion ?? 0)}</td>`}
    </tr>`
        )}</tbody>
      </table>
    </div>
  `;
}

/**
 * @param {string} id
 * @param {string} prefix
 * @param {boolean} hasShares Values have none.
 */
function firstPage(id, prefix, hasShares) {
  const columns = hasShares ? "rank,perMillion" : "rank";
  const query = new URLSearchParams({ limit: String(ROWS), order: "count", columns });
  if (prefix !== "") query.set("prefix", prefix);
  return `v1/jobs/${id}/result?${query}`;
}

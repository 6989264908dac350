import { formatDigits } from "./digits.js";
import { formatCount, formatPerMillion, showKey } from "./format.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { numbersOf, partsOf } from "./row_numbers.js";
import { PageButtons, ROWS, useRowPages } from "./row_pages.js";
import { head, numberHead, wideTable } from "./tables.js";

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
function Rows({ page: { counts }, hasShares }) {
  if (counts.length === 0) return html`<p>No key begins so.</p>`;
  const parts = partsOf(counts[0]);
  const heads = [
    numberHead("Rank"),
    ...parts.map((_, i) => head(parts.length > 1 ? `Key ${i + 1}` : "Key")),
    ...numbersOf(counts[0]).map(({ head }) => numberHead(head)),
    hasShares && numberHead("Per million"),
  ];
  const rows = counts.map((row) =>
    html`
      <tr key=${String(row.key)}>
        <td class="number">${formatCount(row.rank ?? 0)}</td>
        ${partsOf(row).map((part) => html`<th scope="row"><bdi>${showKey(part)}</bdi></th>`)}
        ${numbersOf(row).map(({ number }) => html`<td class="number">${formatDigits(number)}</td>`)}
        ${hasShares && html`<td class="number">${formatPerMillion(row.perMillion ?? 0)}</td>`}
      </tr>
    `
  );
  return wideTable("Keys", heads, rows);
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

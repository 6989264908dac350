import { choice } from "./choice.js";
import { formatDigits } from "./digits.js";
import { formatCount, formatPerMillion, showKey } from "./format.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { numbersOf, partsOf } from "./row_numbers.js";
import { PageButtons, ROWS, useRowPages } from "./row_pages.js";
import { head, numberHead, sortHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/documents.ts").ResultDocument} ResultDocument */

/** @typedef {"count" | "key"} Order */

const SIZES = [ROWS, 200, 1000].map((rows) => [String(rows), String(rows)]);

/**
 * The keys of a result, a page at a time, found by how they begin.
 *
 * @param {{ id: string, hasShares: boolean, onKey: () => void }} properties
 */
export function KeyTable({ id, hasShares, onKey }) {
  const [asked, setAsked] = useState({
    prefix: "",
    limit: String(ROWS),
    order: /** @type {Order} */ ("count"),
  });
  const { page, problem, buttons } = useRowPages(firstPage(id, asked, hasShares));
  const result = /** @type {ResultDocument | undefined} */ (page);
  /** @param {any} event */
  const change = ({ target: { name, value } }) => setAsked((now) => ({ ...now, [name]: value }));
  return html`
    <p class="row" onInput=${change}>
      <label>Keys that begin with
        <input type="search" name="prefix" maxlength="1024" value=${asked.prefix} /></label>
      ${choice("limit", "Rows of a page", asked.limit, SIZES)}
    </p>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    ${result && html`
      <${Rows} page=${result} hasShares=${hasShares}
        onSort=${(/** @type {Order} */ order) => setAsked((now) => ({ ...now, order }))} />
    `}
    <${PageButtons} label="Pages of keys" ...${buttons} />
  `;
}

/**
 * @param {{ page: ResultDocument, hasShares: boolean, onSort: (order: Order) => void }} properties
 */
function Rows({ page: { counts, options }, hasShares, onSort }) {
  if (counts.length === 0) return html`<p>No key begins so.</p>`;
  const isByKey = options.order === "key";
  const parts = partsOf(counts[0]);
  const byKey = () => onSort("key");
  const byCount = () => onSort("count");
  const heads = [
    !isByKey && numberHead("Rank"),
    ...parts.map((_, i) =>
      i > 0
        ? head(`Key ${i + 1}`)
        : sortHead(parts.length > 1 ? "Key 1" : "Key", "ascending", isByKey, byKey)
    ),
    ...numbersOf(counts[0]).map(({ head }, i) =>
      i > 0 ? numberHead(head) : sortHead(head, "descending", !isByKey, byCount)
    ),
    hasShares && numberHead("Per million"),
  ];
  const rows = counts.map((row) =>
    html`
      <tr key=${String(row.key)}>
        ${!isByKey && html`<td class="number">${formatCount(row.rank ?? 0)}</td>`}
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
 * @param {{ prefix: string, limit: string, order: Order }} asked
 * @param {boolean} hasShares Values have none.
 */
function firstPage(id, { prefix, limit, order }, hasShares) {
  const query = new URLSearchParams({ limit, order });
  const columns = [order === "count" && "rank", hasShares && "perMillion"].filter(Boolean);
  if (columns.length > 0) query.set("columns", columns.join());
  if (prefix !== "") query.set("prefix", prefix);
  return `v1/jobs/${id}/result?${query}`;
}

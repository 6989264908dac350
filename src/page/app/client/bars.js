import { formatDigits } from "./digits.js";
import { showKey } from "./format.js";
import { html } from "./preact.js";
import { amountOf, numbersOf, partsOf } from "./row_numbers.js";

/** @typedef {import("./row_numbers.js").Row} Row */

/**
 * Keys with a bar for each: a table, so that it can be heard as well as seen. Rows keep their keys,
 * so that a bar moves when its count grows.
 *
 * @param {{ rows: readonly Row[], caption: string, isLog?: boolean }} properties
 */
export function Bars({ rows, caption, isLog = false }) {
  const most = Math.max(...rows.map((row) => measure(amountOf(row), isLog)), Number.MIN_VALUE);
  return html`
    <table class="bars">
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col" class="number">${rows[0] && numbersOf(rows[0])[0].head}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>${rows.map((row) => {
        const width = Math.max(0, 100 * measure(amountOf(row), isLog) / most);
        return html`
          <tr key=${String(row.key)}>
            <th scope="row">${partsOf(row).map((part, i) =>
              html`${i > 0 && " "}<bdi>${showKey(part)}</bdi>`
            )}</th>
            <td class="number">${formatDigits(amountOf(row))}</td>
            <td class="bar">
              <svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none">
                <rect width=${width.toFixed(3)} height="1" />
              </svg>
            </td>
          </tr>
        `;
      })}</tbody>
    </table>
  `;
}

/**
 * The length of a bar. A count of 1 has one on a log scale, too.
 *
 * @param {number} amount
 * @param {boolean} isLog
 */
function measure(amount, isLog) {
  return isLog ? Math.log10(1 + Math.max(0, amount)) : amount;
}

import { html } from "./preact.js";

/** The head of a column of texts. @param {string} text */
export function head(text) {
  return html`<th scope="col">${text}</th>`;
}

/** The head of a column of numbers. @param {string} text */
export function numberHead(text) {
  return html`<th scope="col" class="number">${text}</th>`;
}

/**
 * The head of a column that rows can be ordered by: a button.
 *
 * @param {string} text
 * @param {"ascending" | "descending"} direction Of the order by this column.
 * @param {boolean} isSorted Whether it is the order of the rows.
 * @param {() => void} sort
 */
export function sortHead(text, direction, isSorted, sort) {
  return html`
    <th scope="col" class=${direction === "descending" && "number"}
      aria-sort=${isSorted ? direction : undefined}>
      <button type="button" class="sort" onClick=${sort}>${text}</button>
    </th>
  `;
}

/**
 * A table that may be wider than a screen: it scrolls in its place, by the keyboard, too.
 *
 * @param {string} label
 * @param {readonly unknown[]} heads
 * @param {readonly unknown[]} rows
 * @param {string} [kind] Its class.
 */
export function wideTable(label, heads, rows, kind) {
  return html`
    <div class="scrolled" tabindex="0" role="region" aria-label=${label}>
      <table class=${kind}>
        <thead>
          <tr>${heads}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

/**
 * A heading, and below it a table of a name and a figure in each row.
 *
 * @param {string} title
 * @param {readonly (readonly [string, string])[]} rows
 */
export function factsTable(title, rows) {
  return html`
    <h2>${title}</h2>
    <table aria-label=${title}>
      <tbody>${rows.map(([name, text]) =>
        html`
          <tr>
            <th scope="row">${name}</th>
            <td class="number">${text}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}

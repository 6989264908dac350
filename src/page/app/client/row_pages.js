import { useJson } from "./hooks.js";
import { html, useState } from "./preact.js";

/** Rows of a page: this page never holds more of a result. */
export const ROWS = 50;

/**
 * Rows of a result, a page at a time, by the addresses that the server names.
 *
 * @template {{ next?: string }} T
 * @param {string} first Address of the first page; with another one all begins anew.
 */
export function useRowPages(first) {
  const [state, setState] = useState({ first, later: /** @type {readonly string[]} */ ([]) });
  const later = state.first === first ? state.later : [];
  const { data, problem } = useJson(later.at(-1) ?? first);
  /** @param {readonly string[]} later */
  const go = (later) => setState({ first, later });
  const page = /** @type {T | undefined} */ (data);
  return { page, problem, buttons: { later, next: page?.next, go } };
}

/**
 * Turns the pages of rows.
 *
 * @param {{
 *   label: string,
 *   later: readonly string[],
 *   next: string | undefined,
 *   go: (later: readonly string[]) => void,
 * }} properties
 */
export function PageButtons({ label, later, next, go }) {
  return html`
    <nav class="row" aria-label=${label}>
      <button type="button" disabled=${later.length === 0} onClick=${() => go([])}>First</button>
      <button type="button" disabled=${later.length === 0}
        onClick=${() => go(later.slice(0, -1))}>Previous</button>
      <button type="button" disabled=${next === undefined}
        onClick=${() => next && go([...later, next])}>Next</button>
      <span>Page ${later.length + 1}</span>
    </nav>
  `;
}

import { choice } from "./choice.js";
import { html } from "./preact.js";

const OVERLAPS = [["leftmostLongest", "the longest counts"], ["all", "each counts"]];

/**
 * Texts to look for, a line each.
 *
 * @param {{
 *   options: import("./options.js").Options,
 *   onPatterns: (patterns: string) => void,
 * }} properties
 */
export function PatternField({ options: { patterns, overlap }, onPatterns }) {
  /** @param {any} event Blank lines are no patterns. */
  const change = (event) => {
    event.stopPropagation(); // the form would take the text as it is
    onPatterns(
      event.target.value.split("\n").filter((/** @type {string} */ line) => line).join("\n"),
    );
  };
  return html`
    <fieldset class="row">
      <legend>Texts to look for</legend>
      <label class="wide">One a line, wherever they stand
        <textarea rows="4" defaultValue=${patterns} spellcheck="false" autocapitalize="off"
          onInput=${change} /></label>
      ${choice("overlap", "Of those that overlap", overlap, OVERLAPS)}
    </fieldset>
  `;
}

import { html } from "./preact.js";

/**
 * A field of a form that has some values.
 *
 * @param {string} name
 * @param {string} label
 * @param {string} value
 * @param {readonly (readonly string[])[]} choices Each a value and its text.
 * @param {boolean} [isUsed] Whether it says something.
 */
export function choice(name, label, value, choices, isUsed = true) {
  return html`<label>${label} <select name=${name} value=${value} disabled=${!isUsed}>
    ${choices.map(([each, text]) => html`<option value=${each}>${text}</option>`)}
  </select></label>`;
}

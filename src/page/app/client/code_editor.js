import { announce } from "./announce.js";
import { html, useRef } from "./preact.js";

/**
 * What a compiler says of a place of a source; see src/kernels/compiler/diagnostics.ts.
 *
 * @typedef {{ line: number, column: number, message: string }} Diagnostic
 */

const INDENT = "  ";
const HELP = "code-help";

/**
 * A field for a source: numbers of its lines stand before them, and what is wrong with them behind.
 * Tab indents, unless Escape was pressed before it, so that the keyboard can leave.
 *
 * @param {{
 *   source: string,
 *   diagnostics: readonly Diagnostic[],
 *   onSource: (source: string) => void,
 * }} properties
 */
export function CodeEditor({ source, diagnostics, onSource }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const mayLeave = useRef(false);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    const wasAllowed = mayLeave.current;
    mayLeave.current = key === "Escape";
    if (key === "Escape") announce("Tab leaves the source now.");
    if (key !== "Tab" || wasAllowed || shiftKey || ctrlKey || altKey || metaKey) return;
    event.preventDefault();
    document.execCommand("insertText", false, INDENT); // in this way it can be undone
  };
  /** @param {Diagnostic} place */
  const goTo = ({ line, column }) => {
    const before = source.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, { length }) => sum + length + 1, column - 1);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return html`
    <div class="code" dir="ltr">
      <${Lines} source=${source} diagnostics=${diagnostics} />
      <textarea ref=${area} value=${source} aria-label="Source" aria-describedby=${HELP}
        aria-invalid=${diagnostics.length > 0} wrap="off" spellcheck="false"
        autocapitalize="off" autocomplete="off" onKeyDown=${onKeyDown}
        onInput=${(/** @type {any} */ { target }) => onSource(target.value)} />
    </div>
    <p id=${HELP} class="dim">Tab indents. To leave by the keyboard, press Escape and then Tab.</p>
    ${diagnostics.length > 0 && html`<${Diagnostics} diagnostics=${diagnostics} goTo=${goTo} />`}
  `;
}

/**
 * Lies behind the text, as large as that is, and shows all but the text.
 *
 * @param {{ source: string, diagnostics: readonly Diagnostic[] }} properties
 */
function Lines({ source, diagnostics }) {
  return html`<pre aria-hidden="true">${
    source.split("\n").map((text, i) => {
      const told = diagnostics.filter(({ line }) => line === i + 1);
      return html`<div class=${told.length > 0 ? "wrong" : ""}><span>${text} </span>${
        told.map(({ message }) => html`<b>${message}</b>`)
      }</div>`;
    })
  }</pre>`;
}

/**
 * @param {{
 *   diagnostics: readonly Diagnostic[],
 *   goTo: (place: Diagnostic) => void,
 * }} properties
 */
function Diagnostics({ diagnostics, goTo }) {
  return html`
    <div class="problem" role="alert">
      <p>The source does not compile. Go to what is wrong:</p>
      <ul>${diagnostics.map((place) =>
        html`<li><button type="button" onClick=${() => goTo(place)}>
        Line ${place.line}, column ${place.column}</button> ${place.message}</li>`
      )}</ul>
    </div>
  `;
}

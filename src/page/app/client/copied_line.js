import { announce } from "./announce.js";
import { html, useRef } from "./preact.js";

/**
 * A line with a button that copies it.
 *
 * @param {{ label: string, line: string }} properties
 */
export function CopiedLine({ label, line }) {
  const code = useRef(/** @type {HTMLElement | null} */ (null));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      announce("Copied.");
    } catch {
      // Browsers copy for safe origins alone, or ask first.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      announce("Selected: copy it by Ctrl+C.");
    }
  };
  return html`
    <div class="copied">
      <span>${label}</span>
      <pre tabindex="0" aria-label=${label}><code ref=${code}>${line}</code></pre>
      <button type="button" onClick=${copy}>Copy</button>
    </div>
  `;
}

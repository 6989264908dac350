import { whyNot } from "./access.js";
import { formatBytes } from "./format.js";
import { bytesOf, titleOf } from "./options.js";
import { html, useEffect, useState } from "./preact.js";

/** @typedef {import("./options.js").Source} Source */

/**
 * Chooses what to count: files, a text or an address.
 *
 * @param {{
 *   source: Source | undefined,
 *   onSource: (source: Source | undefined) => void,
 * }} properties
 */
export function SourceFields({ source, onSource }) {
  useEffect(() => listenToPaste(onSource), []);
  return html`
    <${DropZone} onSource=${onSource} />
    <div class="row">
      <label class="wide">or write or paste a text
        <textarea rows="3" value=${source?.kind === "text" ? source.text : ""}
          onInput=${(/** @type {any} */ { target }) => onSource(textSource(target.value))} />
      </label>
      <label class="wide">or name an address of the web
        <input type="url" placeholder="https://" value=${source?.kind === "url" ? source.url : ""}
          onInput=${(/** @type {any} */ { target }) => onSource(urlSource(target.value))} />
      </label>
    </div>
  `;
}

/** @param {{ source: Source | undefined }} properties Begins, if there is something to count. */
export function CountButton({ source }) {
  const reason = whyNot("write", "read");
  return html`
    <p class="row">
      <button class="main" disabled=${reason || source === undefined}>Count</button>
      <output>${reason ?? (source ? describe(source) : "Nothing is chosen yet.")}</output>
    </p>
  `;
}

/**
 * A place for files: to drop them on, or to choose them with keyboard or pointer.
 *
 * @param {{ onSource: (source: Source | undefined) => void }} properties
 */
function DropZone({ onSource }) {
  const [isOver, setOver] = useState(false);
  /** @param {FileList | null | undefined} list */
  const take = (list) => onSource(filesSource(list));
  return html`
    <label class=${`drop ${isOver ? "over" : ""}`}
      onDragOver=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave=${() => setOver(false)}
      onDrop=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}>
      <span>Drop text files here, or choose them</span>
      <input type="file" multiple
        onChange=${(/** @type {any} */ { target }) => take(target.files)} />
      <span class="dim">Of any size, compressed or not. They go to this server alone.</span>
    </label>
  `;
}

/** @param {Source} source */
function describe(source) {
  const bytes = bytesOf(source);
  return bytes === undefined ? titleOf(source) : `${titleOf(source)}, ${formatBytes(bytes)}`;
}

/**
 * @param {FileList | null | undefined} list
 * @returns {Source | undefined}
 */
function filesSource(list) {
  return list?.length ? { kind: "files", files: [...list] } : undefined;
}

/**
 * @param {string | undefined} text
 * @returns {Source | undefined}
 */
function textSource(text) {
  return text ? { kind: "text", text } : undefined;
}

/**
 * @param {string} url
 * @returns {Source | undefined}
 */
function urlSource(url) {
  return URL.canParse(url) ? { kind: "url", url } : undefined;
}

/**
 * Takes what is pasted anywhere but into a field.
 *
 * @param {(source: Source | undefined) => void} onSource
 */
function listenToPaste(onSource) {
  /** @param {ClipboardEvent} event */
  const take = ({ target, clipboardData }) => {
    if (target instanceof HTMLElement && target.matches("input, textarea")) return;
    const pasted = filesSource(clipboardData?.files) ??
      textSource(clipboardData?.getData("text/plain"));
    if (pasted) onSource(pasted);
  };
  document.addEventListener("paste", take);
  return () => document.removeEventListener("paste", take);
}

import { addressOf, hasKey } from "./api.js";
import { choice } from "./choice.js";
import { CopiedLine } from "./copied_line.js";
import { formatBytes } from "./format.js";
import { bytesOf, curlOf, DEFAULTS, MOST_N, titleOf, TOKENIZERS } from "./options.js";
import { html, useEffect, useState } from "./preact.js";
import { startRun } from "./runs.js";

/** @typedef {import("./options.js").Source} Source */
/** @typedef {{ language: string, name: string }} Language */

/**
 * Chooses what to count and how, and begins.
 *
 * @param {{ languages: readonly Language[] }} properties
 */
export function CountForm({ languages }) {
  const [source, setSource] = useState(/** @type {Source | undefined} */ (undefined));
  const [options, setOptions] = useState(DEFAULTS);
  useEffect(() => listenToPaste(setSource), []);
  /** @param {Event} event */
  const change = ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement} */ (target);
    setOptions((before) => ({ ...before, [name]: value }));
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (source !== undefined) location.hash = `#job=${startRun(source, options).id}`;
  };
  return html`<form onSubmit=${submit}>
    <h1>Count a text</h1>
    <${DropZone} onSource=${setSource} />
    <div class="row">
      <label class="wide">or write or paste a text
        <textarea rows="3" value=${source?.kind === "text" ? source.text : ""}
          onInput=${(/** @type {any} */ { target }) => setSource(textSource(target.value))} />
      </label>
      <label class="wide">or name an address of the web
        <input type="url" placeholder="https://" value=${source?.kind === "url" ? source.url : ""}
          onInput=${(/** @type {any} */ { target }) => setSource(urlSource(target.value))} />
      </label>
    </div>
    <fieldset class="row" onChange=${change}>
      <legend>How to count</legend>
      ${choice("tokenizer", "Find", options.tokenizer, Object.entries(TOKENIZERS))}
      ${choice("n", "in groups of", options.n, numbers(MOST_N))}
      ${
    choice("case", "Case", options.case, [
      ["auto", "as usual"],
      ["fold", "the same"],
      ["preserve", "different"],
    ])
  }
      ${
    choice("stop", "Leave out stop words", options.stop, [
      ["", "none"],
      ...languages.map(({ language, name }) => [language, name]),
    ])
  }
      ${
    choice("top", "Show", options.top, [
      ["0", "all keys"],
      ["10", "the first 10"],
      ["100", "the first 100"],
      ["1000", "the first 1000"],
    ])
  }
    </fieldset>
    <p class="row">
      <button class="main" disabled=${source === undefined}>Count</button>
      <output>${source ? describe(source) : "Nothing is chosen yet."}</output>
    </p>
    ${
    source &&
    html`
      <${CopiedLine} label="The same in a shell"
        line=${curlOf(addressOf("v1/count"), options, source, hasKey())} />
    `
  }
  </form>`;
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

/** @param {number} most */
function numbers(most) {
  return Array.from({ length: most }, (_, i) => [String(i + 1), String(i + 1)]);
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

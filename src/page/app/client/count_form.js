import { addressOf, hasKey } from "./api.js";
import { choice } from "./choice.js";
import { curlOf, millraceOf } from "./command_lines.js";
import { CopiedLine } from "./copied_line.js";
import { formatBytes } from "./format.js";
import { bytesOf, DEFAULTS, isUsed, MOST_N, titleOf, TOKENIZERS } from "./options.js";
import { html, useEffect, useState } from "./preact.js";
import { startRun } from "./runs.js";

/** @typedef {import("./options.js").Source} Source */
/** @typedef {import("./options.js").Options} Options */
/** @typedef {{ language: string, name: string }} Language */

const CASES = [["auto", "as usual"], ["fold", "the same"], ["preserve", "different"]];

const TOPS = [
  ["0", "all keys"],
  ["10", "the first 10"],
  ["100", "the first 100"],
  ["1000", "the first 1000"],
];

const AGGREGATES = [
  ["", "the sum"],
  ["avg", "the average"],
  ["min", "the least"],
  ["max", "the greatest"],
  ["sum,avg,min,max,count", "all of these"],
  ["distinct", "how many differ"],
];

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
    <div onInput=${change}>
      <${TokenFields} options=${options} languages=${languages} />
      <${RecordFields} options=${options} />
    </div>
    <p class="row">
      <button class="main" disabled=${source === undefined}>Count</button>
      <output>${source ? describe(source) : "Nothing is chosen yet."}</output>
    </p>
    ${
    source &&
    html`
      <${CopiedLine} label="The same by curl"
        line=${curlOf(addressOf("v1/count"), options, source, hasKey())} />
      <${CopiedLine} label="The same by the command line, without a server"
        line=${millraceOf(options, source)} />
    `
  }
  </form>`;
}

/** @param {{ options: Options, languages: readonly Language[] }} properties */
function TokenFields({ options, languages }) {
  const isOfTokens = isUsed("n", options);
  const stops = languages.map(({ language, name }) => [language, name]);
  return html`
    <fieldset class="row">
      <legend>How to count</legend>
      ${choice("tokenizer", "Find", options.tokenizer, Object.entries(TOKENIZERS), isOfTokens)}
      ${choice("n", "in groups of", options.n, numbers(MOST_N), isOfTokens)}
      ${choice("case", "Case", options.case, CASES)}
      ${choice("stop", "Leave out stop words", options.stop, [["", "none"], ...stops], isOfTokens)}
      ${choice("top", "Show", options.top, TOPS)}
    </fieldset>
  `;
}

/** @param {{ options: Options }} properties Fields of who counts records of logs, CSV or JSON. */
function RecordFields({ options }) {
  /** @param {"key" | "value" | "where"} name @param {string} label @param {string} example */
  const text = (name, label, example) =>
    html`<label>${label} <input name=${name} value=${options[name]} placeholder=${example}
      disabled=${!isUsed(name, options)} spellcheck="false" autocapitalize="off" /></label>`;
  return html`
    <details open=${options.key !== ""}>
      <summary>Logs, CSV or JSON: keys and values of records</summary>
      <fieldset class="row">
        <legend>Of each record</legend>
        ${text("key", "the key is", "column(country)")}
        ${text("value", "its value", "json($.ms)")}
        ${choice("agg", "of which to tell", options.agg, AGGREGATES, isUsed("agg", options))}
        ${text("where", "where", 'field(9)>="400"')}
      </fieldset>
      <p class="dim">A key or a value is column(2) or column(name) of CSV, field(9) between blanks,
        json($.user.id) of lines of JSON, regex(status=([0-9]+)), or the whole record.</p>
    </details>
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

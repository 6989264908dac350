import { choice } from "./choice.js";
import { Later } from "./later.js";
import { DEFAULTS, isUsed, MOST_N, TOKENIZERS } from "./options.js";
import { html, useState } from "./preact.js";
import { startRun } from "./runs.js";
import { CountButton, SourceFields } from "./sources.js";

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

// What not everybody sees is loaded when it is shown.
const loadLines = async () => (await import("./count_lines.js")).CountLines;
const loadPatterns = async () => (await import("./pattern_field.js")).PatternField;

/**
 * Chooses what to count and how, and begins.
 *
 * @param {{ languages: readonly Language[] }} properties
 */
export function CountForm({ languages }) {
  const [source, setSource] = useState(/** @type {Source | undefined} */ (undefined));
  const [options, setOptions] = useState(DEFAULTS);
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
    <${SourceFields} source=${source} onSource=${setSource} />
    <div onInput=${change}>
      <${TokenFields} options=${options} languages=${languages} />
      ${
    isUsed("patterns", options) &&
    html`
      <${Later} load=${loadPatterns} options=${options}
        onPatterns=${(/** @type {string} */ patterns) =>
          setOptions((now) => ({ ...now, patterns }))} />
    `
  }
      <${RecordFields} options=${options} />
    </div>
    <${CountButton} source=${source} />
    ${source && html`<${Later} load=${loadLines} options=${options} source=${source} />`}
  </form>`;
}

/** @param {{ options: Options, languages: readonly Language[] }} properties */
function TokenFields({ options, languages }) {
  const stops = languages.map(({ language, name }) => [language, name]);
  return html`
    <fieldset class="row">
      <legend>How to count</legend>
      ${choice(
        "tokenizer",
        "Find",
        options.tokenizer,
        Object.entries(TOKENIZERS),
        isUsed("tokenizer", options),
      )}
      ${choice("n", "in groups of", options.n, numbers(MOST_N), isUsed("n", options))}
      ${choice("case", "Case", options.case, CASES)}
      ${choice(
        "stop",
        "Leave out stop words",
        options.stop,
        [["", "none"], ...stops],
        isUsed("stop", options),
      )}
      ${choice("top", "Show", options.top, TOPS)}
    </fieldset>
  `;
}

/** @param {{ options: Options }} properties Fields of who counts records of logs, CSV or JSON. */
function RecordFields({ options }) {
  /** @param {"by" | "key" | "value" | "where"} name @param {string} label @param {string} example */
  const text = (name, label, example) =>
    html`<label>${label} <input name=${name} value=${options[name]} placeholder=${example}
      disabled=${!isUsed(name, options)} spellcheck="false" autocapitalize="off" /></label>`;
  return html`
    <details open=${options.key !== ""}>
      <summary>Logs, CSV or JSON: keys and values of records</summary>
      <fieldset class="row">
        <legend>Of each record</legend>
        ${text("key", "the key is", "column(country)")}
        ${text("by", "grouped by", "time(1h,field(4))")}
        ${text("value", "its value", "json($.ms)")}
        ${choice("agg", "of which to tell", options.agg, AGGREGATES, isUsed("agg", options))}
        ${text("where", "where", 'field(9)>="400"')}
      </fieldset>
      <p class="dim">A key or a value is column(2) or column(name) of CSV, field(9) between blanks,
        json($.user.id) of lines of JSON, regex(status=([0-9]+)), or the whole record. Words, too, are
        grouped by part: by the file that they are of.</p>
    </details>
  `;
}

/** @param {number} most */
function numbers(most) {
  return Array.from({ length: most }, (_, i) => [String(i + 1), String(i + 1)]);
}

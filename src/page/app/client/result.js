import { addressOf, call, hasKey, toProblem } from "./api.js";
import { Bars } from "./bars.js";
import { CopiedLine } from "./copied_line.js";
import { formatBytes, formatCount, formatDuration } from "./format.js";
import { useJson } from "./hooks.js";
import { Later } from "./later.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { KeyTable } from "./key_table.js";

/** @typedef {import("../../../contract/documents.ts").ResultDocument} ResultDocument */
/** @typedef {{ id: string, onKey: () => void }} Properties */

const BARS = 30;

const loadPlots = async () => (await import("./plots.js")).Plots;

/** Forms of a download, and how spreadsheets need those that they open. */
const FORMATS = { csv: "&csvBom=true&csvSafe=true", tsv: "", ndjson: "", json: "", arrow: "" };

/** @param {Properties} properties What a job that is done has counted. */
export function Result({ id, onKey }) {
  const [isLog, setLog] = useState(false);
  const path = `v1/jobs/${id}/result?order=count&top=${BARS}`;
  const { data, problem } = useJson(path);
  const result = /** @type {ResultDocument | undefined} */ (data);
  if (result === undefined) return html`<${ProblemNote} problem=${problem} onKey=${onKey} />`;
  return html`
    <p class="totals">${describeTotals(result)}</p>
    <h2>Keys</h2>
    <${KeyTable} id=${id} hasShares=${result.totals.counted !== undefined} onKey=${onKey} />
    <h2>The ${Math.min(BARS, result.counts.length)} most frequent</h2>
    <label><input type="checkbox" checked=${isLog}
      onChange=${() => setLog((before) => !before)} /> Logarithmic bars</label>
    <${Bars} rows=${result.counts} isLog=${isLog}
      caption=${isLog ? "Bars are logarithms of the counts" : "Bars are the counts"} />
    ${result.totals.counted !== undefined && html`<${MorePlots} id=${id} onKey=${onKey} />`}
    <h2>Take it away</h2>
    <${Downloads} id=${id} onKey=${onKey} />
    <${CopiedLine} label="In a shell" line=${curlOfResult(id)} />
    <${CopiedLine} label="Link to this result, as long as the server keeps it"
      line=${`${addressOf("")}#job=${id}`} />
  `;
}

/** @param {Properties} properties Plots, which are loaded and read for those who want them. */
function MorePlots({ id, onKey }) {
  const [isOpen, setOpen] = useState(false);
  return html`
    <details onToggle=${(/** @type {any} */ { target }) => setOpen((now) => now || target.open)}>
      <summary>Plots: Zipf’s law, and lengths of keys</summary>
      ${isOpen && html`<${Later} load=${loadPlots} id=${id} onKey=${onKey} />`}
    </details>
  `;
}

/** @param {ResultDocument} result In a sentence. */
function describeTotals({ totals, options, ms }) {
  const { tokens, keys, counted, bytes, replacements } = totals;
  const what = options.tokenizer === "lines" ? "lines" : "tokens";
  const shown = counted === undefined ? "" : `, which were seen ${formatCount(counted)} times`;
  const broken = replacements === 0
    ? ""
    : ` ${formatCount(replacements)} pieces of the text were no UTF-8 and count as “�”.`;
  return `${formatCount(tokens)} ${what} in ${formatBytes(bytes)}, and ${formatCount(keys)} ` +
    `different keys${shown}. Counted in ${formatDuration(ms.total)}, exactly.${broken}`;
}

/** @param {Properties} properties Links where they do; with a key the page must fetch. */
function Downloads({ id, onKey }) {
  const [problem, setProblem] = useState(
    /** @type {import("./api.js").Problem | undefined} */ (undefined),
  );
  /** @param {MouseEvent} event @param {string} path @param {string} name */
  const fetchIt = async (event, path, name) => {
    if (!hasKey()) return;
    event.preventDefault();
    try {
      save(await (await call(path)).blob(), name);
      setProblem(undefined);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return html`
    <p class="row">Every key as ${Object.entries(FORMATS).map(([format, more]) => {
      const name = `counts.${format}`;
      const path = `v1/jobs/${id}/result?top=0&format=${format}&download=${name}${more}`;
      return html`
        <a href=${addressOf(path)} download=${name}
          onClick=${(/** @type {MouseEvent} */ event) => fetchIt(event, path, name)}>${format}</a>
      `;
    })}</p>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
  `;
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // browsers read it a little later
}

/** @param {string} id */
function curlOfResult(id) {
  const key = hasKey() ? ' -H "Authorization: Bearer $KEY"' : "";
  return `curl -s${key} '${addressOf(`v1/jobs/${id}/result?top=0&format=csv`)}' -o counts.csv`;
}

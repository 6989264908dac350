import { addressOf, call, hasKey, toProblem } from "./api.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** Forms of a download, and how spreadsheets need those that they open. */
const FORMATS = { csv: "&csvBom=true&csvSafe=true", tsv: "", ndjson: "", json: "", arrow: "" };

/**
 * Links to all rows in every form. With a key the page must fetch them, since links cannot say it.
 *
 * @param {{ path: string, stem: string, onKey: () => void }} properties `path` has a query.
 */
export function Downloads({ path, stem, onKey }) {
  const [problem, setProblem] = useState(
    /** @type {import("./api.js").Problem | undefined} */ (undefined),
  );
  /** @param {MouseEvent} event @param {string} target @param {string} name */
  const fetchIt = async (event, target, name) => {
    if (!hasKey()) return;
    event.preventDefault();
    try {
      save(await (await call(target)).blob(), name);
      setProblem(undefined);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return html`
    <p class="row">Every key as ${Object.entries(FORMATS).map(([format, more]) => {
      const name = `${stem}.${format}`;
      const target = `${path}&format=${format}&download=${name}${more}`;
      return html`
        <a href=${addressOf(target)} download=${name}
          onClick=${(/** @type {MouseEvent} */ event) => fetchIt(event, target, name)}>${format}</a>
      `;
    })}</p>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
  `;
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // browsers read it a little later
}

import { whyNot } from "./access.js";
import { announce } from "./announce.js";
import { toProblem } from "./api.js";
import { formatBytes, formatCount } from "./format.js";
import { useJson } from "./hooks.js";
import { html, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { removeJob, runs } from "./runs.js";
import { hasEnded, STATES } from "./states.js";
import { head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/documents.ts").JobListDocument} JobListDocument */
/** @typedef {import("../../../contract/documents.ts").JobDocument} JobDocument */

const LIMIT = 50;

/** So long after a list the next one is read, while something goes on or the server is away. */
const LOOK_MS = 2000;

/**
 * The jobs of the server, the newest first. Two that are done can be compared.
 *
 * @param {{ first?: string, onKey: () => void }} properties `first` is chosen already.
 */
export function Jobs({ first, onKey }) {
  const [chosen, setChosen] = useState(first === undefined ? [] : [first]);
  const [path, setPath] = useState(`v1/jobs?limit=${LIMIT}`);
  const [version, setVersion] = useState(0);
  const [failure, setFailure] = useState(
    /** @type {import("./api.js").Problem | undefined} */ (undefined),
  );
  const { data, problem } = useJson(path, version);
  const told = data ?? problem;
  const list = /** @type {JobListDocument | undefined} */ (data);
  const sending = [...runs.values()].filter(({ isSending }) => isSending);
  const isBusy = sending.length > 0 || (problem?.isPassing ?? false) ||
    (list?.jobs.some(({ state }) => !hasEnded(state)) ?? false);
  useEffect(() => {
    if (!isBusy || told === undefined) return;
    const timer = setInterval(() => {
      if (document.hidden) return;
      clearInterval(timer); // to ask anew gives up what is asked: each list has its time to come
      setVersion((now) => now + 1);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isBusy, told]);
  /** @param {string} id @param {string} said */
  const remove = async (id, said) => {
    try {
      await removeJob(id);
      announce(said);
    } catch (error) {
      setFailure(toProblem(error));
    }
    setVersion((now) => now + 1);
  };
  /** @param {string} id The two that were chosen last stay. */
  const choose = (id) =>
    setChosen((ids) =>
      ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id].slice(-2)
    );
  const next = list?.links.next;
  return html`<section>
    <h1>Counts</h1>
    <${ProblemNote} problem=${failure ?? problem} onKey=${onKey} />
    ${
    sending.map(({ id, title }) =>
      html`<p key=${id} class="row"><a href=${`#job=${id}`}>${title}</a> is being sent
      <button type="button" onClick=${() => remove(id, "Cancelled.")}>Cancel</button></p>`
    )
  }
    ${
    list && (list.jobs.length === 0
      ? html`<p>There are none. <a href="#">Count a text</a></p>`
      : html`<${Table} jobs=${list.jobs} remove=${remove} chosen=${chosen} choose=${choose} />`)
  }
    <p role="status">${
    chosen.length === 2
      ? html`<a href=${`#compare=${chosen}`}>Compare the two that are chosen</a>`
      : "Choose two counts that are done, to compare them."
  }</p>
    ${next && html`<button type="button" onClick=${() => setPath(next)}>Older</button>`}
  </section>`;
}

/**
 * @param {{
 *   jobs: readonly JobDocument[],
 *   remove: (id: string, said: string) => void,
 *   chosen: readonly string[],
 *   choose: (id: string) => void,
 * }} properties
 */
function Table({ jobs, remove, chosen, choose }) {
  const heads = [
    head("Begun"),
    head("State"),
    numberHead("Text"),
    numberHead("Keys"),
    head("Compare"),
    head("Kept"),
  ];
  const rows = jobs.map((job) =>
    html`
      <tr key=${job.id}>
        <th scope="row"><a href=${`#job=${job.id}`}>${formatTime(job.createdAt)}</a></th>
        <td>${STATES[job.state]}</td>
        <td class="number">${formatBytes((job.totals ?? job.progress).bytes)}</td>
        <td class="number">${job.totals && formatCount(job.totals.keys)}</td>
        <td>${job.state === "done" && html`
          <input type="checkbox" checked=${chosen.includes(job.id)}
            aria-label=${`Compare the count of ${formatTime(job.createdAt)}`}
            onChange=${() => choose(job.id)} />
        `}</td>
        <td>${!whyNot("write") && removal(job, remove)}</td>
      </tr>
    `
  );
  return wideTable("Counts", heads, rows);
}

/** @param {JobDocument} job @param {(id: string, said: string) => void} remove */
function removal(job, remove) {
  const [verb, said] = hasEnded(job.state) ? ["Remove", "Removed."] : ["Cancel", "Cancelled."];
  return html`
    <button type="button" aria-label=${`${verb} the count of ${formatTime(job.createdAt)}`}
      onClick=${() => remove(job.id, said)}>${verb}</button>
  `;
}

/** @param {string} time Of ISO 8601. */
function formatTime(time) {
  return new Date(time).toLocaleString();
}

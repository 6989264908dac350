import { whyNot } from "./access.js";
import { announce } from "./announce.js";
import { toProblem } from "./api.js";
import { Bars } from "./bars.js";
import { formatBytes, formatDuration } from "./format.js";
import { html, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { Result } from "./result.js";
import { hasEnded, STATES } from "./states.js";
import { removeJob, runs } from "./runs.js";
import { watchJob } from "./watch_job.js";

/** @typedef {import("./watch_job.js").Progress} Progress */

/** @type {Progress} */
const BEFORE = { state: "pending", bytes: 0, mbPerSecond: 0, counts: [] };

/**
 * A job: how it goes on, and its result when it is done.
 *
 * @param {{ id: string, onKey: () => void }} properties
 */
export function Job({ id, onKey }) {
  const [progress, setProgress] = useState(BEFORE);
  const { state, problem } = progress;
  const run = runs.get(id);
  /** @param {Partial<Progress>} change */
  const tell = (change) => setProgress((before) => ({ ...before, ...change }));
  useEffect(() => {
    const stop = new AbortController();
    watchJob(id, stop.signal, tell).catch((error) => tell({ problem: toProblem(error) }));
    return () => stop.abort();
  }, [id]);
  useEffect(() => announce(`${run?.title ?? "The count"}: ${STATES[state]}.`), [state]);
  const cancel = () => {
    tell({ state: "cancelled", problem: undefined });
    removeJob(id).catch((error) => tell({ problem: toProblem(error) }));
  };
  const isOver = hasEnded(state);
  return html`<section>
    <h1>${run?.title ?? "Count"}: ${STATES[state]}</h1>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    ${!isOver && html`<${Live} progress=${progress} run=${run} onCancel=${cancel} />`}
    ${state === "done" && html`<${Result} id=${id} onKey=${onKey} />`}
    ${isOver && html`<p><a href="#">Count something else</a></p>`}
  </section>`;
}

/**
 * How far a job is.
 *
 * @param {{ progress: Progress, run: import("./runs.js").Run | undefined, onCancel: () => void }}
 *   properties
 */
function Live({ progress: { bytes, mbPerSecond, counts }, run, onCancel }) {
  const [begun] = useState(() => performance.now());
  const total = run?.totalBytes;
  const figures = [
    total === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(total)}`,
    `${mbPerSecond} MB/s`,
    ...tellTimeLeft(bytes, total, performance.now() - begun),
  ];
  return html`
    <progress aria-label="Counted so far" max=${total || 1}
      value=${total === undefined ? undefined : Math.min(bytes, total)} />
    <p class="row"><span class="figures">${figures.join(" · ")}</span>
      ${!whyNot("write") && html`<button type="button" onClick=${onCancel}>Cancel</button>`}</p>
    ${counts.length > 0 &&
      html`<${Bars} rows=${counts} caption="The most frequent so far, about" />`}
  `;
}

/**
 * @param {number} bytes
 * @param {number | undefined} total
 * @param {number} ms Since the page looks.
 * @returns {string[]} Nothing where nobody can say.
 */
function tellTimeLeft(bytes, total, ms) {
  if (total === undefined || bytes === 0 || bytes >= total) return [];
  return [`${formatDuration(ms * (total - bytes) / bytes)} left`];
}

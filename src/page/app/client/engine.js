import { callJson, toProblem } from "./api.js";
import { save } from "./downloads.js";
import { EngineHistory, MOST_SPANS } from "./engine_history.js";
import { formatBytes, formatCount, formatDuration } from "./format.js";
import { Nodes } from "./nodes.js";
import { html, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { factsTable, head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/engine_status.ts").EngineDocument} EngineDocument */
/** @typedef {import("./engine_history.js").Span} Span */

/** How often the engine is asked while somebody may look. */
const LOOK_MS = 1000;

/** Levels of how busy a thread is, which can be told apart. */
const LEVELS = 10;

/** @param {{ onKey: () => void }} properties What the engine is doing, and did while this is shown. */
export function Engine({ onKey }) {
  const [history] = useState(() => new EngineHistory());
  const [{ problem }, setState] = useState(
    /** @type {{ problem?: import("./api.js").Problem }} */ ({}),
  );
  useEffect(() => {
    const stop = new AbortController();
    const look = async () => {
      if (document.hidden) return;
      try {
        history.add(await callJson("v1/engine", stop.signal));
        setState({});
      } catch (error) {
        if (!stop.signal.aborted) setState({ problem: toProblem(error) });
      }
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, []);
  const engine = history.last;
  const trace = () => {
    const text = JSON.stringify(history.toTrace());
    save(new Blob([text], { type: "application/json" }), "trace.json");
  };
  return html`<section>
    <h1>Engine</h1>
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    ${
    engine && html`
      <p>${describe(engine, history.rate)}</p>
      <h2>Threads</h2>
      <${Threads} engine=${engine} spans=${history.spans} />
      <p class="row"><button type="button" onClick=${trace}>Save as a trace</button>
        <span class="dim">For Perfetto or chrome://tracing.</span></p>
      <${Nodes} engine=${engine} />
      ${factsTable("Queues", queuesOf(engine))}
      ${factsTable("Memory", memoryOf(engine))}
      ${factsTable("Faults since the start", faultsOf(engine))}
    `
  }
  </section>`;
}

/** @param {EngineDocument} engine @param {number} rate */
function describe({ version, workers, uptimeMs, jobs, counted }, rate) {
  return `Millrace ${version} with ${formatCount(workers)} threads, up for ` +
    `${formatDuration(uptimeMs)}: ${formatCount(jobs.running)} jobs run and ` +
    `${formatCount(jobs.pending)} wait. It has counted ${formatBytes(counted.bytes)}, now ` +
    `${formatBytes(Math.round(rate))}/s.`;
}

/** @param {{ engine: EngineDocument, spans: readonly Span[] }} properties */
function Threads({ engine, spans }) {
  const now = spans.at(-1);
  const heads = [
    head("Thread"),
    head("State"),
    numberHead("Busy"),
    numberHead("Tasks"),
    html`<td>The last ${formatCount(MOST_SPANS / 60)} minutes</td>`,
  ];
  const rows = engine.threads.map(({ state, tasks, utilization }, i) =>
    html`
      <tr key=${i}>
        <th scope="row">${i}</th>
        <td>${state}</td>
        <td class="number">${Math.round(100 * (now?.busy[i] ?? utilization))} %</td>
        <td class="number">${formatCount(tasks)}</td>
        <td class="strip">
          <svg aria-hidden="true" viewBox=${`0 0 ${MOST_SPANS} 1`}
            preserveAspectRatio="none">${strip(spans, i)}</svg>
        </td>
      </tr>
    `
  );
  return wideTable("Threads", heads, rows, "threads");
}

/**
 * How busy a thread was, the darker the more: a shape for each level, so that a page that is left
 * open grows by no shape a second.
 *
 * @param {readonly Span[]} spans
 * @param {number} thread
 */
function strip(spans, thread) {
  const shapes = Array.from({ length: LEVELS }, () => "");
  spans.forEach(({ busy }, i) => {
    const level = Math.ceil(LEVELS * busy[thread]);
    if (level > 0) shapes[level - 1] += `M${MOST_SPANS - spans.length + i} 0h1v1h-1z`;
  });
  return shapes.map((d, i) => d && html`<path key=${i} d=${d} fill-opacity=${(i + 1) / LEVELS} />`);
}

/** @param {EngineDocument} engine @returns {[string, string][]} */
function queuesOf({ queue, tasks, slots }) {
  return [
    ["Jobs that wait", `${formatCount(queue.jobs)}, ${formatBytes(queue.bytes)}`],
    ["Tasks in the queue", formatCount(tasks.queued)],
    ["Tasks with threads, or in the queue", formatCount(tasks.out)],
    ["Tasks that do not fit in the queue", formatCount(tasks.pending)],
    ["Free places for chunks", formatCount(slots.free)],
  ];
}

/** What regions of memory are for. */
const REGIONS = {
  jobs: "Jobs",
  free: "Free",
  inputSlots: "Chunks",
  scratch: "Scratch",
  reserves: "Reserves for spilling",
  tasks: "Tasks",
  workers: "Threads",
  jobRecords: "Records of jobs",
  queue: "Queue",
  pageMap: "Map of pages",
  control: "Control",
};

/** @param {EngineDocument} engine @returns {[string, string][]} */
function memoryOf({ memory }) {
  const regions = Object.entries(REGIONS).map(([name, text]) => /** @type {[string, string]} */ ([
    text,
    formatBytes(memory.regions[/** @type {keyof typeof REGIONS} */ (name)]),
  ]));
  return [["All", formatBytes(memory.bytes)], ["Touched", formatBytes(memory.touched)], ...regions];
}

/** @param {EngineDocument} engine @returns {[string, string][]} */
function faultsOf({ faults }) {
  return [
    ["Breaker", faults.breaker],
    ["Threads that died", formatCount(faults.died)],
    ["Threads that did not answer", formatCount(faults.silent)],
    ["Threads that were replaced", formatCount(faults.replaced)],
    ["Tasks that failed", formatCount(faults.trapped)],
    ["Tasks that went on with another thread", formatCount(faults.resumed)],
    ["Tasks that were lost", formatCount(faults.lost)],
  ];
}

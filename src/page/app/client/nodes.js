import { formatBytes, formatCount, formatDuration } from "./format.js";
import { html } from "./preact.js";
import { factsTable, head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/engine_status.ts").EngineDocument} EngineDocument */
/** @typedef {import("../../../contract/engine_status.ts").NodeStatus} NodeStatus */
/** @typedef {import("../../../contract/engine_status.ts").ClusterStatus} ClusterStatus */

/** As many characters of a build tell it from others. */
const BUILD_CHARS = 8;

/** @param {{ engine: EngineDocument }} properties The nodes of a cluster, and what waits for them. */
export function Nodes({ engine: { cluster, nodes = [] } }) {
  if (!cluster) return undefined;
  return html`
    <h2>Nodes</h2>
    ${!cluster.reached && html`<p>Redis is not reached: this is how it was.</p>`}
    ${wideTable("Nodes", HEADS, nodes.map(nodeRow))}
    ${factsTable("Splits", splitsOf(cluster))}
  `;
}

const HEADS = [
  head("Node"),
  head("State"),
  head("Roles"),
  numberHead("Threads"),
  numberHead("Splits"),
  head("Version"),
  head("Build"),
  numberHead("Last seen"),
];

/** @param {NodeStatus} node */
function nodeRow({ url, state, roles, workers, splits, version, build, seenMs }) {
  return html`
    <tr key=${url}>
      <th scope="row">${url}</th>
      <td>${state}</td>
      <td>${roles.join(", ")}</td>
      <td class="number">${formatCount(workers)}</td>
      <td class="number">${formatCount(splits)}</td>
      <td>${version}</td>
      <td>${build.slice(0, BUILD_CHARS)}</td>
      <td class="number">${formatDuration(seenMs)} ago</td>
    </tr>
  `;
}

/** @param {ClusterStatus} cluster @returns {[string, string][]} */
function splitsOf({ queue, splits, jobs, moved }) {
  return [
    ["That wait", formatCount(queue.waiting)],
    ["The oldest has waited", formatDuration(queue.oldestWaitingMs)],
    ["That a node has", formatCount(queue.running)],
    ["To be begun again", formatCount(queue.delayed)],
    ["Given up in the last hours", formatCount(queue.failed)],
    ["Done here", formatCount(splits.done)],
    ["Failed here", formatCount(splits.failed)],
    ["Interrupted here", formatCount(splits.interrupted)],
    [
      "Jobs that this node spread, and kept",
      `${formatCount(jobs.spread)}, ${formatCount(jobs.kept)}`,
    ],
    ["Keys fetched from other nodes", formatBytes(moved.outputsFetched)],
    ["Keys that others fetched", formatBytes(moved.outputsServed)],
    ["Read of texts", formatBytes(moved.inputsRead)],
  ];
}

import { formatCount, formatDuration } from "./format.js";
import { html } from "./preact.js";
import { factsTable, head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("../../../contract/engine_status.ts").EngineDocument} EngineDocument */
/** @typedef {import("../../../contract/engine_status.ts").NodeStatus} NodeStatus */
/** @typedef {import("../../../contract/engine_status.ts").ClusterStatus} ClusterStatus */

/** @param {{ engine: EngineDocument }} properties The nodes of a cluster, and what waits for them. */
export function Nodes({ engine: { cluster, nodes = [] } }) {
  if (!cluster) return undefined;
  return html`
    <h2>Nodes${cluster.reached ? "" : ", as they were"}</h2>
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
  numberHead("Last seen"),
];

/** @param {NodeStatus} node */
function nodeRow({ url, state, roles, workers, splits, seenMs }) {
  return html`
    <tr>
      <th scope="row">${url}</th>
      <td>${state}</td>
      <td>${roles.join(", ")}</td>
      <td class="number">${formatCount(workers)}</td>
      <td class="number">${formatCount(splits)}</td>
      <td class="number">${formatDuration(seenMs)} ago</td>
    </tr>
  `;
}

/** @param {ClusterStatus} cluster @returns {[string, string][]} */
function splitsOf({ queue }) {
  return [
    ["That wait", formatCount(queue.waiting)],
    ["The oldest", formatDuration(queue.oldestWaitingMs)],
    ["That run", formatCount(queue.running)],
    ["To begin again", formatCount(queue.delayed)],
    ["Given up", formatCount(queue.failed)],
  ];
}

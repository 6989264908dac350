import type { ClusterStatus, NodeStatus } from "../contract/engine_status.ts";
import { byLabel, type Metric, type Sample } from "./exposition.ts";

/** A cluster as one of its nodes sees it. */
export interface ClusterSnapshot extends ClusterStatus {
  nodes: readonly NodeStatus[];
}

interface ClusterMetric extends Metric {
  read(snapshot: ClusterSnapshot): number | Iterable<Sample>;
}

const NODE_STATES = ["idle", "counting", "silent", "apart"] as const;

/** The metrics of a node of a cluster. What Redis knows is as it told it last, a moment ago. */
export const CLUSTER_METRICS: Readonly<Record<string, ClusterMetric>> = {
  millrace_cluster_reached: {
    type: "gauge",
    about: "1 while Redis answers; else nodes and queue are as they were",
    read: ({ reached }) => Number(reached),
  },
  millrace_cluster_nodes: {
    type: "gauge",
    about: "Nodes by state; those apart are of another build and count with others of theirs",
    read: ({ nodes }) =>
      NODE_STATES.map((state) => ({
        labels: { state },
        value: nodes.filter((node) => node.state === state).length,
      })),
  },
  millrace_cluster_queue_splits: {
    type: "gauge",
    about: "Splits in the queue by state: delayed ones are begun again soon, failed ones were " +
      "given up; every node tells the same",
    read: ({ queue: { oldestWaitingMs: _, ...splits } }) => byLabel("state", splits),
  },
  millrace_cluster_oldest_waiting_seconds: {
    type: "gauge",
    about: "How long the oldest split has waited for a node",
    read: ({ queue }) => queue.oldestWaitingMs / 1000,
  },
  millrace_cluster_splits_total: {
    type: "counter",
    about:
      "Splits counted here (done, failed by their text) or broken off (interrupted), and how " +
      "many of them had been begun before (again); those whose nodes were found dead (stalled), " +
      "or whose keys could not be fetched (lost)",
    read: ({ splits }) => byLabel("event", splits),
  },
  millrace_cluster_jobs_total: {
    type: "counter",
    about: "Jobs with URLs that were spread over nodes, or kept here",
    read: ({ jobs }) => byLabel("way", jobs),
  },
  millrace_cluster_moved_bytes_total: {
    type: "counter",
    about: "Bytes of keys that came from other nodes or went there, and of texts read for splits",
    read: ({ moved }) =>
      byLabel("what", {
        outputs_fetched: moved.outputsFetched,
        outputs_served: moved.outputsServed,
        inputs_read: moved.inputsRead,
      }),
  },
};

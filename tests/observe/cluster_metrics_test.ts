import { assertEquals } from "@std/assert";
import { ClusterMeter } from "../../src/cluster/cluster_meter.ts";
import type { EngineStatus, NodeStatus } from "../../src/contract/engine_status.ts";
import { CLUSTER_METRICS } from "../../src/observe/cluster_metrics.ts";
import { HttpMetrics } from "../../src/observe/http_metrics.ts";
import { formatMetrics } from "../../src/observe/metrics.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { parseExposition } from "../support/http/prometheus.ts";

const NODE = { roles: [], schemes: [], workers: 1, splits: 0, version: "1", build: "b", seenMs: 0 };
const NODES: NodeStatus[] = (["idle", "silent", "idle", "apart"] as const)
  .map((state, i) => ({ ...NODE, url: `http://${i}`, state }));

function scrape(more: Partial<EngineStatus>): Map<string, number> {
  const engine = { ...new FakeEngine().status(), ...more };
  const jobs = { counts: () => ({}) };
  return parseExposition(formatMetrics({ http: new HttpMetrics(), engine, jobs, ready: true }));
}

Deno.test("formatMetrics() tells of nodes, queue and splits where there is a cluster", () => {
  const meter = new ClusterMeter();
  meter.splits.done = 7;
  meter.moved.outputsServed = 1000;
  meter.jobs.kept = 2;
  const queue = { waiting: 3, running: 2, delayed: 1, failed: 0, oldestWaitingMs: 1500 };
  const values = scrape({ nodes: NODES, cluster: { ...meter, reached: true, queue } });
  const expected: [string, number][] = [
    ["millrace_cluster_reached", 1],
    ['millrace_cluster_nodes{state="idle"}', 2],
    ['millrace_cluster_nodes{state="counting"}', 0],
    ['millrace_cluster_nodes{state="silent"}', 1],
    ['millrace_cluster_nodes{state="apart"}', 1],
    ['millrace_cluster_queue_splits{state="waiting"}', 3],
    ['millrace_cluster_queue_splits{state="delayed"}', 1],
    ["millrace_cluster_oldest_waiting_seconds", 1.5],
    ['millrace_cluster_splits_total{event="done"}', 7],
    ['millrace_cluster_splits_total{event="stalled"}', 0],
    ['millrace_cluster_jobs_total{way="kept"}', 2],
    ['millrace_cluster_moved_bytes_total{what="outputs_served"}', 1000],
  ];
  for (const [name, value] of expected) assertEquals([name, values.get(name)], [name, value]);
});

Deno.test("formatMetrics() says nothing of a cluster where there is none", () => {
  const names = [...scrape({}).keys()];
  const ofCluster = Object.keys(CLUSTER_METRICS);
  assertEquals(names.filter((name) => ofCluster.some((each) => name.startsWith(each))), []);
});

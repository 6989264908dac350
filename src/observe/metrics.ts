import process from "node:process";
import type { EngineStatus } from "../contract/engine_status.ts";
import { VERSION } from "../version.ts";
import { CLUSTER_METRICS } from "./cluster_metrics.ts";
import { byLabel, formatMetric, type Metric, type Sample } from "./exposition.ts";
import type { HttpMetrics } from "./http_metrics.ts";
import { countUnownedRejections } from "./rejections.ts";

/** The state that the metrics are read from, at one moment. */
export interface Snapshot {
  http: HttpMetrics;
  engine: EngineStatus;
  /** Jobs of `/v1/jobs` by state. */
  jobs: { counts(): Readonly<Record<string, number>> };
  ready: boolean;
}

interface ReadableMetric extends Metric {
  read(snapshot: Snapshot): number | Iterable<Sample>;
}

const BUILD_INFO: readonly Sample[] = [{
  labels: { version: VERSION, deno: Deno.version.deno, v8: Deno.version.v8 },
  value: 1,
}];

/** Every metric, once. */
export const METRICS: Readonly<Record<string, ReadableMetric>> = {
  millrace_http_requests_total: {
    type: "counter",
    about: "Answered requests by route, method and status class; what is the client's doing is " +
      "4xx, whatever its status",
    read: ({ http }) => http.requests(),
  },
  millrace_http_request_duration_seconds: {
    type: "histogram",
    about: "Time from a request's head to its response's, uploads included, by route and method",
    read: ({ http }) => http.durations(),
  },
  millrace_http_requests_in_flight: {
    type: "gauge",
    about: "Requests that have no response yet",
    read: ({ http }) => http.inFlight,
  },
  millrace_http_problems_total: {
    type: "counter",
    about: "Problems answered, by type and status class, likewise",
    read: ({ http }) => http.problems(),
  },
  millrace_ready: {
    type: "gauge",
    about: "1 while new work is taken, as /readyz says",
    read: ({ ready }) => Number(ready),
  },
  millrace_jobs: {
    type: "gauge",
    about: "Jobs in the engine by state; those of one request as well",
    read: ({ engine }) => byLabel("state", engine.jobs),
  },
  millrace_background_jobs: {
    type: "gauge",
    about: "Jobs of /v1/jobs by state: those that are here, and those that ended since the start",
    read: ({ jobs }) => byLabel("state", jobs.counts()),
  },
  millrace_jobs_ended_total: {
    type: "counter",
    about: "Ended jobs by outcome: invalid ones by their input, failed ones by the server, " +
      "refused ones before they began",
    read: ({ engine }) => byLabel("outcome", engine.ended),
  },
  millrace_queue_jobs: {
    type: "gauge",
    about: "Jobs that wait for a place in the engine",
    read: ({ engine }) => engine.queue.jobs,
  },
  millrace_queue_bytes: {
    type: "gauge",
    about: "Bytes that wait with them: inputs, or the first chunk of those that stream in",
    read: ({ engine }) => engine.queue.bytes,
  },
  millrace_tasks: {
    type: "gauge",
    about:
      "Tasks queued in shared memory, out (those and the ones with a worker), pending on the host",
    read: ({ engine }) => byLabel("state", engine.tasks),
  },
  millrace_workers: {
    type: "gauge",
    about: "Counting threads",
    read: ({ engine }) => engine.workers,
  },
  millrace_worker_busy_seconds_total: {
    type: "counter",
    about: "Time that each thread has worked; its rate is the thread's utilization",
    read: ({ engine }) => byWorker(engine.threads, ({ busyMs }) => busyMs / 1000),
  },
  millrace_worker_tasks_total: {
    type: "counter",
    about: "Tasks that each thread has finished; wraps at 2^32",
    read: ({ engine }) => byWorker(engine.threads, ({ tasks }) => tasks),
  },
  millrace_inline_jobs_total: {
    type: "counter",
    about: "Jobs of short texts that were counted on the serving thread",
    read: ({ engine }) => engine.inline.jobs,
  },
  millrace_inline_busy_seconds_total: {
    type: "counter",
    about: "Time that they took of it",
    read: ({ engine }) => engine.inline.busyMs / 1000,
  },
  millrace_counted_bytes_total: {
    type: "counter",
    about: "Bytes of text counted; its rate is the throughput",
    read: ({ engine }) => engine.counted.bytes,
  },
  millrace_counted_tokens_total: {
    type: "counter",
    about: "Tokens counted",
    read: ({ engine }) => engine.counted.tokens,
  },
  millrace_counted_chunks_total: {
    type: "counter",
    about: "Chunks counted",
    read: ({ engine }) => engine.counted.chunks,
  },
  millrace_spilled_bytes_total: {
    type: "counter",
    about: "Bytes that jobs have written to disk, where their keys outgrew memory",
    read: ({ engine }) => engine.spill?.bytes ?? 0,
  },
  millrace_spilled_runs_total: {
    type: "counter",
    about: "Sorted runs of keys that left memory",
    read: ({ engine }) => engine.spill?.runs ?? 0,
  },
  millrace_shared_memory_bytes: {
    type: "gauge",
    about: "Shared memory by region; together they are all that there is",
    read: ({ engine }) => byLabel("region", { ...engine.memory.regions }),
  },
  millrace_shared_memory_touched_bytes: {
    type: "gauge",
    about: "Shared memory that was ever used, which is what it costs",
    read: ({ engine }) => engine.memory.touched,
  },
  millrace_stage_seconds_total: {
    type: "counter",
    about: "Time by stage: of jobs for read, of workers for the others",
    read: ({ engine }) => byLabel("stage", inSeconds(engine.stages)),
  },
  millrace_contention_total: {
    type: "counter",
    about:
      "Lost exchanges of the queue's head (misses), tickets of tasks that were gone (stale), " +
      "sleeps of workers, rings at the host; each wraps at 2^32",
    read: ({ engine }) => byLabel("event", { ...engine.contention }),
  },
  millrace_faults_total: {
    type: "counter",
    about: "Threads and tasks that went wrong, and what became of them",
    read: ({ engine: { faults } }) => {
      const { breaker: _, retired: __, ...counts } = faults;
      return byLabel("event", counts);
    },
  },
  millrace_breaker_open: {
    type: "gauge",
    about: "1 while so many threads fail that jobs are refused",
    read: ({ engine }) => Number(engine.faults.breaker !== "closed"),
  },
  millrace_unowned_rejections_total: {
    type: "counter",
    about: "Promises that were rejected and nobody awaited: a fault of the server, in its log",
    read: countUnownedRejections,
  },
  millrace_free_slots: {
    type: "gauge",
    about: "Free places for chunks; none for long: readers wait",
    read: ({ engine }) => engine.slots.free,
  },
  millrace_build_info: {
    type: "gauge",
    about: "1, with the versions that run: of Millrace, Deno and V8",
    read: () => BUILD_INFO,
  },
  process_resident_memory_bytes: {
    type: "gauge",
    about: "Resident memory of the process",
    read: () => Deno.memoryUsage().rss,
  },
  process_heap_bytes: {
    type: "gauge",
    about: "JavaScript heap in use on the host's thread",
    read: () => Deno.memoryUsage().heapUsed,
  },
  process_cpu_seconds_total: {
    type: "counter",
    about: "Processor time of all threads, user and system",
    read: readCpuSeconds,
  },
  process_start_time_seconds: {
    type: "gauge",
    about: "When the process started, in seconds since 1970",
    read: () => performance.timeOrigin / 1000,
  },
};

/** Every metric in Prometheus' text format; those of a cluster for its nodes. */
export function formatMetrics(snapshot: Snapshot): string {
  const { nodes, cluster } = snapshot.engine;
  return formatAll(METRICS, snapshot) +
    (nodes && cluster ? formatAll(CLUSTER_METRICS, { ...cluster, nodes }) : "");
}

function formatAll<T>(
  metrics: Readonly<Record<string, Metric & { read(from: T): number | Iterable<Sample> }>>,
  from: T,
): string {
  return Object.entries(metrics).map(([name, metric]) => {
    const read = metric.read(from);
    return formatMetric(name, metric, typeof read === "number" ? [{ value: read }] : read);
  }).join("");
}

function byWorker<T>(threads: readonly T[], read: (thread: T) => number): Sample[] {
  return threads.map((thread, i) => ({ labels: { worker: String(i) }, value: read(thread) }));
}

function inSeconds(times: EngineStatus["stages"]): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([stage, ms]) => [stage, ms / 1000]));
}

function readCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

import type { EngineDocument, JobDocument } from "../../client/mod.ts";
import { formatFacts } from "../terminal/print_rows.ts";
import { type Cell, formatRows, formatTsv, type RowColumn } from "../terminal/rows.ts";
import { formatBytes, formatCount, formatTime } from "../terminal/units.ts";
import { JOB_COLUMNS, shownCells } from "./list_jobs.ts";

/** What was seen of a server at a time. */
export interface Shown {
  engine: EngineDocument;
  jobs: JobDocument[];
  url: string;
  /** Milliseconds of the process. */
  at: number;
}

const BAR_CHARS = 20;

const THREAD_COLUMNS: readonly RowColumn[] = [
  { head: "THREAD", align: "right" },
  { head: "BUSY" },
  { head: "", align: "right" },
  { head: "STATE" },
  { head: "TASKS", align: "right" },
];

const NODE_COLUMNS: readonly RowColumn[] = [
  { head: "NODE" },
  { head: "STATE" },
  { head: "WORKERS", align: "right" },
  { head: "SPLITS", align: "right" },
  { head: "VERSION" },
  { head: "BUILD" },
  { head: "SEEN", align: "right" },
];

/** Characters of a build that tell it from others. */
const BUILD_CHARS = 8;

/**
 * A frame for people.
 *
 * @param before What was seen before, for what happened since; without it, since the start.
 */
export function formatTop(shown: Shown, before?: Shown): string {
  const { engine, jobs, url } = shown;
  const head = `Millrace ${engine.version} at ${url}, up ${formatTime(engine.uptimeMs)}\n`;
  const threads = engine.threads.map((thread, i): Cell[] => {
    const busy = busyOf(shown, before, i);
    return [
      i,
      formatBar(busy),
      `${Math.round(busy * 100)} %`,
      thread.state,
      formatCount(thread.tasks),
    ];
  });
  const list = jobs.length === 0 ? "no jobs\n" : formatRows(JOB_COLUMNS, jobs.map(shownCells));
  const nodes = engine.nodes && formatRows(NODE_COLUMNS, engine.nodes.map(shownNode));
  const parts = [formatFacts(factsOf(shown, before)), formatRows(THREAD_COLUMNS, threads), nodes];
  return [head, ...parts.filter((part) => part !== undefined), list].join("\n");
}

/** The same for programs: lines of a name and values, whole numbers of bytes and milliseconds. */
export function formatTopLines({ engine, jobs }: Shown): string {
  const { memory, queue, tasks, slots } = engine;
  const known = engine.jobs;
  return formatTsv([
    ["version", engine.version],
    ["uptimeMs", Math.round(engine.uptimeMs)],
    ["counted", engine.counted.bytes, engine.counted.tokens],
    ["jobs", known.pending, known.running, known.leaving],
    ["queue", queue.jobs, queue.bytes],
    ["tasks", tasks.queued, tasks.out, tasks.pending],
    ["slots", slots.free],
    ["memory", memory.bytes, memory.touched, memory.jobs],
    ...engine.threads.map((thread, i): Cell[] => [
      "thread",
      i,
      thread.state,
      thread.tasks,
      Math.round(thread.busyMs),
    ]),
    ...clusterLines(engine),
    ...jobs.map(({ id, state, progress }): Cell[] => [
      "job",
      id,
      state,
      progress.bytes,
      progress.tokens,
    ]),
  ]);
}

function clusterLines({ nodes = [], cluster }: EngineDocument): Cell[][] {
  if (!cluster) return [];
  const { waiting, running, delayed, failed, oldestWaitingMs } = cluster.queue;
  return [
    ["splits", waiting, running, delayed, failed, oldestWaitingMs],
    ...nodes.map((node): Cell[] => [
      "node",
      node.url,
      node.state,
      node.workers,
      node.splits,
      node.version,
      node.build,
      node.seenMs,
    ]),
  ];
}

function shownNode(
  { url, state, workers, splits, version, build, seenMs }: NonNullable<
    EngineDocument["nodes"]
  >[number],
): Cell[] {
  const seen = `${formatTime(seenMs)} ago`;
  return [url, state, workers, splits, version, build.slice(0, BUILD_CHARS), seen];
}

function factsOf(shown: Shown, before: Shown | undefined): [string, Cell][] {
  const { counted, jobs, queue, tasks, memory, spill, faults, cluster } = shown.engine;
  return [
    [
      "counted",
      `${formatBytes(counted.bytes)}, ${formatCount(counted.tokens)} tokens${
        rateOf(shown, before)
      }`,
    ],
    ["jobs", `${jobs.running} running, ${jobs.pending} pending, ${jobs.leaving} leaving`],
    ["queue", `${queue.jobs} waiting, ${formatBytes(queue.bytes)}`],
    ["tasks", `${tasks.out} out, ${tasks.queued} of them queued, ${tasks.pending} pending`],
    [
      "memory",
      `${formatBytes(memory.jobs)} by jobs, ${formatBytes(memory.touched)} of ` +
      `${formatBytes(memory.bytes)} ever used`,
    ],
    ...(cluster ? [["splits", showQueue(cluster)] as [string, Cell]] : []),
    ...(spill && spill.bytes > 0
      ? [["disk", `${formatBytes(spill.bytes)} spilled`] as [string, Cell]]
      : []),
    ...(faults.breaker === "closed" ? [] : [["breaker", faults.breaker] as [string, Cell]]),
  ];
}

function showQueue({ queue, reached }: NonNullable<EngineDocument["cluster"]>): string {
  const { waiting, running, delayed, oldestWaitingMs } = queue;
  const since = waiting > 0 ? `, for ${formatTime(oldestWaitingMs)}` : "";
  const later = delayed > 0 ? `, ${delayed} delayed` : "";
  const stale = reached ? "" : "; Redis is not reached";
  return `${running} running, ${waiting} waiting${since}${later}${stale}`;
}

function rateOf({ engine, at }: Shown, before: Shown | undefined): string {
  if (before === undefined || isAnother(engine, before.engine)) return "";
  const bytes = engine.counted.bytes - before.engine.counted.bytes;
  return `, ${formatBytes(Math.max(0, bytes) / ((at - before.at) / 1000))}/s`;
}

/** The part of the time that a thread was busy, 0 to 1. */
function busyOf({ engine }: Shown, before: Shown | undefined, i: number): number {
  const thread = engine.threads[i];
  const past = before?.engine.threads[i];
  if (past === undefined || isAnother(engine, before!.engine)) return thread.utilization;
  const ms = engine.uptimeMs - before!.engine.uptimeMs;
  return ms > 0 ? Math.min(1, Math.max(0, (thread.busyMs - past.busyMs) / ms)) : 0;
}

/** Whether the server has been started anew since. */
function isAnother(engine: EngineDocument, before: EngineDocument): boolean {
  return engine.uptimeMs < before.uptimeMs;
}

function formatBar(part: number): string {
  const full = Math.round(part * BAR_CHARS);
  return "█".repeat(full) + "░".repeat(BAR_CHARS - full);
}

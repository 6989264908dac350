import { ignoreError, own } from "../async/own.ts";
import { within } from "../async/within.ts";
import type { NodeRole, UploadMode } from "../contract/engine_status.ts";
import { JobError } from "../contract/problems.ts";
import { digest } from "../digest.ts";
import { createRangedReader } from "../intake/ranged_reader.ts";
import type { IntakeOptions } from "../intake/intake_options.ts";
import { createUrlOpener, remoteOptions } from "../intake/url_opener.ts";
import type { RemoteTexts, Texts } from "../input/text_series.ts";
import { readKernel } from "../kernels/registry.ts";
import { VERSION } from "../version.ts";
import { SpillDirectory, temporaryDirectory } from "../engine/spill_directory.ts";
import type { Board } from "./board.ts";
import { ClusterClock } from "./cluster_clock.ts";
import { ClusterEngine, type LocalEngine } from "./cluster_engine.ts";
import { ClusterMeter } from "./cluster_meter.ts";
import { createInternalDoor } from "./internal_door.ts";
import { KernelModules } from "./kernel_modules.ts";
import { mapSplit } from "./map_split.ts";
import { reduceRange } from "./reduce_range.ts";
import { readQueueFigures } from "./queue_figures.ts";
import { RedisServer } from "./redis_server.ts";
import { type NodeEntry, Roster } from "./roster.ts";
import { SentParts } from "./sent_parts.ts";
import { Signatures } from "./signatures.ts";
import { SplitOutputs } from "./split_outputs.ts";
import { SplitQueue } from "./split_queue.ts";
import { isRangeTask, type SplitTask, type TextTask } from "./split_task.ts";
import type { SplitAttempt } from "./split_worker.ts";
import { type TracedWork, type TraceWork, UNTRACED } from "./trace_work.ts";

/** How a node takes part in a cluster. */
export interface ClusterOptions {
  /** URL of Redis. */
  cluster: string;
  /** Where other nodes reach this one. */
  clusterUrl: string;
  /** What nodes of the cluster know. */
  clusterSecret: string;
  clusterRoles: readonly NodeRole[];
  clusterUploads: UploadMode;
  /** Least bytes of a split. */
  clusterSplitBytes: number;
  /** How long a node keeps its splits that shows no sign of life. */
  clusterLockMs: number;
  jobTimeoutMs?: number;
  /** Where a folder for files is made. @default {the system's for temporary files} */
  spillDirectory?: string | false;
  /** @default {nobody traces} */
  traceWork?: TraceWork;
}

/** A node of a cluster. */
export interface Cluster {
  readonly engine: ClusterEngine;
  /** @throws {JobError} `not_accepting` if the node takes no texts from clients. */
  checkAccepts(): void;
  /** Answers what other nodes ask; undefined for all other requests. */
  answer(request: Request): Promise<Response> | undefined;
  /**
   * Answers what a page about the queue asks for, which only reads.
   *
   * @param root Path of the page, which is always the same.
   */
  board(root: string, request: Request): Promise<Response>;
}

/** How long the first sign of Redis is waited for, before the node starts without it. */
const FIRST_MS = 2000;

/** How often outputs that were left are looked for. */
const SWEEP_MS = 10 * 60 * 1000;

/**
 * Makes a node of an engine. The node starts also where Redis is not reached: then it counts alone
 * until it is.
 *
 * @param options.cluster Where nodes meet: those of one release, since equal keys must hash alike.
 * @throws {Error} If Redis refuses the node, or nothing can be written.
 */
export async function openCluster(
  engine: LocalEngine,
  options: ClusterOptions & IntakeOptions,
): Promise<Cluster> {
  const build = await digest(VERSION + await digest(readKernel("words")));
  const server = new RedisServer(options.cluster, `millrace-${build}`);
  const clock = new ClusterClock();
  const meter = new ClusterMeter();
  const { clusterUrl: node, clusterRoles: roles } = options;
  const trace = options.traceWork ?? UNTRACED;
  const signatures = new Signatures(options.clusterSecret, node, clock);
  const folder = await makeFolder(options);
  const outputs = new SplitOutputs(folder, meter);
  const reader = createRangedReader(options);
  const { remote } = remoteOptions({ ...options, allowPrivateUrls: true });
  const isThere = (url: string): Promise<boolean> => roster.has(url);
  const sent = new SentParts({ folder, node, signatures, remote, isThere });
  const openUrls = createTextOpener(options);
  const kernels = new KernelModules(node, signatures);
  const mapping = { engine, outputs, kernels, node, reader: meter.reads(reader), sent, openUrls };
  const scratchPath = () => outputs.pathOf("", crypto.randomUUID());
  const reducing = { engine, outputs, signatures, meter, node, scratchPath };
  const queue = new SplitQueue(server, {
    lockMs: options.clusterLockMs,
    clock,
    maps: roles.includes("map"),
    mayRun: ({ source }) => {
      if ("plan" in source) return roles.includes("reduce");
      return "path" in source || reader.reads(source.url);
    },
    run: meter.watch((task, attempt) =>
      trace(
        describeSplit(task, attempt),
        () =>
          isRangeTask(task)
            ? reduceRange(reducing, task, attempt)
            : mapSplit(mapping, task as TextTask, attempt),
      )
    ),
    onEnd: (job) => own(outputs.drop(job), ignoreError),
    onStalled: () => meter.splits.stalled++,
  });
  const { schemes } = reader;
  const self = { url: node, roles, schemes, workers: engine.workers, version: VERSION, build };
  const roster: Roster = createRoster(server, clock, queue, self);
  const board = createLazyBoard(server);
  const sweep = setInterval(() => own(outputs.sweep(), ignoreError), SWEEP_MS);
  const leave = async () => {
    clearInterval(sweep);
    board.close();
    await roster.close();
    await queue.close();
    await outputs.close();
  };
  const spreading = {
    ...reducing,
    queue,
    sent,
    kernels,
    trace,
    idleNodes: () => roster.idleMappers(),
    reducers: () => roster.reducers(),
    aloneBytes: options.clusterSplitBytes,
  };
  const { clusterSplitBytes: splitBytes, clusterUploads: uploads, jobTimeoutMs } = options;
  const terms = { splitBytes, uploads, jobTimeoutMs };
  try {
    await within(roster.beat(), FIRST_MS);
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    engine: new ClusterEngine(engine, spreading, reader, roster, terms, leave),
    checkAccepts: () => {
      if (!roles.includes("accept")) throw notAccepting(roster.acceptors());
    },
    answer: createInternalDoor(node, signatures, [
      (request, path) => outputs.answer(request, path),
      (request, path) => sent.answer(request, path),
      (request, path) => kernels.answer(request, path),
    ]),
    board: board.answer,
  };
}

/** 421 (RFC 9110, 15.5.20): asking again helps, but not here, and this is no fault that passes. */
function notAccepting(nodes: readonly string[]): JobError {
  const others = nodes.length > 0 ? `; ask ${nodes.join(" or ")}` : "";
  return new JobError("not_accepting", `Cannot count: this node takes no counts${others}`, {
    details: { nodes },
  });
}

function createRoster(
  server: RedisServer,
  clock: ClusterClock,
  queue: SplitQueue,
  self: Omit<NodeEntry, "splits">,
): Roster {
  const redis = server.connect();
  server.checkOnce(redis);
  return new Roster({
    redis,
    clock,
    describe: () => ({ ...self, splits: queue.running }),
    readQueue: (redis) => readQueueFigures(redis, queue.root),
  });
}

/** Opens texts behind URLs, to be read whole. */
function createTextOpener(options: IntakeOptions): (texts: RemoteTexts) => Texts {
  const openers = {
    none: createUrlOpener(options, "none"),
    auto: createUrlOpener(options, "auto"),
  };
  return ({ urls, decompress }) => openers[decompress](urls);
}

/** The page about the queue, of several MB: it is loaded when it is first asked for. */
function createLazyBoard(server: RedisServer): { answer: Cluster["board"]; close(): void } {
  let board: Promise<Board> | undefined;
  const open = async (root: string) => (await import("./board.ts")).openBoard(server, root);
  return {
    answer: async (root, request) => await (await (board ??= open(root))).answer(request),
    close: () => board && own(board, ignoreError, (opened) => opened.close()),
  };
}

/** A split as a trace shows it. */
function describeSplit(task: SplitTask, { isRepeated }: SplitAttempt): TracedWork {
  const { traceparent, part, from, to } = task;
  return {
    name: isRangeTask(task) ? "reduce" : "split",
    parent: traceparent,
    attributes: {
      "millrace.split.text": part,
      "millrace.split.from": from,
      "millrace.split.to": to,
      "millrace.split.repeated": isRepeated,
    },
  };
}

/** Makes a folder of this process, which the next engine removes when this process is killed. */
async function makeFolder(
  { spillDirectory }: Pick<ClusterOptions, "spillDirectory">,
): Promise<string> {
  const parent = spillDirectory || temporaryDirectory();
  if (parent === undefined) throw new Error("there is no folder to write files to");
  const { path } = new SpillDirectory(parent);
  await Deno.mkdir(path);
  return path;
}

import { ignoreError, own } from "../async/own.ts";
import { within } from "../async/within.ts";
import { digest } from "../digest.ts";
import { createRangedReader } from "../intake/ranged_reader.ts";
import type { IntakeOptions } from "../intake/intake_options.ts";
import { createUrlOpener } from "../intake/url_opener.ts";
import type { RemoteTexts } from "../input/text_series.ts";
import { readKernel } from "../kernels/registry.ts";
import { VERSION } from "../version.ts";
import { SpillDirectory, temporaryDirectory } from "../engine/spill_directory.ts";
import { ClusterEngine, type LocalEngine } from "./cluster_engine.ts";
import { mapSplit } from "./map_split.ts";
import { RedisServer } from "./redis_server.ts";
import { Roster } from "./roster.ts";
import { Signatures } from "./signatures.ts";
import { SplitOutputs } from "./split_outputs.ts";
import { SplitQueue } from "./split_queue.ts";

/** How a node takes part in a cluster. */
export interface ClusterOptions {
  /** URL of Redis. */
  cluster: string;
  /** Where other nodes reach this one. */
  clusterUrl: string;
  /** What nodes of the cluster know. */
  clusterSecret: string;
  /** Least bytes of a split. */
  clusterSplitBytes: number;
  /** How long a node keeps its splits that shows no sign of life. */
  clusterLockMs: number;
  jobTimeoutMs?: number;
  /** Where a folder for files is made. @default {the system's for temporary files} */
  spillDirectory?: string | false;
}

/** A node of a cluster. */
export interface Cluster {
  readonly engine: ClusterEngine;
  /** Answers what other nodes ask; undefined for all other requests. */
  answer(request: Request): Promise<Response> | undefined;
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
  const signatures = new Signatures(options.clusterSecret);
  const outputs = new SplitOutputs(await makeFolder(options));
  const node = options.clusterUrl;
  const reader = createRangedReader(options);
  const openers = {
    none: createUrlOpener(options, "none"),
    auto: createUrlOpener(options, "auto"),
  };
  const mapping = {
    engine,
    outputs,
    node,
    reader,
    openUrls: ({ urls, decompress }: RemoteTexts) => openers[decompress](urls),
  };
  const queue = new SplitQueue(server, {
    lockMs: options.clusterLockMs,
    run: (task, attempt) => mapSplit(mapping, task, attempt),
    onEnd: (job) => own(outputs.drop(job), ignoreError),
  });
  const { workers } = engine;
  const roster = new Roster(server, () => ({ url: node, workers, splits: queue.running }));
  const scratchPath = () => outputs.pathOf("", crypto.randomUUID());
  const sweep = setInterval(() => own(outputs.sweep(), ignoreError), SWEEP_MS);
  const leave = async () => {
    clearInterval(sweep);
    await roster.close();
    await queue.close();
    await outputs.close();
  };
  const idleNodes = () => roster.nodes.filter(({ splits }) => splits === 0).length;
  const spreading = { engine, queue, outputs, signatures, node, idleNodes, scratchPath };
  const terms = { splitBytes: options.clusterSplitBytes, jobTimeoutMs: options.jobTimeoutMs };
  try {
    await within(roster.beat(), FIRST_MS);
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    engine: new ClusterEngine(engine, spreading, reader, roster, terms, leave),
    answer: (request) => outputs.answer(request, signatures),
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

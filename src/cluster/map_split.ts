import { ignoreError } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { askForAll } from "../contract/all_keys.ts";
import type { JobCounters } from "../contract/documents.ts";
import { JobError } from "../contract/problems.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import { explainInvalid } from "../engine/job/invalid_text.ts";
import type { JobHandle, JobResult } from "../engine/job_contract.ts";
import { createStream } from "../input/byte_stream.ts";
import type { EdgeWords } from "../input/edge_words.ts";
import { borderRule, findBorder, type RangedSource } from "../input/split_borders.ts";
import type { TextInput } from "../input/text_input.ts";
import type { RemoteTexts, Texts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import { showUrl } from "../intake/remote/url_errors.ts";
import { FAULT_REASONS } from "../shared/record_fault.ts";
import { readBytes } from "./read_bytes.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import type {
  SplitEdges,
  SplitFailure,
  SplitOutcome,
  SplitOutput,
  SplitTask,
} from "./split_task.ts";

/** Failures that another node, or another attempt, may not meet. */
const PASSING: readonly string[] = [
  "url_failed",
  "read_timeout",
  "worker_lost",
  "engine_unavailable",
  "engine_closed",
  "too_many_jobs",
  "job_cancelled", // by its node, which ends
  "out_of_memory",
  "disk_full",
  "disk_failed",
  "internal",
];

/** How often a node looks how far its engine is. */
const LOOK_MS = 200;

/** What a node counts splits by. */
export interface MapContext {
  engine: CountEngine;
  outputs: SplitOutputs;
  /** Address of this node. */
  node: string;
  reader: RangedReader;
  /** Opens texts behind URLs, to be read whole. */
  openUrls(texts: RemoteTexts): Texts;
}

/**
 * Counts a split, and keeps its keys here.
 *
 * @throws What another attempt may not meet.
 */
export async function mapSplit(
  context: MapContext,
  task: SplitTask,
  attempt: { signal: AbortSignal; tell(counters: JobCounters): void },
): Promise<SplitOutcome> {
  let from = task.from;
  try {
    const opened = await unlessAborted(openSplit(context, task), attempt.signal);
    from = opened.from;
    return { output: await countSplit(context, task, opened, attempt) };
  } catch (error) {
    if (!(error instanceof JobError) || PASSING.includes(error.code)) throw error;
    return { failure: describeFailure(error, task, from) };
  }
}

async function countSplit(
  { engine, outputs, node }: MapContext,
  { job, tenant, options, source }: SplitTask,
  { input, from, to }: OpenSplit,
  attempt: { signal: AbortSignal; tell(counters: JobCounters): void },
): Promise<SplitOutput> {
  const token = crypto.randomUUID();
  if (input === undefined) return { node, token, from, to, keys: 0, bytes: 0 };
  const part = "markBytes" in source
    ? { markBytes: from === 0 ? source.markBytes : 0 } // further on, a mark is text
    : undefined;
  const { signal } = attempt;
  const counting = engine.submit(input, askForAll(options), {
    tenant,
    signal,
    readOnce: true,
    part,
    isAdmitted: true,
  });
  const result = await follow(counting, attempt);
  const { segment, edges, partition: _, kernelUse: __, partStarts: ___, ...report } = result;
  try {
    await outputs.write(job, token, segment);
  } finally {
    segment.close();
  }
  const { keys, byteLength: bytes } = segment;
  return { node, token, from, to, keys, bytes, report, edges: edges && encodeEdges(edges) };
}

function encodeEdges({ tokens, head, tail }: EdgeWords): SplitEdges {
  return {
    tokens,
    head: head.map((word) => word.toBase64()),
    tail: tail.map((word) => word.toBase64()),
  };
}

/** A split by its real borders. */
interface OpenSplit {
  from: number;
  to: number;
  /** None if they are one place. */
  input?: TextInput;
}

/** Finds the borders of a split. @throws {JobError} What is wrong with its text. */
async function openSplit(
  { reader, openUrls }: MapContext,
  { source, options, from: nominal, to: next }: SplitTask,
): Promise<OpenSplit> {
  const { url } = source;
  if ("decompress" in source) {
    const { decompress } = source;
    return { input: openUrls({ urls: [url], decompress }), from: nominal, to: next };
  }
  const ranged: RangedSource = {
    bytes: source.bytes,
    read: (from, to) => readBytes(reader.readRange(source, { from, to })),
  };
  const rule = borderRule(options);
  if (typeof rule === "string") throw new TypeError(`Cannot divide a text: ${rule}`);
  const from = await findBorder(ranged, nominal, rule, source);
  const to = await findBorder(ranged, next, rule, source);
  if (from === to) return { from, to };
  const open = () => createStream(reader.readRange(source, { from, to }), ignoreError);
  return { input: { stream: open }, from, to };
}

/** Waits for a job, and tells how far it is. */
async function follow(
  job: JobHandle,
  { tell }: { tell(counters: JobCounters): void },
): Promise<JobResult> {
  const timer = setInterval(() => tell(job.counters), LOOK_MS);
  try {
    return await job.done;
  } finally {
    clearInterval(timer);
  }
}

/**
 * What is wrong with a text, by its place in the whole, as one server says it; but which line that is
 * no node knows.
 */
function describeFailure(
  { code, message, details }: JobError,
  { part, source: { url } }: SplitTask,
  from: number,
): SplitFailure {
  const { offset } = details;
  const isInvalid = code === "invalid_utf8" || code === "broken_record";
  if (!isInvalid || typeof offset !== "number") {
    return { code, message, details: { ...details, ...("part" in details && { part }) } };
  }
  const explained = explainInvalid(offset, {
    isBroken: code === "broken_record",
    reason: reasonOf(details.reason),
    place: { offset: from + offset, part, name: showUrl(url) },
  });
  return { code, message: explained.message, details: explained.details };
}

/** The number of a reason that is said in words. */
function reasonOf(words: unknown): number | undefined {
  const found = Object.entries(FAULT_REASONS).find(([, each]) => each === words);
  return found && Number(found[0]);
}

import { ignoreError } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { JobError } from "../contract/problems.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import { explainInvalid } from "../engine/job/invalid_text.ts";
import { createStream } from "../input/byte_stream.ts";
import type { TextPartTerms } from "../input/decoder.ts";
import type { EdgeWords } from "../input/edge_words.ts";
import { borderRule, findBorder, type RangedSource } from "../input/split_borders.ts";
import type { TextInput } from "../input/text_input.ts";
import type { RemoteTexts, Texts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import { showUrl } from "../intake/remote/url_errors.ts";
import { FAULT_REASONS } from "../shared/record_fault.ts";
import type { KernelModules } from "./kernel_modules.ts";
import { NOT_QUOTED } from "./quote_chain.ts";
import { QuoteParity } from "./quote_parity.ts";
import { readBytes } from "./read_bytes.ts";
import { splitOptions } from "./split_options.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import type { SentParts } from "./sent_parts.ts";
import { lookAtSplit } from "./split_progress.ts";
import type {
  DividedText,
  SentPart,
  SplitEdges,
  SplitFailure,
  SplitOutcome,
  SplitOutput,
  TextTask,
  WholeText,
} from "./split_task.ts";
import type { SplitAttempt } from "./split_worker.ts";

/** Failures of a text's server that another attempt may not meet. */
const OF_SERVER: readonly string[] = ["url_failed", "read_timeout"];

/** Failures that another node, or another attempt, may not meet. */
const PASSING: readonly string[] = [
  ...OF_SERVER,
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

/** What a node counts splits by. */
export interface MapContext {
  engine: CountEngine;
  outputs: SplitOutputs;
  kernels: KernelModules;
  /** Address of this node. */
  node: string;
  reader: RangedReader;
  /** Opens what clients have sent. */
  sent: Pick<SentParts, "open">;
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
  task: TextTask,
  attempt: SplitAttempt,
): Promise<SplitOutcome> {
  const { signal, isLast } = attempt;
  let opened: OpenSplit | undefined;
  try {
    opened = await unlessAborted(openSplit(context, task), signal);
    const output = await countSplit(context, task, opened, attempt);
    const isOdd = opened.quotes?.isOdd();
    return { output, oddQuotes: isOdd && await unlessAborted(isOdd, signal) };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const isKnown = isLast && OF_SERVER.includes(error.code);
    if (PASSING.includes(error.code) && !isKnown) throw error;
    const isOdd = opened?.quotes?.isOdd().catch(() => undefined); // or it cannot be read at all
    return {
      failure: describeFailure(error, task, opened?.from ?? task.from),
      oddQuotes: isOdd && await unlessAborted(isOdd, signal),
    };
  }
}

async function countSplit(
  { engine, outputs, kernels, node }: MapContext,
  { job, tenant, options, kernel, source }: TextTask,
  { input, from, to, header }: OpenSplit,
  { signal, follow }: SplitAttempt,
): Promise<SplitOutput> {
  const token = crypto.randomUUID();
  if (input === undefined) return { node, token, from, to, keys: 0, bytes: 0 };
  const part = "markBytes" in source ? { ...describePart(source, from), header } : undefined;
  const counting = engine.submit(input, splitOptions(options), {
    tenant,
    signal,
    readOnce: true,
    part,
    kernel: kernel && await unlessAborted(kernels.find(kernel), signal),
    firstStage: true,
    isAdmitted: true,
  });
  follow(() => lookAtSplit(counting));
  const result = await counting.done;
  const { segment, edges, sketch, partition: _, partStarts: __, ...report } = result;
  let samples: Uint8Array[];
  try {
    samples = await outputs.writeByKey(job, token, segment);
  } finally {
    segment.close();
  }
  const { keys, byteLength: bytes } = segment;
  const more = {
    edges: edges && encodeEdges(edges),
    sketch: sketch?.toBase64(),
    ...(samples.length > 0 && { samples: samples.map((key) => key.toBase64()) }),
  };
  return { node, token, from, to, keys, bytes, report, ...more };
}

/** A body has no name, and further on in a text a mark is text. */
function describePart(source: DividedText | SentPart, from: number): TextPartTerms {
  return {
    markBytes: from === 0 ? source.markBytes : 0,
    name: "name" in source ? source.name : undefined,
  };
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
  /** The record in front of the split that names its columns. */
  header?: Uint8Array;
  /** Present where quotes tell borders. */
  quotes?: QuoteParity;
}

/** Finds the borders of a split. @throws {JobError} What is wrong with its text. */
async function openSplit(
  { reader, openUrls, sent }: MapContext,
  { source, options, kernel, from: nominal, to: next, quoted = NOT_QUOTED }: TextTask,
): Promise<OpenSplit> {
  if ("path" in source) return { input: await sent.open(source), from: nominal, to: next };
  if ("decompress" in source) {
    const { url, decompress } = source;
    return { input: openUrls({ urls: [url], decompress }), from: nominal, to: next };
  }
  const rule = borderRule(options, kernel?.manifest);
  const ranged: RangedSource = {
    bytes: source.bytes,
    read: (from, to) => readBytes(reader.readRange(source, { from, to })),
  };
  const [from, to] = await Promise.all(
    [nominal, next].map((border, i) =>
      findBorder(ranged, border, rule, { markBytes: source.markBytes, isQuoted: quoted[i] })
    ),
  );
  const quotes = rule.quotes
    ? new QuoteParity({ from: nominal, to: next }, (range) => reader.readRange(source, range))
    : undefined;
  if (from >= to) return { from, to: from, quotes };
  const input = await reader.open(source, { from, to });
  if (!quotes) return { input, from, to };
  const header = from > 0 ? await readHeader(source, ranged) : undefined;
  if (!("stream" in input)) return { input, from, to, header, quotes };
  const stream = () => createStream(quotes.follow(input.stream(), from, quoted[0]), ignoreError);
  return { input: { stream }, from, to, header, quotes };
}

/** The record in front of all others that names the columns, if one does. */
async function readHeader(
  { markBytes, headerBytes }: DividedText,
  ranged: RangedSource,
): Promise<Uint8Array | undefined> {
  if (headerBytes === undefined) return undefined;
  return await ranged.read(markBytes, markBytes + headerBytes);
}

/**
 * What is wrong with a text, by its place in the whole, as one server says it; but which line that is
 * no node knows.
 */
function describeFailure(
  { code, message, details }: JobError,
  { part, source }: TextTask,
  from: number,
): SplitFailure {
  const { offset } = details;
  if (typeof offset !== "number" || code === "input_changed") { // that is one of the whole
    return { code, message, details: { ...details, ...("part" in details && { part }) } };
  }
  const { path } = details; // a file tells places in all of it
  const place = {
    offset: path === undefined ? from + offset : offset,
    ...(path !== undefined && { path }),
    ...("path" in source ? {} : { part, name: nameOf(source) }),
  };
  if (code !== "invalid_utf8" && code !== "broken_record") {
    const moved = message.replace(`byte ${offset}`, `byte ${place.offset}`);
    return { code, message: moved, details: { ...details, ...place } };
  }
  const explained = explainInvalid(offset, {
    isBroken: code === "broken_record",
    reason: reasonOf(details.reason),
    place,
  });
  return { code, message: explained.message, details: explained.details };
}

/** What errors call a text. */
function nameOf(source: DividedText | WholeText): string {
  return "name" in source ? source.name : showUrl(source.url);
}

/** The number of a reason that is said in words. */
function reasonOf(words: unknown): number | undefined {
  const found = Object.entries(FAULT_REASONS).find(([, each]) => each === words);
  return found && Number(found[0]);
}

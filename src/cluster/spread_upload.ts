import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { HEAD_BYTES } from "../input/beginnings.ts";
import { BlockReader, createStream } from "../input/byte_stream.ts";
import { borderRule } from "../input/split_borders.ts";
import { unlessAloneWorks } from "./alone_works.ts";
import type { Spreading, SpreadTerms } from "./cluster_job.ts";
import { cutText } from "./cut_text.ts";
import { judgeHead } from "./judge_head.ts";
import type { ClusterSize } from "./plan_splits.ts";
import { readBytes } from "./read_bytes.ts";
import type { KeptPart, SentParts } from "./sent_parts.ts";
import { createSplit, type SplitPlan } from "./split_plan.ts";
import { type SpreadContext, spreadJob } from "./spread_job.ts";
import type { SentPart } from "./split_task.ts";

/** What spreading what a client sends takes. */
export interface UploadContext extends SpreadContext {
  sent: SentParts;
}

type Parts = AsyncGenerator<KeptPart, void, void>;

/**
 * Has nodes count a text while a client sends it: this node keeps it in parts, and hands each part to
 * the queue as soon as it is whole.
 *
 * @param size.splitBytes Least bytes of a part.
 * @returns What to count here, if the text cannot be cut or has one part, or if nodes cannot count it.
 * @throws {JobError} As spreadJob, and what is wrong with what is sent.
 */
export async function spreadUpload(
  context: UploadContext,
  job: SpreadTerms,
  sending: ReadableStream<Uint8Array>,
  size: ClusterSize,
): Promise<Spreading> {
  const { options, limits, kernel, signal } = job;
  const reader = new BlockReader(sending, limits);
  const end = onlyOnce((reason) => reader.cancel(reason));
  const abort = () => end(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const { head, blocks } = await readHead(reader[Symbol.asyncIterator]());
    const rule = borderRule(options, kernel?.manifest);
    const markBytes = judgeHead(head, options);
    if (rule.quotes || markBytes === undefined) {
      return { here: createStream(blocks, end) };
    }
    const pieces = cutText(blocks, rule, { markBytes, partBytes: size.splitBytes });
    return await spreadParts(context, job, { pieces, markBytes, nodes: size.nodes, end });
  } catch (error) {
    end(error);
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** A text that comes in, in pieces. */
interface Upload {
  pieces: ReturnType<typeof cutText>;
  markBytes: number;
  /** How many may count it. */
  nodes: number;
  /** Ends the upload. */
  end(reason: unknown): void;
}

/** Keeps the parts of a text until it is counted. */
async function spreadParts(
  context: UploadContext,
  job: SpreadTerms,
  { pieces, markBytes, nodes, end }: Upload,
): Promise<Spreading> {
  const { sent, node } = context;
  const upload = crypto.randomUUID();
  const drop = () => sent.drop(upload);
  const kept: KeptPart[] = [];
  let isNeeded = false;
  try {
    const parts = remember(sent.keep(upload, pieces), kept);
    const first = (await unlessAborted(parts.next(), job.signal)).value!;
    if (!first.isLast) {
      const source = { node, markBytes };
      const plan = planParts(job, chain([first], parts), source, end);
      const result = await unlessAloneWorks(spreadJob(context, job, plan, nodes));
      if (result) return { result };
    }
    isNeeded = true;
    return {
      here: createStream(readParts(sent, kept, parts, drop), (reason) => {
        end(reason);
        own(drop(), ignoreError);
      }),
    };
  } finally {
    if (!isNeeded) await drop();
  }
}

function planParts(
  { limits: { inputBytes } }: SpreadTerms,
  parts: Parts,
  source: Pick<SentPart, "node" | "markBytes">,
  end: (reason: unknown) => void,
): SplitPlan {
  return {
    bytes: inputBytes,
    async *splits(terms, stopped) {
      const isStopped = stopped.then(() => undefined);
      for (;;) {
        const next = await Promise.race([parts.next(), isStopped]);
        if (next === undefined) end("a part cannot be counted");
        if (!next || next.done) return;
        const { path, from, to } = next.value;
        const sent = { ...source, path, bytes: to - from };
        yield [await createSplit(terms, { part: 0, source: sent, from, to })];
      }
    },
  };
}

/** Parts, noted as they are given. */
async function* remember(parts: Parts, kept: KeptPart[]): Parts {
  for await (const part of parts) {
    kept.push(part);
    yield part;
  }
}

/** All of a text: the parts that are here, and those to come. @param drop Lets go of them. */
async function* readParts(
  sent: SentParts,
  kept: readonly KeptPart[],
  parts: Parts,
  drop: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const part of chain([...kept], parts)) yield* sent.openHere(part);
  } finally {
    await parts.return();
    await drop();
  }
}

/** The beginning of a text, and all of it. */
async function readHead(
  blocks: AsyncGenerator<Uint8Array, void, void>,
): Promise<{ head: Uint8Array; blocks: AsyncGenerator<Uint8Array, void, void> }> {
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES;) {
    const { value } = await blocks.next();
    if (!value) break;
    bytes += first[first.push(value) - 1].length;
  }
  const head = (await readBytes(chain(first, noMore()))).subarray(0, HEAD_BYTES);
  return { head, blocks: chain(first, blocks) };
}

async function* chain<T>(
  first: readonly T[],
  others: AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  yield* first;
  yield* others;
}

async function* noMore(): AsyncGenerator<never, void, void> {}

function onlyOnce(end: (reason: unknown) => void): (reason: unknown) => void {
  let isOver = false;
  return (reason) => {
    if (!isOver) end(reason);
    isOver = true;
  };
}

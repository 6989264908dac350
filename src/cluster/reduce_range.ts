import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import { readWhole } from "../input/byte_stream.ts";
import type { FileSegment } from "../reduce/file_segment.ts";
import { askNode, NotThere, SILENCE } from "./ask_node.ts";
import { fetchRange, OutputLost } from "./fetch_output.ts";
import { FetchTurns } from "./fetch_turns.ts";
import type { OutputsContext } from "./job_outputs.ts";
import { reduceInput } from "./reduce_splits.ts";
import { decodeRange } from "./key_range.ts";
import { outputPath } from "./split_outputs.ts";
import type { OutputPlace, RangeTask, SplitOutcome, SplitOutput } from "./split_task.ts";
import type { SplitAttempt } from "./split_worker.ts";

/** Most bytes of the list of all outputs of a job. */
const MOST_PLAN_BYTES = 16 * 1024 * 1024;

/** What a node reduces ranges by. */
export interface RangeContext extends OutputsContext {
  engine: CountEngine;
}

/**
 * Puts the records of a range of keys together that all splits of a job have, and keeps here what the
 * answer may need of them.
 *
 * @returns Which outputs cannot be had any more, if some cannot.
 * @throws What another attempt may not meet.
 */
export async function reduceRange(
  context: RangeContext,
  task: RangeTask,
  { signal }: SplitAttempt,
): Promise<SplitOutcome> {
  const { plan } = task.source;
  const places = await unlessAborted(readPlan(context, task), signal);
  if (!places) return { lost: { plan: plan.token, sources: [] } };
  const fetching = fetchRanges(context, task, places, signal);
  try {
    const fetched = await unlessAborted(fetching, signal);
    const sources = fetched.flatMap((segment, index) => segment ? [] : [index]);
    if (sources.length > 0) return { lost: { plan: plan.token, sources } };
    return { output: await reduceLists(context, task, fetched.map((each) => each!), signal) };
  } finally {
    own(fetching, ignoreError, (fetched) => fetched.forEach((segment) => segment?.close()));
  }
}

/** Reads where the outputs of the job are; undefined if the node that knows has another job by now. */
async function readPlan(
  { signatures }: RangeContext,
  { job, source: { plan: { node, token } } }: RangeTask,
): Promise<OutputPlace[] | undefined> {
  try {
    const body = await askNode(node, outputPath(job, token), signatures);
    return JSON.parse(new TextDecoder().decode(await readWhole(body, SILENCE, MOST_PLAN_BYTES)));
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}

/**
 * Fetches the records of the range from each output; undefined in place of those that are lost. It
 * settles once nothing is fetched any more.
 */
async function fetchRanges(
  { outputs, signatures, meter, node, scratchPath }: RangeContext,
  { job, source }: RangeTask,
  places: readonly OutputPlace[],
  signal: AbortSignal,
): Promise<(FileSegment | undefined)[]> {
  const range = decodeRange(source);
  const turns = new FetchTurns();
  const fetching = places.map((place) =>
    turns.take(place.node, async () => {
      const open = place.node === node
        ? () => Promise.resolve(outputs.openRange(job, place.token, range).blocks)
        : () => askNode(place.node, outputPath(job, place.token, range), signatures);
      const segment = await fetchRange(place.node, open, scratchPath(), signal);
      if (place.node !== node) meter.moved.outputsFetched += segment.byteLength;
      return segment;
    })
  );
  const settled = await Promise.allSettled(fetching);
  const fetched = settled.map((each) => each.status === "fulfilled" ? each.value : undefined);
  const reasons = settled.flatMap((each) => each.status === "rejected" ? each.reason : []);
  if (reasons.every((reason) => reason instanceof OutputLost)) return fetched;
  for (const segment of fetched) segment?.close();
  throw reasons.find((reason) => !(reason instanceof OutputLost));
}

async function reduceLists(
  { engine, outputs, node }: RangeContext,
  { job, tenant, options }: RangeTask,
  lists: readonly FileSegment[],
  signal: AbortSignal,
): Promise<SplitOutput> {
  const token = crypto.randomUUID();
  const counted = lists.filter(({ byteLength }) => byteLength > 0).map((segment) => ({
    segment,
    report: { totals: { bytes: segment.byteLength, tokens: 0, keys: 0, replacements: 0 } },
  }));
  const input = reduceInput(counted, { options, kernel: undefined, shape: {} });
  const terms = { tenant, signal, readOnce: true, isAdmitted: true };
  const { segment, partition: _, partStarts: __, edges: ___, sketch: ____, ...report } =
    await engine.submit(input, options, terms).done;
  try {
    await outputs.write(job, token, segment.blocks());
  } finally {
    segment.close();
  }
  const { keys, byteLength: bytes } = segment;
  return { node, token, from: 0, to: report.totals.bytes, keys, bytes, report };
}

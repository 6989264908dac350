import {
  blocksFrom,
  type ByteIndex,
  indexBytes,
  markBefore,
  type SeekableFormat,
} from "../../output/byte_index.ts";
import { type DocumentParts, jsonBlocks } from "../../output/json.ts";
import { Selection } from "../../output/selection.ts";
import { indexOf, knownLength, measure } from "./byte_indexes.ts";
import { asksForRange, formatContentRange, selectRange } from "../read/byte_range.ts";
import { codings, negotiateCoding, refusesIdentity } from "./compression.ts";
import { createCutHeaders } from "./cut_headers.ts";
import { isKnown } from "../read/preconditions.ts";
import type { ResultQuery } from "../read/query.ts";
import {
  createPartResponse,
  createResultResponse,
  createTotalsResponse,
  resultHeaders,
} from "./result_response.ts";
import {
  codedTag,
  countPage,
  createView,
  entityTag,
  linkNext,
  openRecords,
  type StoredResult,
  type ToKey,
  type View,
} from "./result_view.ts";

/** A JSON document of a segment up to this size is made only to learn its length. */
const MEASURED_BYTES = 1024 * 1024;

type MakeResponse = () => Response | Promise<Response>;

/** Everything that an answer is made of. */
interface Plan {
  view: View;
  /** Undefined for JSON, which has no rows that can be begun with. */
  seekable: SeekableFormat | undefined;
  /** The `Range` of a request for one part. */
  range: string | undefined;
  coding: string | undefined;
  etag: string;
  /** The entity tags of the same result under other codings. */
  others: readonly string[];
  parts: DocumentParts;
  headers: Record<string, string>;
}

/**
 * Answers with a stored result, as its reader asks for it. Like a file, a result has a length, a
 * strong entity tag, and parts. The function owns the segment from here on.
 *
 * @param toKey Brings a prefix of keys to the form of the job's keys.
 * @param prefix The prefix of the addresses in the answer.
 * @throws {JobError} `not_acceptable`, `invalid_parameter`, `order_unavailable`,
 * `precondition_failed` or `range_not_satisfiable`.
 */
export async function createStoredResponse(
  request: Request,
  stored: StoredResult,
  query: ResultQuery,
  toKey: ToKey,
  prefix: string,
): Promise<Response> {
  let made: Response | MakeResponse | undefined;
  try {
    made = await prepare(request, await createView(request, stored, query, toKey), prefix);
  } finally {
    if (typeof made !== "function") stored.result.segment.close();
  }
  return typeof made === "function" ? await made() : made;
}

/** A response without a body; or a function that makes one with a body and owns the segment. */
async function prepare(
  request: Request,
  view: View,
  prefix: string,
): Promise<Response | MakeResponse> {
  const plan = await createPlan(request, view);
  // The conditions of a POST that waits are not about the result that it makes.
  const isRead = request.method !== "POST";
  if (isRead && isKnown(request, plan, view.stored.record.finishedAt!)) {
    return createBodiless(plan, 304);
  }
  const { stored: { result }, output } = view;
  if (output.only === "totals") {
    if (request.method === "HEAD") return createBodiless(plan, 200);
    return () => createTotalsResponse(request, { result, output, headers: plan.headers });
  }
  const next = await linkNext(request, view, prefix);
  if (next !== undefined) plan.headers.link = `<${next}>; rel="next"`;
  plan.parts.next = next;
  if (plan.seekable !== undefined) {
    const shown = await countPage(view);
    Object.assign(plan.headers, createCutHeaders(view.stored.result, shown));
  }
  if (request.method === "HEAD") {
    await addLength(plan);
    return createBodiless(plan, 200);
  }
  return plan.range === undefined ? await prepareWhole(request, plan) : await preparePart(plan);
}

async function createPlan(request: Request, view: View): Promise<Plan> {
  const { stored: { record, made }, output: { format }, options, style } = view;
  const seekable = format === "json" ? undefined : format;
  const plainTag = await entityTag(view);
  const isPart = seekable !== undefined && asksForRange(request, plainTag);
  // Only an answer that is not compressed has a length and parts: HEAD and ranges are about it.
  const isPlain = (isPart || request.method === "HEAD") && !refusesIdentity(request);
  const coding = isPlain ? undefined : negotiateCoding(request);
  const tags = [plainTag, ...codings().map((each) => codedTag(plainTag, each))];
  const etag = coding === undefined ? plainTag : codedTag(plainTag, coding);
  return {
    view,
    seekable,
    coding,
    etag,
    others: tags.filter((tag) => tag !== etag),
    range: isPart && isPlain ? request.headers.get("range")! : undefined,
    parts: {
      options: JSON.stringify({ ...options, kernel: record.kernel }),
      head: made?.head,
      style,
      of: view.of,
    },
    headers: {
      "cache-control": "private, no-cache",
      etag,
      "last-modified": new Date(record.finishedAt!).toUTCString(),
      ...(seekable && { "accept-ranges": "bytes" }),
    },
  };
}

function createBodiless({ view: { output }, headers }: Plan, status: number): Response {
  return new Response(null, { status, headers: resultHeaders({ output, headers }) });
}

/** Adds the length, if it is known or cheap to learn. */
async function addLength({ view, seekable, coding, etag, parts, headers }: Plan): Promise<void> {
  if (coding !== undefined) return;
  if (seekable !== undefined) {
    headers["content-length"] = String((await indexOfView(view, seekable, etag)).bytes);
  } else if (view.stored.result.segment.byteLength <= MEASURED_BYTES) {
    const selection = new Selection(await openRecords(view), view.pageCut);
    const bytes = await measure(jsonBlocks(view.stored.result, selection, parts));
    headers["content-length"] = String(bytes);
  }
}

function indexOfView(view: View, seekable: SeekableFormat, etag: string): Promise<ByteIndex> {
  return indexOf(
    etag,
    async () => indexBytes(await openRecords(view), view.pageCut, seekable, view.style),
  );
}

async function prepareWhole(request: Request, plan: Plan): Promise<MakeResponse> {
  const { view, coding, etag, parts, headers } = plan;
  const { stored: { result }, output, pageCut } = view;
  const length = coding === undefined ? knownLength(etag) : undefined;
  if (length !== undefined) headers["content-length"] = String(length);
  const selection = new Selection(await openRecords(view), pageCut);
  return () => createResultResponse(request, { result, selection, parts, output, headers });
}

async function preparePart({ view, seekable, range: header, etag, headers }: Plan) {
  const { stored: { result }, output, pageCut, style } = view;
  const index = await indexOfView(view, seekable!, etag);
  const range = selectRange(header!, index.bytes);
  const mark = markBefore(index, range.offset);
  const records = await openRecords(view, mark.position);
  const blocks = await blocksFrom(mark, records, pageCut, seekable!, range, style);
  headers["content-range"] = formatContentRange(range, index.bytes);
  headers["content-length"] = String(range.length);
  return () => createPartResponse({ result, output, headers }, blocks);
}

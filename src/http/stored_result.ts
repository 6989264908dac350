import type { JobResult } from "../engine/types.ts";
import type { CountOptions } from "../options.ts";
import { findNextPage } from "../output/page.ts";
import { reorder } from "../output/reorder.ts";
import { type Cut, Selection } from "../output/selection.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import type { JobRecord } from "../store/job_record.ts";
import { negotiateCoding } from "./compression.ts";
import { negotiateForm } from "./negotiation.ts";
import { digest, formatCursor, type PageStart, parseCursor } from "./page_cursor.ts";
import type { ResultQuery } from "./query.ts";
import {
  type Answer,
  createResultResponse,
  type OutputForm,
  resultHeaders,
} from "./result_response.ts";
import { ifNoneMatch } from "./std_http.ts";

/** Changes when the same result is written differently: every entity tag changes with it. */
const REPRESENTATION = 1;

/** A finished job as it is stored. */
export interface StoredResult {
  record: JobRecord;
  result: JobResult;
}

type ToKey = (text: string, options: CountOptions) => Uint8Array;

/** What of a stored result is asked for, with nothing left open. */
interface View {
  options: CountOptions;
  output: OutputForm;
  limit: number;
  cursor: string;
  cut: Cut;
  /** Names the list of records that pages are cut from. */
  list: string;
}

/**
 * A stored result as its reader asks for it; the segment is this function's. Whoever has it
 * already, by its entity tag, is told so; `HEAD` learns whether there is a next page, too.
 *
 * @param toKey Brings a prefix to the form of the job's keys.
 * @throws {JobError} `not_acceptable`, `invalid_parameter` or `order_unavailable`.
 */
export async function createStoredResponse(
  request: Request,
  stored: StoredResult,
  query: ResultQuery,
  toKey: ToKey,
): Promise<Response> {
  let answer: Answer | Response | undefined;
  try {
    answer = await prepareAnswer(request, stored, createView(request, stored.record, query, toKey));
  } finally {
    if (answer === undefined || answer instanceof Response) stored.result.segment.close();
  }
  return answer instanceof Response ? answer : createResultResponse(request, answer);
}

/** What to answer, or the response if it has no body. */
async function prepareAnswer(
  request: Request,
  stored: StoredResult,
  view: View,
): Promise<Answer | Response> {
  const start = await parseCursor(view.cursor, view.list);
  const headers: Record<string, string> = {
    "cache-control": "private, no-cache",
    etag: await entityTag(view, negotiateCoding(request)),
  };
  if (!ifNoneMatch(request.headers.get("if-none-match"), headers.etag)) {
    return new Response(null, { status: 304, headers: resultHeaders({ ...view, headers }) });
  }
  const next = await linkNext(request, stored, view, start);
  if (next !== undefined) headers.link = `<${next}>; rel="next"`;
  if (request.method === "HEAD") {
    return new Response(null, { headers: resultHeaders({ ...view, headers }) });
  }
  const { cut, limit, output, options } = view;
  const most = cut.top === 0 ? limit : remaining(view, start);
  const records = await openRecords(stored, view, start.position);
  return {
    result: stored.result,
    selection: new Selection(records, { ...cut, top: most }),
    parts: { options: JSON.stringify(options), next },
    output,
    headers,
  };
}

function createView(
  request: Request,
  record: JobRecord,
  query: ResultQuery,
  toKey: ToKey,
): View {
  const { format, download, limit = 0, cursor = "", ...given } = query;
  const options = { ...record.options, ...given };
  const { top, min, prefix, order } = options;
  const { id, finishedAt } = record;
  return {
    options,
    output: {
      ...(format === undefined ? negotiateForm(request, record.output.format) : { format }),
      download: download ?? record.output.download,
    },
    limit,
    cursor,
    cut: { top, min, order, prefix: toKey(prefix, options) },
    list: JSON.stringify([id, finishedAt, top, min, prefix, order]),
  };
}

/** Names the very bytes of an answer: strong (RFC 9110, 8.8.3). */
async function entityTag(
  { list, options, output, limit, cursor }: View,
  coding = "identity",
): Promise<string> {
  const parts = [REPRESENTATION, list, options, output, limit, cursor, coding];
  return `"${await digest(JSON.stringify(parts))}"`;
}

function openRecords(
  { record, result }: StoredResult,
  { cut }: View,
  position: number,
): RecordCursor | Promise<RecordCursor> {
  if (cut.order === record.options.order) return result.segment.records(position);
  return reorder(result.segment, cut.order, position);
}

/** How many records this page may show, when `top` bounds all pages together. */
function remaining({ cut, limit }: View, { shown }: PageStart): number {
  const left = cut.top - shown;
  return limit === 0 ? left : Math.min(left, limit);
}

/** The address of the next page, if there is one. */
async function linkNext(
  request: Request,
  stored: StoredResult,
  view: View,
  start: PageStart,
): Promise<string | undefined> {
  const { limit, cut, list } = view;
  if (limit === 0 || (cut.top > 0 && cut.top - start.shown <= limit)) return undefined;
  const records = await openRecords(stored, view, start.position);
  const position = await findNextPage(new Selection(records, { ...cut, top: 0 }), limit);
  if (position === undefined) return undefined;
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set("cursor", await formatCursor({ position, shown: start.shown + limit }, list));
  return `${pathname}?${searchParams}`;
}

import type { CountOptions } from "../options.ts";
import { findNextPage } from "../output/page.ts";
import { reorder } from "../output/reorder.ts";
import { type Cut, Selection } from "../output/selection.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import type { JobRecord } from "../store/job_record.ts";
import { addressOf } from "./job_document.ts";
import { negotiateForm } from "./negotiation.ts";
import { digest, formatCursor, type PageStart, parseCursor } from "./page_cursor.ts";
import type { ResultQuery } from "./query.ts";
import type { OutputForm } from "./result_response.ts";
import type { StoredResult } from "./stored_result.ts";

/** Changes when the same result is written differently: every entity tag changes with it. */
const REPRESENTATION = 2;

export type ToKey = (text: string, options: CountOptions) => Uint8Array;

/** What of a stored result is asked for, with nothing left open. */
export interface View {
  stored: StoredResult;
  options: CountOptions;
  output: OutputForm;
  limit: number;
  cursor: string;
  /** Where the page begins. */
  start: PageStart;
  /** Of the whole list. */
  cut: Cut;
  /** Of the page. */
  pageCut: Cut;
  /** Names the list of records that pages are cut from. */
  list: string;
}

/** @throws {JobError} `not_acceptable` or `invalid_parameter`. */
export async function createView(
  request: Request,
  stored: StoredResult,
  query: ResultQuery,
  toKey: ToKey,
): Promise<View> {
  const { record } = stored;
  const { format, download, limit = 0, cursor = "", ...given } = query;
  const options = { ...record.options, ...given };
  const { top, min, prefix, order } = options;
  const { id, finishedAt } = record;
  const list = JSON.stringify([id, finishedAt, top, min, prefix, order]);
  const start = await parseCursor(cursor, list);
  const cut: Cut = { top, min, order, prefix: toKey(prefix, options) };
  return {
    stored,
    options,
    output: chooseForm(request, record, format, download),
    limit,
    cursor,
    start,
    cut,
    pageCut: { ...cut, top: top === 0 ? limit : remaining(top, limit, start) },
    list,
  };
}

function chooseForm(
  request: Request,
  { output }: JobRecord,
  format = undefined as OutputForm["format"] | undefined,
  download = output.download,
): OutputForm {
  if (format !== undefined) return { format, download };
  return { ...negotiateForm(request, output.format), download };
}

/** How many records a page may show, when `top` bounds all pages together. */
function remaining(top: number, limit: number, { shown }: PageStart): number {
  const left = top - shown;
  return limit === 0 ? left : Math.min(left, limit);
}

/** Names the very bytes of an answer: strong (RFC 9110, 8.8.3). */
export async function entityTag(
  { list, options, output, limit, cursor }: View,
  coding = "identity",
): Promise<string> {
  const parts = [REPRESENTATION, list, options, output, limit, cursor, coding];
  return `"${await digest(JSON.stringify(parts))}"`;
}

/** The records of a view in its order, from a position on: that of the page unless another is said. */
export function openRecords(
  { stored: { record, result }, cut, start }: View,
  position: number = start.position,
): RecordCursor | Promise<RecordCursor> {
  if (cut.order === record.options.order) return result.segment.records(position);
  return reorder(result.segment, cut.order, position);
}

/** The address of the next page, if there is one. */
export async function linkNext(
  request: Request,
  view: View,
  prefix: string,
): Promise<string | undefined> {
  const { limit, cut, list, start, stored: { record } } = view;
  if (limit === 0 || (cut.top > 0 && cut.top - start.shown <= limit)) return undefined;
  const records = await openRecords(view);
  const position = await findNextPage(new Selection(records, { ...cut, top: 0 }), limit);
  if (position === undefined) return undefined;
  const { searchParams } = new URL(request.url);
  searchParams.set("cursor", await formatCursor({ position, shown: start.shown + limit }, list));
  return `${addressOf(record.id, prefix)}/result?${searchParams}`;
}

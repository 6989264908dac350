import {
  type CountOptions,
  DEFAULT_OUTPUT_OPTIONS,
  isLargestFirst,
  type OutputOptions,
} from "../../contract/options.ts";
import { asksRecords, finishesWords, readQuestion } from "../../contract/record_question.ts";
import { haveLeast } from "../../contract/result_values.ts";
import { refuseCountOptions } from "../../contract/value_options.ts";
import { findNextPage } from "../../output/page.ts";
import { openResultRecords } from "../../output/result_records.ts";
import { reorder } from "../../output/reorder.ts";
import type { RowStyle } from "../../output/row_style.ts";
import { type Cut, Selection } from "../../output/selection.ts";
import { countShown } from "../../output/shown.ts";
import type { RecordCursor } from "../../reduce/segment.ts";
import type { JobRecord, KeptResult } from "../../store/job_record.ts";
import { jobPathOf } from "./job_document.ts";
import { negotiateForm } from "../read/negotiation.ts";
import { digest } from "../../digest.ts";
import { formatPageCursor, type PageStart, parsePageCursor } from "./page_cursor.ts";
import { findPart, refusePart, type ResultPart } from "./result_part.ts";
import type { ResultQuery } from "../read/query.ts";
import type { OutputForm } from "./result_response.ts";
import {
  checkOnly,
  checkRank,
  checkSheetOptions,
  createRowStyle,
} from "../../output/row_options.ts";

/** A finished job as it is stored, or what is made of some. */
export interface StoredResult extends KeptResult {
  /** How it is shown, where it is not the job's own result. */
  made?: MadeResult;
  /** By what its keys were put in groups: for entity tags and cursors. */
  groups?: unknown;
}

/** What is made of results and shown as a result is. */
export interface MadeResult {
  /** What it is made of, and how: for entity tags and cursors. */
  name: unknown;
  /** Behind the job's address. */
  path: string;
  open(position: number): RecordCursor;
  /** How its rows are written, beside what the reader asks for. */
  style: Pick<RowStyle, "number" | "more">;
  /** A document of JSON up to its first row. */
  head: string;
}

/** Changes when the code writes the same result differently; so do all entity tags. */
const REPRESENTATION = 3;

/** Brings a text to the form of the keys of a job with these options, in UTF-8. */
export type ToKey = (text: string, options: CountOptions) => Uint8Array;

/** A request for a stored result, with every option filled in. */
export interface View {
  stored: StoredResult;
  options: CountOptions;
  output: OutputForm;
  /** How rows are written. */
  style: RowStyle;
  limit: number;
  cursor: string;
  /** The partition that is shown. */
  part: ResultPart;
  /** What is counted as not shown, where that is of the partition alone. */
  of?: ResultPart;
  /** Where the page begins. */
  start: PageStart;
  /** Selects the whole list. */
  cut: Cut;
  /** Selects the page. */
  pageCut: Cut;
  /** Whether all keys of the partition are shown, page by page. */
  isWhole: boolean;
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
  const { record, result } = stored;
  const { format, download, only, columns, csvBom, csvSafe, ...rest } = query;
  const { limit = 0, cursor = "", part: number = 0, ...given } = rest;
  const options = { ...record.options, ...given };
  const output = chooseResultOutput(request, record, {
    format,
    download,
    only,
    columns,
    csvBom,
    csvSafe,
  });
  const { top, min, max = 0, order } = options; // jobs of old have no `max`
  const own = prefixOfKeys(record.options);
  const prefix = given.prefix ?? own;
  const other = asksRecords(options) ? "value" : "kernel";
  refuseCountOptions({ min, max, columns: output.columns }, result.values, other);
  checkRank(output, options);
  checkOnly(output);
  checkSheetOptions({ csvBom, csvSafe }, output.format);
  const { id, finishedAt } = record;
  const list = JSON.stringify([
    id,
    finishedAt,
    top,
    min,
    prefix,
    order,
    ...(number > 0 ? [number] : []),
    ...(max > 0 ? [{ max }] : []),
    ...(stored.made ? [stored.made.name] : []),
    ...(stored.groups ? [{ groups: stored.groups }] : []),
  ]);
  if (stored.groups) refusePart(number);
  const part = findPart(number, result, record.options.order, order);
  const start = cursor === ""
    ? { position: part.position, shown: 0 }
    : await parsePageCursor(cursor, list);
  const cut: Cut = {
    top,
    ...(haveLeast(result.values) ? { min, max } : { min: 0 }),
    order,
    prefix: toKey(prefix, options),
    ...part.bounds,
  };
  return {
    stored,
    options,
    output,
    style: createStyle(output, stored),
    limit,
    cursor,
    part,
    ...(number > 0 && { of: part }),
    start,
    cut,
    pageCut: {
      ...cut,
      top: top === 0 ? limit : remaining(top, limit, start),
      before: start.shown,
    },
    isWhole: min <= 1 && max === 0 && prefix === own,
    list,
  };
}

/** What all keys of a job begin with: a word of several parts of a key begins none. */
function prefixOfKeys(options: CountOptions): string {
  const question = readQuestion(options);
  return question && finishesWords(question) && question.keys.length > 1 ? "" : options.prefix;
}

function createStyle(output: OutputForm, { result, made }: StoredResult): RowStyle {
  const style = createRowStyle(output, result);
  return made ? { ...style, ...made.style } : style;
}

/** Fills in what the reader leaves open from the job's `POST`. */
function chooseResultOutput(
  request: Request,
  record: JobRecord,
  { format, ...given }: Partial<OutputOptions>,
): OutputForm {
  const standard: OutputOptions = { ...DEFAULT_OUTPUT_OPTIONS, ...record.output };
  const form = format === undefined ? negotiateForm(request, standard.format) : { format };
  return {
    ...form,
    download: given.download ?? standard.download,
    only: given.only ?? standard.only,
    columns: given.columns ?? standard.columns,
    csvBom: given.csvBom ?? standard.csvBom,
    csvSafe: given.csvSafe ?? standard.csvSafe,
  };
}

/** How many records a page may show, when `top` bounds all pages together. */
function remaining(top: number, limit: number, { shown }: PageStart): number {
  const left = top - shown;
  return limit === 0 ? left : Math.min(left, limit);
}

/** The strong entity tag of an answer that is not compressed (RFC 9110, 8.8.3). */
export async function entityTag(
  { list, options, output, limit, cursor }: View,
): Promise<string> {
  const parts = [REPRESENTATION, list, options, output, limit, cursor];
  return `"${await digest(JSON.stringify(parts))}"`;
}

/** The entity tag of the same answer under a coding. */
export function codedTag(etag: string, coding: string): string {
  return `${etag.slice(0, -1)}-${coding}"`;
}

/** The records of a view in its order. @param position Where to begin. @default {the page} */
export function openRecords(
  { stored: { record, result, made }, cut, start }: View,
  position: number = start.position,
): RecordCursor | Promise<RecordCursor> {
  if (made) return made.open(position);
  if (isLargestFirst(cut.order) === isLargestFirst(record.options.order)) {
    return openResultRecords(result.segment, result.values, position);
  }
  return reorder(result.segment, cut.order, position, result.values);
}

/** Counts of pages that took a walk through their keys, in the order of their last use. */
const walked = new Map<string, number | undefined>();
const MOST_WALKED = 256;

/** How many keys a page shows; undefined if counting them would pass over too many. */
export async function countPage(view: View): Promise<number | undefined> {
  const { list, part, start, pageCut, isWhole } = view;
  if (isWhole) {
    const left = part.keys - start.shown;
    return pageCut.top === 0 ? left : Math.min(pageCut.top, left);
  }
  const page = JSON.stringify([list, start.shown, pageCut.top]);
  const known = walked.has(page);
  const shown = known
    ? walked.get(page)
    : await countShown(new Selection(await openRecords(view), pageCut));
  walked.delete(page);
  walked.set(page, shown);
  if (walked.size > MOST_WALKED) walked.delete(walked.keys().next().value!);
  return shown;
}

/** The address of the next page, if there is one. */
export async function linkNext(
  request: Request,
  view: View,
  prefix: string,
): Promise<string | undefined> {
  const { limit, cut, list, start, stored: { record, made } } = view;
  if (limit === 0 || (cut.top > 0 && cut.top - start.shown <= limit)) return undefined;
  const records = await openRecords(view);
  const position = await findNextPage(new Selection(records, { ...cut, top: 0 }), limit);
  if (position === undefined) return undefined;
  const { searchParams } = new URL(request.url);
  searchParams.set(
    "cursor",
    await formatPageCursor({ position, shown: start.shown + limit }, list),
  );
  return `${jobPathOf(record, prefix)}/${made?.path ?? "result"}?${searchParams}`;
}

import { BoundedCache } from "../../async/bounded_cache.ts";
import type { JobHandle } from "../../engine/job_contract.ts";
import {
  BODY_PARAMETERS,
  type BodyOptions,
  completeCountOptions,
  COUNT_PARAMETERS,
  type CountOptions,
  DEFAULT_BODY_OPTIONS,
  DEFAULT_OUTPUT_OPTIONS,
  EACH_PARAMETERS,
  OUTPUT_PARAMETERS,
  type OutputOptions,
} from "../../contract/options.ts";
import { LIST_KEY_PARAMETERS } from "../../contract/list_options.ts";
import { PAGE_PARAMETERS, type PageOptions } from "../../contract/page_options.ts";
import {
  DEFAULT_EVENT_OPTIONS,
  EVENT_PARAMETERS,
  type EventOptions,
} from "../../contract/event_options.ts";
import type { KernelChoice } from "../../contract/kernel_manifest.ts";
import { refuseKernelOptions } from "../../contract/kernel_options.ts";
import {
  BUILT_IN_KERNEL,
  KERNEL_OPTION_PARAMETERS,
  KERNEL_PARAMETERS,
  type KernelRequest,
  readKernelName,
} from "../../contract/kernel_parameters.ts";
import type { BodyList, OptionLists } from "../../contract/body_lists.ts";
import { saidTwice } from "../../contract/check_body_list.ts";
import type { Conflict } from "../../contract/conflict.ts";
import { findConflict } from "../../contract/option_conflicts.ts";
import { negotiateForm } from "./negotiation.ts";
import type { OutputForm } from "../answer/result_response.ts";
import { checkRank, checkSheetOptions } from "../../output/row_options.ts";
import { QuestionKernel } from "../../records/question_kernel.ts";
import { refuseBesideKernel } from "../../contract/value_options.ts";
import { asksRecords } from "../../contract/record_question.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import { type Parameter, type ParameterValue, shorten } from "../../contract/parameters.ts";
import { conflicting, parseQuery, type QueryTable } from "./parse_query.ts";

/** What a request's query asks for. */
export interface CountQuery {
  count: CountOptions;
  /** The kernel that makes the keys; undefined for the built-in one. */
  kernel: KernelRequest | undefined;
  body: BodyOptions;
  output: OutputOptions;
  /** Whether `format` was said, which then outranks Accept. */
  namesFormat: boolean;
  /** What formatEcho has made. */
  readonly echoes: Partial<Record<CountOptions["case"], string>>;
  /** Whether each line of the body is a text of its own. */
  each: boolean;
  /** What is wrong unless the body brings a list; nothing else was looked at then. */
  lacking?: Conflict;
  /** Whether `charset` was said, which then outranks the content type's. */
  namesCharset: boolean;
}

/** What a query may say of a job's result. */
export type ResultQuery =
  & Partial<Pick<CountOptions, "top" | "min" | "max" | "prefix" | "order" | "group">>
  & Partial<OutputOptions>
  & Partial<PageOptions>;

/** What the query of a request that counts may say. */
export const COUNT_QUERY = {
  ...COUNT_PARAMETERS,
  ...KERNEL_PARAMETERS,
  ...BODY_PARAMETERS,
  ...OUTPUT_PARAMETERS,
};

/** What it may say where the answer comes at once. */
export const COUNT_NOW_QUERY = { ...COUNT_QUERY, ...EACH_PARAMETERS };

/**
 * What the query of a request that hands in a list of counts may say: what its keys are, and what of
 * them is shown.
 */
export const LIST_OF_COUNTS_QUERY = {
  ...LIST_KEY_PARAMETERS,
  top: COUNT_PARAMETERS.top,
  min: COUNT_PARAMETERS.min,
  max: COUNT_PARAMETERS.max,
  order: COUNT_PARAMETERS.order,
  ...OUTPUT_PARAMETERS,
};

/** What the query of a request that tries a kernel may say. */
export const TRY_QUERY = KERNEL_OPTION_PARAMETERS;

/** No wait is longer: proxies give up at about this time. */
export const MOST_WAIT_S = 60;

/** What the query of a request for a job may say. */
export const WAIT_QUERY = {
  wait: {
    kind: "integer",
    least: 0,
    most: MOST_WAIT_S,
    default: 0,
    about: "Seconds to wait for the job's end",
  },
} as const satisfies Record<string, Parameter>;

/** What the query of a request for a job's events may say. */
export const EVENTS_QUERY = {
  ...EVENT_PARAMETERS,
  wait: { ...WAIT_QUERY.wait, about: "Seconds to wait for a job that its client has yet to begin" },
};

/** What the query of a request for a result may say. */
export const RESULT_QUERY = {
  ...WAIT_QUERY,
  top: COUNT_PARAMETERS.top,
  min: COUNT_PARAMETERS.min,
  max: COUNT_PARAMETERS.max,
  prefix: COUNT_PARAMETERS.prefix,
  order: COUNT_PARAMETERS.order,
  group: COUNT_PARAMETERS.group,
  ...OUTPUT_PARAMETERS,
  ...PAGE_PARAMETERS,
};

/** Parsing a query again costs more than counting a small text. */
const parsedQueries = new BoundedCache<CountQuery>({ mostEntries: 256, mostChars: 256 });
const parsedNow = new BoundedCache<CountQuery>({ mostEntries: 256, mostChars: 256 });

/** The query of a URL as it stands there, without `?`; "" when there is none. */
export function queryText(url: string): string {
  const at = url.indexOf("?");
  if (at < 0) return "";
  const hash = url.indexOf("#", at);
  return hash < 0 ? url.slice(at + 1) : url.slice(at + 1, hash);
}

/**
 * Reads the query of a request that counts.
 *
 * @returns Shared with other requests: not to be changed.
 * @throws {JobError} `unknown_parameter`, `duplicate_parameter`, `invalid_parameter` or
 * `unknown_charset`.
 */
export function parseCountQuery(query: string): CountQuery {
  return parsedQueries.getOrMake(query, (text) => checkCountQuery(text));
}

/** Reads the query of a request whose answer comes at once. @throws {JobError} likewise. */
export function parseCountNowQuery(query: string): CountQuery {
  return parsedNow.getOrMake(query, (text) => checkCountQuery(text, COUNT_NOW_QUERY));
}

/** Reads the query of a request that hands in a list of counts. @throws {JobError} likewise. */
export function parseListOfCountsQuery(query: string): CountQuery {
  return withLists(checkCountQuery(query, LIST_OF_COUNTS_QUERY), {});
}

/**
 * The query with the lists of its body.
 *
 * @throws {JobError} `duplicate_parameter` for a list that the query says, too, and what is wrong of
 * the query with the lists.
 */
export function withLists(query: CountQuery, lists: OptionLists): CountQuery {
  const names = (Object.keys(lists) as BodyList[]).filter((name) => lists[name]!.length > 0);
  if (names.length === 0 && !query.lacking) return query;
  const twice = names.find((name) => query.count[name].length > 0);
  if (twice !== undefined) throw saidTwice(twice, ["the query", "the body"]);
  const brought = Object.fromEntries(names.map((name) => [name, lists[name]]));
  const count = completeCountOptions({ ...query.count, ...brought });
  return checkTogether({ ...query, count, echoes: {}, lacking: undefined });
}

function checkCountQuery(query: string, table: QueryTable = COUNT_QUERY): CountQuery {
  const parsed = readCountQuery(query, table);
  const lacking = findConflictOf(parsed);
  return lacking?.lacks === undefined ? checkTogether(parsed) : { ...parsed, lacking };
}

function findConflictOf({ count, kernel }: CountQuery): Conflict | undefined {
  return findConflict(count, kernel && shorten(kernel.name));
}

function checkTogether(parsed: CountQuery): CountQuery {
  const conflict = findConflictOf(parsed);
  if (conflict) throw conflicting(conflict);
  const kernel = QuestionKernel.of(parsed.count);
  if (kernel) refuseBesideKernel(parsed, kernel);
  checkRank(parsed.output, parsed.count);
  if (parsed.namesFormat) checkSheetOptions(parsed.output, parsed.output.format);
  return parsed;
}

function readCountQuery(query: string, table: QueryTable): CountQuery {
  const {
    kernel: name,
    "option.NAME": options,
    format,
    download,
    only,
    columns,
    csvBom,
    csvSafe,
    form,
    decompress,
    each = EACH_PARAMETERS.each.default,
    ...count
  } = parseQuery(query, table) as
    & Partial<CountOptions>
    & { kernel?: string; "option.NAME"?: KernelRequest["options"] }
    & { each?: boolean }
    & Partial<BodyOptions>
    & Partial<OutputOptions>;
  const kernel = readKernel(name, options);
  return {
    count: kernel || asksRecords(count)
      ? settleOptions(completeCountOptions(count), true)
      : completeCountOptions(count),
    kernel,
    body: fillBody({ form, decompress }),
    output: fillOutput({ format, download, only, columns, csvBom, csvSafe }),
    namesFormat: format !== undefined,
    echoes: {},
    each,
    namesCharset: count.charset !== undefined,
  };
}

/** @throws {JobError} `unknown_parameter` for options of the built-in kernel, which has none. */
function readKernel(
  name = "",
  options: KernelRequest["options"] = {},
): KernelRequest | undefined {
  const wanted = readKernelName(name);
  if (wanted !== undefined) return { name: wanted, options };
  refuseKernelOptions(BUILT_IN_KERNEL, options);
  return undefined;
}

/** The options of a kernel in a query that says nothing else. @throws {JobError} likewise. */
export function parseTryQuery(query: string): KernelRequest["options"] {
  const { "option.NAME": options = {} } = parseQuery(query, TRY_QUERY);
  return options as KernelRequest["options"];
}

/**
 * The counting options as JSON, to echo them, with what the job has made of `case`.
 *
 * @param kernel The kernel of the job, if that is not the built-in one.
 */
export function formatEcho(
  query: CountQuery,
  { options }: Pick<JobHandle, "options">,
  kernel?: KernelChoice,
): string {
  const { echoes, count } = query;
  if (kernel) return JSON.stringify({ ...count, case: options.case, kernel });
  return echoes[options.case] ??= JSON.stringify({ ...count, case: options.case });
}

/**
 * What the answer to a request that counts looks like.
 *
 * @throws {JobError} `not_acceptable`.
 */
export function chooseOutput(request: Request, query: CountQuery): OutputForm {
  if (query.namesFormat) return query.output;
  const form = negotiateForm(request, query.output.format);
  const isStandard = form.format === query.output.format && form.mediaType === undefined;
  return isStandard ? query.output : { ...query.output, ...form };
}

/** Reads the query of a request for a job's result. @throws {JobError} likewise. */
export function parseResultQuery(query: string): ResultQuery & { waitMs: number } {
  const { wait, ...rest } = parseQuery(query, RESULT_QUERY);
  return { ...rest, waitMs: toMs(wait) };
}

/** Reads the query of a request for a job. @throws {JobError} likewise. */
export function parseWaitQuery(query: string): { waitMs: number } {
  return { waitMs: toMs(parseQuery(query, WAIT_QUERY).wait) };
}

function toMs(seconds: ParameterValue = 0): number {
  return Number(seconds) * 1000;
}

/** Reads the query of a request for a job's events. @throws {JobError} likewise. */
export function parseEventsQuery(query: string): EventOptions & { waitMs: number } {
  const { wait, ...rest } = parseQuery(query, EVENTS_QUERY);
  return { ...DEFAULT_EVENT_OPTIONS, ...rest, waitMs: toMs(wait) };
}

/** Refuses every parameter. @throws {JobError} `unknown_parameter`. */
export function refuseQuery(query: string): void {
  if (query !== "") parseQuery(query, {});
}

function fillBody({ form, decompress }: Partial<BodyOptions>): BodyOptions {
  return Object.freeze({
    form: form ?? DEFAULT_BODY_OPTIONS.form,
    decompress: decompress ?? DEFAULT_BODY_OPTIONS.decompress,
  });
}

function fillOutput(
  { format, download, only, columns, csvBom, csvSafe }: Partial<OutputOptions>,
): OutputOptions {
  const standard = DEFAULT_OUTPUT_OPTIONS;
  return Object.freeze({
    format: format ?? standard.format,
    download: download ?? standard.download,
    only: only ?? standard.only,
    columns: columns ?? standard.columns,
    csvBom: csvBom ?? standard.csvBom,
    csvSafe: csvSafe ?? standard.csvSafe,
  });
}

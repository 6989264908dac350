import type { ErrorCode } from "../../contract/problems.ts";
import type { OperationDoc, ResponseDoc } from "../../openapi/operation.ts";
import { EXPOSITION_TYPE } from "../../observe/exposition.ts";
import {
  DEFAULT_COUNT_OPTIONS,
  DEFAULT_OUTPUT_OPTIONS,
  EVENT_PARAMETERS,
} from "../../contract/options.ts";
import { EVENT_STREAM, MEDIA_TYPES, OTHER_MEDIA_TYPES } from "../../contract/media_types.ts";
import { COUNT_QUERY, LIST_QUERY, RESULT_QUERY, WAIT_QUERY } from "../read/query.ts";

/** What may be wrong with a body that is counted. */
const BODY_PROBLEMS: readonly ErrorCode[] = [
  ...["empty_body", "body_aborted", "body_too_large", "invalid_json", "read_timeout"] as const,
  ...["unsupported_media", "unknown_transfer_coding", "unknown_charset", "invalid_utf8"] as const,
  ...["expansion_limit", "invalid_encoding", "invalid_form", "invalid_multipart"] as const,
  ...["url_refused", "url_failed"] as const,
];

/** How a job that runs may end. */
const JOB_PROBLEMS: readonly ErrorCode[] = [
  ...["job_timeout", "job_cancelled", "out_of_memory", "engine_closed"] as const,
  ...["worker_lost", "engine_unavailable", "disk_full", "disk_failed"] as const,
];

/** Formats other than JSON, under all their names. */
const ROWS = Object.fromEntries([
  ...Object.entries(MEDIA_TYPES).filter(([format]) => format !== "json").map(([format, media]) =>
    [media, format === "arrow" ? "bytes" : "text"] as const
  ),
  ...Object.keys(OTHER_MEDIA_TYPES).map((media) => [media, "text"] as const),
]);

/** What rows alone cannot say of their cut. */
const CUT_HEADERS = {
  "total-keys": "Distinct keys of the job; of every format but JSON, which says it in `totals`",
  "shown-keys":
    "How many of them the answer shows; absent where to know it takes millions of steps",
};

const RESULT: ResponseDoc = {
  about: "The counts",
  content: { [MEDIA_TYPES.json]: "CountResult", ...ROWS },
  headers: CUT_HEADERS,
};

const RESULT_HEADERS = {
  ...CUT_HEADERS,
  etag: "Names these very bytes",
  "last-modified": "When the job ended",
  "accept-ranges": "`bytes` where parts may be asked for: of every format but JSON",
  link: "The next page, by rel=next, when there is one",
};

const LIST_HEADERS = { etag: "Names these very bytes", "cache-control": "How long it holds" };

const TSV = MEDIA_TYPES.tsv;

const TEXT = "to be or not to be";

export const COUNT: OperationDoc = {
  id: "count",
  tag: "Counting",
  summary: "Count a text",
  about: "Counts the body while it streams in and answers with the result.",
  query: COUNT_QUERY,
  headers: { "content-encoding": "gzip, br, zstd, deflate, or two of them" },
  takesText: true,
  answers: {
    200: { ...RESULT, content: { ...RESULT.content, [EVENT_STREAM]: "text" } },
  },
  problems: [
    ...[...BODY_PROBLEMS, ...JOB_PROBLEMS, "too_many_jobs", "too_many_answers"] as const,
    ...["not_acceptable", "cross_origin"] as const,
  ],
  examples: [
    {
      name: "topTwo",
      summary: "The two most frequent words",
      query: "top=2",
      body: TEXT,
      contentType: "text/plain",
      status: 200,
      mediaType: "application/json",
      answer: {
        totals: { bytes: 18, tokens: 6, keys: 4, counted: 6, replacements: 0 },
        input: { charset: "utf-8", bomSkipped: false },
        ...{ chunks: 1, attempts: 1, workers: 1 },
        accounting: { bytesIn: 18, bytesCounted: 18, runs: 1 },
        ms: { read: 0.412, map: 0.211, reduce: 0.018, total: 0.498 },
        options: { ...DEFAULT_COUNT_OPTIONS, case: "fold", top: 2 },
        counts: [{ key: "be", count: 2 }, { key: "to", count: 2 }],
        truncated: 2,
        ...{ otherKeys: 2, otherCount: 2 },
      },
    },
    {
      name: "bigramsAsTsv",
      summary: "Pairs of words, a line each",
      query: "n=2&min=2&format=tsv",
      body: TEXT,
      contentType: "text/plain",
      status: 200,
      mediaType: TSV,
      answer: "to be\t2\n",
    },
    {
      name: "words",
      summary: "Words that are cut already",
      query: "format=tsv",
      body: '{"words": ["New York", "Paris", "New York"]}',
      contentType: "application/json",
      status: 200,
      mediaType: TSV,
      answer: "New York\t2\nParis\t1\n",
    },
    {
      name: "lines",
      summary: "Texts of a line each",
      query: "format=tsv",
      body: '{"text": "to be"}\n{"text": "or not to be"}\n',
      contentType: "application/x-ndjson",
      status: 200,
      mediaType: TSV,
      answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
    },
    {
      name: "form",
      summary: "A form, as browsers send it",
      query: "format=tsv",
      body: "text=to+be+or+not+to+be&submit=Count",
      contentType: "application/x-www-form-urlencoded",
      status: 200,
      mediaType: TSV,
      answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
    },
    {
      name: "wrongParameter",
      summary: "A value that is not allowed",
      query: "top=many",
      body: TEXT,
      contentType: "text/plain",
      status: 400,
      mediaType: "application/problem+json",
      answer: {
        type: "urn:millrace:problem:invalid-parameter",
        title: "Invalid query parameter",
        status: 400,
        detail: "Cannot read 'top': 'many' is not an integer from 0 to 4294967295",
        parameter: "top",
        value: "many",
        allowed: { least: 0, most: 4294967295 },
        requestId: "3e3f6a26-9b40-4a0c-9f5f-1f4a3c0a6f02",
      },
    },
  ],
};

export const COUNT_BY_PUT: OperationDoc = {
  ...COUNT,
  id: "countByPut",
  summary: "Count a text, as curl -T sends it",
  about: "The same as POST, of a whole body: one with Content-Range is refused.",
  problems: [...COUNT.problems!, "invalid_header"],
  examples: [],
};

const SUBMITTED = {
  id: "a4bfd610-d933-4e78-ad8e-cd68629ac89c",
  state: "done",
  createdAt: "2026-01-02T03:04:05.678Z",
  startedAt: "2026-01-02T03:04:05.678Z",
  finishedAt: "2026-01-02T03:04:05.681Z",
  expiresAt: "2026-01-03T03:04:05.681Z",
  attempt: 1,
  progress: { bytes: 18, chunks: 1, tokens: 6 },
  totals: { bytes: 18, tokens: 6, keys: 4, counted: 6, replacements: 0 },
  options: { ...DEFAULT_COUNT_OPTIONS, case: "fold", top: 2, ...DEFAULT_OUTPUT_OPTIONS },
  links: {
    self: "/v1/jobs/a4bfd610-d933-4e78-ad8e-cd68629ac89c",
    result: "/v1/jobs/a4bfd610-d933-4e78-ad8e-cd68629ac89c/result",
    events: "/v1/jobs/a4bfd610-d933-4e78-ad8e-cd68629ac89c/events",
  },
};

export const SUBMIT_JOB: OperationDoc = {
  id: "submitJob",
  tag: "Jobs",
  summary: "Count in the background",
  about:
    "Answers when the whole body is here, and safe where the server keeps jobs; the job goes " +
    "on without its request. Every key is kept: `top`, `min` and `format` are what the result " +
    "shows unless its reader asks otherwise.",
  query: COUNT_QUERY,
  headers: {
    "idempotency-key": "A name for the request: repeating it begins no second job",
    prefer: "`wait=10` waits so many seconds for the result",
  },
  takesText: true,
  answers: {
    200: {
      ...RESULT,
      about: "The counts, which were ready in the time that Prefer names",
      headers: {
        ...RESULT_HEADERS,
        location: "Address of the job",
        "content-location": "Address of the result",
        "preference-applied": "How long was waited at most",
      },
    },
    202: {
      about: "The job",
      content: { "application/json": "Job" },
      headers: {
        location: "Address of the job",
        "preference-applied": "How long was waited, if that was asked for",
      },
    },
  },
  problems: [
    ...[...BODY_PROBLEMS, ...JOB_PROBLEMS, "too_many_jobs", "not_acceptable"] as const,
    ...["invalid_header", "key_in_use", "key_reused", "job_too_large", "out_of_storage"] as const,
    "cross_origin",
  ],
};

export const LIST_JOBS: OperationDoc = {
  id: "listJobs",
  tag: "Jobs",
  summary: "The caller's jobs, the newest first",
  query: LIST_QUERY,
  answers: { 200: { about: "A page of jobs", content: { "application/json": "Jobs" } } },
};

export const GET_JOB: OperationDoc = {
  id: "getJob",
  tag: "Jobs",
  summary: "How far a job is",
  query: WAIT_QUERY,
  answers: { 200: { about: "The job", content: { "application/json": "Job" } } },
  problems: ["unknown_job"],
  examples: [{
    name: "done",
    summary: "A job that is done",
    status: 200,
    mediaType: "application/json",
    answer: SUBMITTED,
  }],
};

export const CANCEL_JOB: OperationDoc = {
  id: "removeJob",
  tag: "Jobs",
  summary: "Cancel and forget a job",
  about: "Cancels the job if it runs, and forgets it and its result.",
  answers: { 204: { about: "There is no such job any more" } },
  problems: ["unknown_job", "out_of_storage", "cross_origin"],
};

export const GET_RESULT: OperationDoc = {
  id: "getJobResult",
  tag: "Jobs",
  summary: "The counts of a job",
  about: "What failed the job is answered as the problem that it was.",
  query: RESULT_QUERY,
  headers: {
    range: "`bytes=0-65535`: one part of what is not compressed; several are answered by the whole",
    "if-range": "An entity tag: a part of this, or else the whole",
    "if-match": "Entity tags of which the answer must be one",
    "if-none-match": "Entity tags that the client has",
  },
  answers: {
    200: { ...RESULT, headers: RESULT_HEADERS },
    206: {
      about: "A part of the counts",
      content: ROWS,
      headers: { ...RESULT_HEADERS, "content-range": "Which part, and the length of the whole" },
    },
    304: { about: "What If-None-Match names is still right" },
  },
  problems: [
    ...[
      "unknown_job",
      "job_not_finished",
      "not_acceptable",
      "order_unavailable",
      "damaged",
    ] as const,
    ...["precondition_failed", "range_not_satisfiable"] as const,
    ...[...BODY_PROBLEMS, ...JOB_PROBLEMS],
  ],
  examples: [{
    name: "allAsTsv",
    summary: "Every key of the job",
    query: "top=0&format=tsv",
    status: 200,
    mediaType: TSV,
    answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
  }],
};

export const GET_EVENTS: OperationDoc = {
  id: "getJobEvents",
  tag: "Jobs",
  summary: "How a job goes on, as server-sent events",
  about: "Events `progress`, `top` with the largest counts so far, and one at the job's end.",
  query: EVENT_PARAMETERS,
  headers: { "last-event-id": "What browsers say when they come again" },
  answers: {
    200: { about: "Events until the job has ended", content: { [EVENT_STREAM]: "text" } },
    204: { about: "There is nothing more to come" },
  },
  problems: ["unknown_job", "not_acceptable"],
};

export const GET_STOP_LANGUAGES: OperationDoc = {
  id: "getStopLanguages",
  tag: "Counting",
  summary: "The languages with stop words",
  about: "What `stop` may name. As text/plain, a code per line.",
  answers: {
    200: {
      about: "Every language",
      content: { "application/json": "StopLanguages", "text/plain; charset=utf-8": "text" },
      headers: LIST_HEADERS,
    },
    304: { about: "What If-None-Match names is still right" },
  },
  problems: ["not_acceptable"],
};

export const GET_STOP_LIST: OperationDoc = {
  id: "getStopList",
  tag: "Counting",
  summary: "The stop words of a language",
  about:
    "What `stop` leaves out, sorted; `keep` takes words out of it. As text/plain, one per line.",
  answers: {
    200: {
      about: "Its words",
      content: { "application/json": "StopList", "text/plain; charset=utf-8": "text" },
      headers: LIST_HEADERS,
    },
    304: { about: "What If-None-Match names is still right" },
  },
  problems: ["unknown_language", "not_acceptable"],
};

export const GET_ENGINE: OperationDoc = {
  id: "getEngine",
  tag: "Operations",
  summary: "What the engine is doing",
  about: "For people; GET /metrics is for monitors.",
  ignoresQuery: true,
  answers: { 200: { about: "Its status now", content: { "application/json": "Engine" } } },
};

export const GET_KERNELS: OperationDoc = {
  id: "getKernels",
  tag: "About",
  summary: "What the kernels say of themselves",
  answers: { 200: { about: "Every kernel", content: { "application/json": "Kernels" } } },
};

export const GET_METRICS: OperationDoc = {
  id: "getMetrics",
  tag: "Operations",
  summary: "Numbers for Prometheus",
  whileDraining: true,
  ignoresQuery: true,
  answers: { 200: { about: "Prometheus' text format", content: { [EXPOSITION_TYPE]: "text" } } },
};

export const GET_HEALTH: OperationDoc = {
  id: "getHealth",
  tag: "Operations",
  summary: "Whether the server takes work",
  ignoresQuery: true,
  answers: { 200: { about: "It does", content: { "application/json": "Health" } } },
};

export const GET_LIVENESS: OperationDoc = {
  id: "getLiveness",
  tag: "Operations",
  summary: "Whether the process answers",
  about: "Also while it drains.",
  whileDraining: true,
  ignoresQuery: true,
  answers: { 200: { about: "It does", content: { "application/json": "Live" } } },
  examples: [{
    name: "live",
    summary: "The process answers",
    status: 200,
    mediaType: "application/json",
    answer: { status: "ok" },
  }],
};

export const GET_READINESS: OperationDoc = {
  id: "getReadiness",
  tag: "Operations",
  summary: "Whether new work is taken",
  about: "Reasons not to be ready are: `starting`, `draining`, `threads_hang` (no thread takes a " +
    "task, since they hang), `breaker_open`, `store_unavailable`.",
  whileDraining: true,
  ignoresQuery: true,
  answers: { 200: { about: "It is", content: { "application/json": "Ready" } } },
  problems: ["not_ready"],
  examples: [{
    name: "ready",
    summary: "New work is taken",
    status: 200,
    mediaType: "application/json",
    answer: { status: "ready" },
  }],
};

export const GET_WELCOME: OperationDoc = {
  id: "getWelcome",
  tag: "About",
  summary: "What this is and one line to try",
  ignoresQuery: true,
  answers: {
    200: { about: "A text for people", content: { "text/plain; charset=utf-8": "text" } },
  },
};

export const GET_OPENAPI: OperationDoc = {
  id: "getOpenApi",
  tag: "About",
  summary: "This document",
  answers: { 200: { about: "OpenAPI 3.1", content: { "application/json": "OpenAPI" } } },
};

export const GET_DOCS: OperationDoc = {
  id: "getDocs",
  tag: "About",
  summary: "This document as a page",
  answers: { 200: { about: "A page for people", content: { "text/html; charset=utf-8": "text" } } },
};

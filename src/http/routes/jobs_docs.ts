import type { ErrorCode } from "../../contract/problems.ts";
import { MEDIA_TYPES } from "../../contract/media_types.ts";
import { DEFAULT_COUNT_OPTIONS, DEFAULT_OUTPUT_OPTIONS } from "../../contract/options.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { LIST_QUERY } from "../read/list_query.ts";
import { COUNT_QUERY, RESULT_QUERY, WAIT_QUERY } from "../read/query.ts";
import {
  BODY_PROBLEMS,
  CUT_HEADERS,
  JOB_PROBLEMS,
  KEEP_PROBLEMS,
  NOT_MODIFIED_DOC,
  RESULT_DOC,
  ROWS,
  TABLE_PROBLEMS,
} from "./shared_docs.ts";

/** Headers of a result that is kept. */
const RESULT_HEADERS = {
  ...CUT_HEADERS,
  etag: "Names these very bytes",
  "last-modified": "When the job ended",
  "accept-ranges": "`bytes` where parts may be asked for: of every format but JSON",
  link: "The next page, by rel=next, when there is one",
};

/** The job of an example. */
const DONE_JOB = {
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

/** `POST /v1/jobs`. */
export const SUBMIT_JOB_DOC: OperationDoc = {
  id: "submitJob",
  tag: "Jobs",
  summary: "Count in the background",
  brief: "count in the background: 202 and a job",
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
      ...RESULT_DOC,
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
    ...BODY_PROBLEMS,
    ...JOB_PROBLEMS,
    ...KEEP_PROBLEMS,
    ...TABLE_PROBLEMS,
    "kernel_held",
  ],
};

/** `PUT /v1/jobs/:id`. */
export const PUT_JOB_DOC: OperationDoc = {
  ...SUBMIT_JOB_DOC,
  id: "putJob",
  summary: "Count in the background, under an id of yours",
  brief: "the same under a UUID of yours",
  about:
    "The same as POST, under a UUID that the client has made, so that the job can be watched while " +
    "its body is sent. The same request again, with the same query and body, is the same job.",
  headers: { prefer: SUBMIT_JOB_DOC.headers!.prefer },
  problems: [
    ...SUBMIT_JOB_DOC.problems!.filter((code) => !code.startsWith("key_")),
    "invalid_id",
    "id_in_use",
    "id_reused",
  ],
};

/** `GET /v1/jobs`. */
export const LIST_JOBS_DOC: OperationDoc = {
  id: "listJobs",
  tag: "Jobs",
  summary: "The caller's jobs, the newest first",
  query: LIST_QUERY,
  answers: { 200: { about: "A page of jobs", content: { "application/json": "Jobs" } } },
};

/** `GET /v1/jobs/:id`. */
export const GET_JOB_DOC: OperationDoc = {
  id: "getJob",
  tag: "Jobs",
  summary: "How far a job is",
  brief: "how far a job is",
  query: WAIT_QUERY,
  answers: { 200: { about: "The job", content: { "application/json": "Job" } } },
  problems: ["unknown_job"],
  examples: [{
    name: "done",
    summary: "A job that is done",
    status: 200,
    mediaType: "application/json",
    answer: DONE_JOB,
  }],
};

/** `DELETE /v1/jobs/:id`. */
export const REMOVE_JOB_DOC: OperationDoc = {
  id: "removeJob",
  tag: "Jobs",
  summary: "Cancel and forget a job",
  brief: "cancel or forget it",
  about: "Cancels the job if it runs, and forgets it and its result.",
  answers: { 204: { about: "There is no such job any more" } },
  problems: ["unknown_job", "out_of_storage", "cross_origin"],
};

/** What may befall a request that reads what is kept. */
export const READ_PROBLEMS: readonly ErrorCode[] = [
  "unknown_job",
  "job_not_finished",
  "not_acceptable",
  "order_unavailable",
  "damaged",
  "precondition_failed",
  "range_not_satisfiable",
  ...BODY_PROBLEMS,
  ...JOB_PROBLEMS,
];

/** `GET /v1/jobs/:id/result`. */
export const GET_RESULT_DOC: OperationDoc = {
  id: "getJobResult",
  tag: "Jobs",
  summary: "The counts of a job",
  brief: "its counts",
  about: "What failed the job is answered as the problem that it was.",
  query: RESULT_QUERY,
  headers: {
    range: "`bytes=0-65535`: one part of what is not compressed; several are answered by the whole",
    "if-range": "An entity tag: a part of this, or else the whole",
    "if-match": "Entity tags of which the answer must be one",
    "if-none-match": "Entity tags that the client has",
  },
  answers: {
    200: { ...RESULT_DOC, headers: RESULT_HEADERS },
    206: {
      about: "A part of the counts",
      content: ROWS,
      headers: { ...RESULT_HEADERS, "content-range": "Which part, and the length of the whole" },
    },
    304: NOT_MODIFIED_DOC,
  },
  problems: [...READ_PROBLEMS, "not_lemmas", "too_many_jobs"],
  examples: [{
    name: "allAsTsv",
    summary: "Every key of the job",
    query: "top=0&format=tsv",
    status: 200,
    mediaType: MEDIA_TYPES.tsv,
    answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
  }],
};

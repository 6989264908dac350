import { COLLOCATION_PARAMETERS } from "../../contract/collocation_options.ts";
import { MEDIA_TYPES } from "../../contract/media_types.ts";
import type { ErrorCode } from "../../contract/problems.ts";
import type { OperationDoc, ResponseDoc } from "../../openapi/operation.ts";
import { LIST_OF_COUNTS_QUERY } from "../read/query.ts";
import { COMPARE_QUERY } from "../read/compare_query.ts";
import { GET_RESULT_DOC, READ_PROBLEMS, SUBMIT_JOB_DOC } from "./jobs_docs.ts";
import { PART_QUERY } from "../read/part_query.ts";
import { BODY_PROBLEMS, JOB_PROBLEMS, KEEP_PROBLEMS, ROWS } from "./shared_docs.ts";

/** What may befall a request that makes a result without counting. */
const MADE_PROBLEMS: readonly ErrorCode[] = [
  ...JOB_PROBLEMS,
  "empty_body",
  "body_aborted",
  "body_too_large",
  "read_timeout",
  "unsupported_media",
  "unknown_transfer_coding",
  "invalid_utf8",
  ...KEEP_PROBLEMS,
];

const JOB_HEADERS = {
  location: "Address of the job",
  "preference-applied": "How long was waited, if that was asked for",
};

/** The result itself, for a client that prefers to wait. */
const READY: ResponseDoc = SUBMIT_JOB_DOC.answers[200];

/** `POST /v1/results`. */
export const SEND_RESULT_DOC: OperationDoc = {
  id: "sendResult",
  tag: "Results",
  summary: "Send a list of keys and counts",
  brief: "keep a list of keys and counts as a result",
  about:
    "Keeps a list as the result of a job that is done at once: of lines of `key TAB count`, of CSV " +
    "with the columns key and count, or of JSON lines. Counts of the same key are added up. The " +
    "query says what the keys are, so that the result can be merged and compared with others.",
  query: LIST_OF_COUNTS_QUERY,
  headers: {
    ...SUBMIT_JOB_DOC.headers,
    "content-encoding": "gzip, br, zstd, deflate, or two of them",
  },
  takes: {
    "text/tab-separated-values": "text",
    "text/csv": "text",
    "application/x-ndjson": "text",
    "text/plain": "text",
  },
  answers: {
    200: READY,
    201: {
      about: "The job, which is done",
      content: { "application/json": "Job" },
      headers: JOB_HEADERS,
    },
  },
  problems: [
    ...MADE_PROBLEMS,
    "invalid_list",
    "unknown_charset",
    "expansion_limit",
    "invalid_encoding",
  ],
  examples: [{
    name: "notACount",
    summary: "A line without a count",
    body: "to\t2\nbe\n",
    contentType: MEDIA_TYPES.tsv,
    status: 400,
    mediaType: "application/problem+json",
    answer: {
      type: "urn:millrace:problem:invalid-list",
      title: "Word list cannot be read",
      status: 400,
      detail: "Cannot read the list: line 2 has no TAB",
      line: 2,
      value: "be",
      allowed: "key TAB count",
      requestId: "616f4654-7e3a-4f0e-9c0b-2f1d4f0f5d1e",
    },
  }],
};

/** `POST /v1/lemmas`. */
export const SEND_LEMMAS_DOC: OperationDoc = {
  id: "sendLemmas",
  tag: "Results",
  summary: "Send a table of lemmas",
  brief: "keep a table of forms and their lemmas, for `group=lemma(JOB)`",
  about:
    "Keeps lines of `form TAB lemma` as the result of a job that is done at once, whose keys are the " +
    "pairs. `group=lemma(JOB)` names it, as it may name any other result with keys of two parts. Of " +
    "several lemmas of a form the one that counts most is taken, and of equal ones the bytewise least.",
  headers: SEND_RESULT_DOC.headers,
  takes: { "text/tab-separated-values": "text", "text/plain": "text" },
  answers: SEND_RESULT_DOC.answers,
  problems: SEND_RESULT_DOC.problems,
};

/** `POST /v1/results/merge`. */
export const MERGE_RESULTS_DOC: OperationDoc = {
  id: "mergeResults",
  tag: "Results",
  summary: "Put results together",
  brief: "put results together: 202 and a job",
  about:
    'The body is `{"jobs": ["ID", …], "weights": [1, …]}`: ids of up to 256 jobs that are done, and ' +
    "how often each counts, 1 to 9007199254740991 times. The job's result has the sum of all counts " +
    "of each key, exactly, or what becomes of its values. Results of jobs whose options make other " +
    "keys cannot be put together.",
  headers: SUBMIT_JOB_DOC.headers,
  takes: { "application/json": "text" },
  answers: {
    200: READY,
    202: {
      about: "The job",
      content: { "application/json": "Job" },
      headers: JOB_HEADERS,
    },
  },
  problems: [
    ...MADE_PROBLEMS,
    "invalid_json",
    "unknown_job",
    "job_not_finished",
    "not_mergeable",
  ],
};

/** `POST /v1/jobs/:id/parts`. */
export const APPEND_PART_DOC: OperationDoc = {
  id: "appendPart",
  tag: "Results",
  summary: "Append to a result",
  brief: "count a body as the job was counted, and append that to its result",
  about:
    "Counts the body with the options of a job that is done, and adds the counts to its result, " +
    "exactly once for each `Idempotency-Key`, which is required. The job keeps its id, and its " +
    "result has another entity tag. Answers when the result is there, and safe where the server " +
    "keeps jobs: a request that got no answer is sent again with the same key.",
  query: PART_QUERY,
  headers: { "idempotency-key": "A name for the part: repeating it appends nothing" },
  takesText: true,
  answers: { 200: { about: "The job", content: { "application/json": "Job" } } },
  problems: [
    ...BODY_PROBLEMS,
    ...JOB_PROBLEMS,
    ...KEEP_PROBLEMS.filter((code) => code !== "key_in_use" && code !== "job_too_large"),
    "unknown_job",
    "job_not_finished",
    "not_mergeable",
    "damaged",
    "kernel_held",
  ],
};

const COMPARED = {
  ...GET_RESULT_DOC.answers[200],
  about: "The keys, with their counts and measures",
  content: { [MEDIA_TYPES.json]: "Comparison", ...ROWS },
} as const;

/** `GET /v1/jobs/:id/compare`. */
export const COMPARE_DOC: OperationDoc = {
  id: "compareResults",
  tag: "Results",
  summary: "Which keys mark a result against another",
  brief: "which keys mark a result against another",
  about:
    "Sets the counts of two jobs that are done beside each other: `a` is the job of the path, `b` " +
    "that of `with`. Rows have `key`, `countA`, `countB`, `perMillionA`, `perMillionB`, `g2` and " +
    "`logRatio`, and the measure that they are ordered by if it is another one.",
  query: COMPARE_QUERY,
  headers: GET_RESULT_DOC.headers,
  answers: { 200: COMPARED, 206: GET_RESULT_DOC.answers[206], 304: GET_RESULT_DOC.answers[304] },
  problems: [
    ...READ_PROBLEMS,
    "not_mergeable",
    "too_many_jobs",
  ],
};

/** `GET /v1/jobs/:id/collocations`. */
export const COLLOCATIONS_DOC: OperationDoc = {
  id: "scoreCollocations",
  tag: "Results",
  summary: "Which words of a result attract each other",
  brief: "which words of a result attract each other",
  about:
    "Scores the pairs of a job that has counted them (`n=2`), by their own counts. Rows have `key`, " +
    "`count`, `countFirst`, `countSecond`, `pmi`, `logDice` and `tScore`: sums over all pairs with " +
    "the same first and the same second word, and the scores.",
  query: COLLOCATION_PARAMETERS,
  headers: GET_RESULT_DOC.headers,
  answers: {
    200: {
      ...GET_RESULT_DOC.answers[200],
      about: "The pairs, with their counts and scores",
      content: { [MEDIA_TYPES.json]: "Collocations", ...ROWS },
    },
    206: GET_RESULT_DOC.answers[206],
    304: GET_RESULT_DOC.answers[304],
  },
  problems: [
    ...READ_PROBLEMS,
    "not_scorable",
    "too_many_jobs",
  ],
};

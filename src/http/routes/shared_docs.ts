import { MEDIA_TYPES, OTHER_MEDIA_TYPES } from "../../contract/media_types.ts";
import type { ErrorCode } from "../../contract/problems.ts";
import type { ResponseDoc } from "../../openapi/operation.ts";

// Pieces of documentation that several resources use.

/** The text of most examples. */
export const EXAMPLE_TEXT = "to be or not to be";

/** What may be wrong with a body that is counted. */
export const BODY_PROBLEMS: readonly ErrorCode[] = [
  "empty_body",
  "body_aborted",
  "body_too_large",
  "invalid_json",
  "read_timeout",
  "unsupported_media",
  "unknown_transfer_coding",
  "unknown_charset",
  "invalid_utf8",
  "expansion_limit",
  "invalid_encoding",
  "invalid_form",
  "invalid_multipart",
  "url_refused",
  "url_failed",
  "input_not_found",
  "input_denied",
  "input_changed",
  "input_lost",
  "not_accepting",
];

/** How a job that runs may end. */
export const JOB_PROBLEMS: readonly ErrorCode[] = [
  "job_timeout",
  "job_cancelled",
  "out_of_memory",
  "engine_closed",
  "worker_lost",
  "engine_unavailable",
  "disk_full",
  "disk_failed",
  "unknown_column",
  "repeated_column",
  "columns_differ",
  "broken_record",
  "unknown_kernel",
  "kernel_trapped",
  "kernel_timeout",
  "kernel_out_of_memory",
  "kernel_output_too_large",
  "value_overflow",
  "damaged",
];

/** Why a request does not become a job that is kept. */
export const KEEP_PROBLEMS: readonly ErrorCode[] = [
  "too_many_jobs",
  "not_acceptable",
  "invalid_header",
  "key_in_use",
  "key_reused",
  "job_too_large",
  "out_of_storage",
  "cross_origin",
];

/** What may be wrong with the table that `group` names. */
export const TABLE_PROBLEMS: readonly ErrorCode[] = [
  "unknown_job",
  "job_not_finished",
  "not_lemmas",
];

/** What may be wrong with one record that a kernel is tried on. */
export const KERNEL_PROBLEMS: readonly ErrorCode[] = JOB_PROBLEMS.filter((code) =>
  code.includes("kernel") || code === "damaged"
);

/** The media types of rows: every format but JSON, under all of its names. */
export const ROWS: Readonly<Record<string, "text" | "bytes">> = listRows();

function listRows(): Record<string, "text" | "bytes"> {
  const rows: Record<string, "text" | "bytes"> = {};
  for (const [format, media] of Object.entries(MEDIA_TYPES)) {
    if (format !== "json") rows[media] = format === "arrow" ? "bytes" : "text";
  }
  for (const media of Object.keys(OTHER_MEDIA_TYPES)) rows[media] = "text";
  return rows;
}

/** Headers that say of rows what a JSON document says in its members. */
export const CUT_HEADERS: Readonly<Record<string, string>> = {
  "total-keys": "Distinct keys of the job; of every format but JSON, which says it in `totals`",
  "shown-keys":
    "How many of them the answer shows; absent where to know it takes millions of steps",
  "count-bound":
    "With `mode=approx`, the most by which counts may be too low; `0` if they are exact",
  "total-keys-error": "Beside it, the standard error of `Total-Keys`, as a share of it",
  "total-records": "Records of the text, where `key` takes keys out of them, and else absent",
  "missing-keys": "Beside it, records without a part of their key, which are not counted",
  "not-numbers": "Beside it, records whose value is no number, which are not counted",
  "skipped-records": "Beside it, records that break, with `onError=skip`",
  "partition": "`range` where `borders` divide the result, and else absent",
  "partition-keys":
    "Beside `partition`, how many keys each part holds, shown or not: `38, 19, 28, 11`",
};

/** The answer with a job's counts. */
export const RESULT_DOC: ResponseDoc = {
  about: "The counts",
  content: { [MEDIA_TYPES.json]: "CountAnswer", ...ROWS },
  headers: CUT_HEADERS,
};

/** The answer to a condition that the client's copy meets. */
export const NOT_MODIFIED_DOC: ResponseDoc = { about: "What If-None-Match names is still right" };
